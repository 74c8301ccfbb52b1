#include "gateway/call_meter.h"

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {
const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    2.5,   10};
}

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

bool CallMeter::Begin(const std::string& method, bool may_refuse) {
  const int64_t now = in_flight_.fetch_add(1) + 1;
  if (may_refuse && now > max_in_flight_) {
    in_flight_.fetch_sub(1);
    calls_.Add({{"method", method}, {"code", "8"}}).Increment();
    return false;
  }
  gauge_.Set(static_cast<double>(now));
  return true;
}

void CallMeter::End(const std::string& method, absl::StatusCode code, absl::Duration took) {
  gauge_.Set(static_cast<double>(in_flight_.fetch_sub(1) - 1));
  calls_.Add({{"method", method}, {"code", absl::StrCat(static_cast<int>(code))}}).Increment();
  latency_.Add({{"method", method}}, kSeconds).Observe(absl::ToDoubleSeconds(took));
}

absl::Status CallMeter::Refusal() const {
  return absl::ResourceExhaustedError(
      absl::StrCat("the gateway already serves ", max_in_flight_,
                   " calls (limits.maxInFlight): try again in a moment, nothing was done"));
}

}  // namespace suyuan
