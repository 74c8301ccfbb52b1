#include "gateway/call_meter.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {
const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    2.5,   10};

bool IsStream(const std::string& method) { return method == "ChaincodeEvents"; }
}  // namespace

CallMeter::CallMeter(prometheus::Registry* registry, int64_t max_in_flight)
    : max_in_flight_(max_in_flight),
      calls_(prometheus::BuildCounter()
                 .Name("suyuan_gateway_calls_total")
                 .Help("Calls answered, by method and gRPC code")
                 .Register(*registry)),
      latency_(prometheus::BuildHistogram()
                   .Name("suyuan_gateway_call_seconds")
                   .Help("Time to answer, by method")
                   .Register(*registry)),
      gauge_(prometheus::BuildGauge()
                 .Name("suyuan_gateway_calls_in_flight")
                 .Help("Calls being served")
                 .Register(*registry)
                 .Add({})) {}

CallMeter::~CallMeter() { absl::MutexLock lock(&mutex_); }

bool CallMeter::Begin(const std::string& method, bool may_refuse) {
  const int64_t now = in_flight_.fetch_add(1) + 1;
  if (may_refuse && now > max_in_flight_) {
    in_flight_.fetch_sub(1);
    calls_.Add({{"method", method}, {"code", "8"}}).Increment();
    return false;
  }
  gauge_.Set(static_cast<double>(now));
  if (!IsStream(method)) {
    absl::MutexLock lock(&mutex_);
    ++unanswered_;
  }
  return true;
}

void CallMeter::End(const std::string& method, absl::StatusCode code, absl::Duration took) {
  if (!IsStream(method)) {
    absl::MutexLock lock(&mutex_);
    --unanswered_;
  }
  gauge_.Set(static_cast<double>(in_flight_.fetch_sub(1) - 1));
  calls_.Add({{"method", method}, {"code", absl::StrCat(static_cast<int>(code))}}).Increment();
  latency_.Add({{"method", method}}, kSeconds).Observe(absl::ToDoubleSeconds(took));
}

uint64_t CallMeter::OnEnd(std::function<void(const absl::Status&)> end) {
  absl::Status ended;
  {
    absl::MutexLock lock(&mutex_);
    if (ended_.ok()) {
      waiting_[++last_ticket_] = std::move(end);
      return last_ticket_;
    }
    ended = ended_;
  }
  end(ended);
  return 0;
}

void CallMeter::Forget(uint64_t ticket) {
  absl::MutexLock lock(&mutex_);
  waiting_.erase(ticket);
}

void CallMeter::EndWaiting(const absl::Status& why) {
  std::map<uint64_t, std::function<void(const absl::Status&)>> waiting;
  {
    absl::MutexLock lock(&mutex_);
    ended_ = why;
    waiting.swap(waiting_);
  }
  for (const auto& [ticket, end] : waiting) end(why);
}

bool CallMeter::AwaitAnswered(absl::Duration limit) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](int64_t* unanswered) { return *unanswered == 0; }, &unanswered_),
      limit);
}

absl::Status CallMeter::Refusal() const {
  return absl::ResourceExhaustedError(
      absl::StrCat("the gateway already serves ", max_in_flight_,
                   " calls (limits.maxInFlight): try again in a moment, nothing was done"));
}

}  // namespace suyuan
