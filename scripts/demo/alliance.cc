#include "scripts/demo/alliance.h"

#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/status_macros.h"
#include "protos/common/ledger.pb.h"

namespace suyuan::demo {
namespace {

absl::Status Named(const absl::Status& status, const Call& call) {
  if (status.ok()) return status;
  std::string text = absl::StrCat(call.msp_id, " calls ", call.contract, ":", call.function, "(");
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", call.arguments[i].substr(0, 60));
  }
  absl::StrAppend(&text, "): ", status.message());
  if (const auto error = sdk::GetGatewayError(status)) {
    for (const auto& detail : error->details) {
      absl::StrAppend(&text, "; ", detail.msp_id, ": ", detail.message);
    }
  }
  return absl::Status(status.code(), text);
}

// Slots of operations under way.
class Window {
 public:
  explicit Window(size_t size) : free_(size), size_(size) {}
  void Enter() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](size_t* free) { return *free > 0; }, &free_));
    --free_;
  }
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    ++free_;
  }
  void AwaitEmpty() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Window::Empty));
  }

 private:
  bool Empty() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return free_ == size_; }
  absl::Mutex mutex_;
  size_t free_ ABSL_GUARDED_BY(mutex_);
  const size_t size_;
};

}  // namespace

absl::StatusOr<Alliance> Alliance::Connect(const TestNetwork& network) {
  Alliance alliance;
  alliance.channel_ = network.channel();
  for (const std::string& name : network.Organizations()) {
    SUYUAN_ASSIGN_OR_RETURN(auto gateway, network.Connect(name));
    const std::string msp_id = network.Organization(name).at("mspId");
    alliance.members_[msp_id] = std::move(gateway);
  }
  return alliance;
}

absl::StatusOr<sdk::Network> Alliance::Channel(const std::string& msp_id) const {
  const auto member = members_.find(msp_id);
  if (member == members_.end()) {
    return absl::NotFoundError(absl::StrCat("organisation ", msp_id, " is not in this network"));
  }
  return member->second->GetNetwork(channel_);
}

absl::StatusOr<sdk::Contract> Alliance::Contract(const std::string& msp_id,
                                                 const std::string& contract) const {
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Network channel, Channel(msp_id));
  return channel.GetContract("trace", contract);
}

absl::StatusOr<std::string> Alliance::Submit(const Call& call) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto results, SubmitAll({call}));
  return results.front();
}

absl::StatusOr<std::vector<std::string>> Alliance::SubmitAll(const std::vector<Call>& calls) const {
  std::vector<absl::StatusOr<std::string>> outcomes(calls.size());
  RunMany(calls.size(), calls.size(), [&](size_t i, Done done) {
    const auto contract = Contract(calls[i].msp_id, calls[i].contract);
    if (!contract.ok()) {
      outcomes[i] = contract.status();
      return done();
    }
    contract->SubmitAsync(calls[i].function, calls[i].arguments,
                          [&outcomes, i, done](absl::StatusOr<std::string> result) {
                            outcomes[i] = std::move(result);
                            done();
                          });
  });
  std::vector<std::string> results;
  for (size_t i = 0; i < calls.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(Named(outcomes[i].status(), calls[i]));
    results.push_back(*std::move(outcomes[i]));
  }
  SUYUAN_RETURN_IF_ERROR(AwaitEqualHeights());
  return results;
}

absl::StatusOr<uint64_t> Alliance::AskHeight(const std::string& msp_id) const {
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Network channel, Channel(msp_id));
  sdk::ProposalOptions options;
  options.arguments = {channel_};
  options.endorsing_organizations = {msp_id};
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          channel.GetContract("qscc").Evaluate("GetChainInfo", options));
  ::common::BlockchainInfo info;
  if (!info.ParseFromString(bytes)) return absl::DataLossError("GetChainInfo: not its message");
  return info.height();
}

absl::Status Alliance::AwaitEqualHeights() const {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (true) {
    std::string told;
    std::set<uint64_t> heights;
    for (const auto& [msp_id, gateway] : members_) {
      const auto height = AskHeight(msp_id);
      heights.insert(height.value_or(0));
      absl::StrAppend(&told, " ", msp_id, " ",
                      height.ok() ? absl::StrCat(*height) : height.status().ToString());
    }
    if (heights.size() == 1 && *heights.begin() > 0) return absl::OkStatus();
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat("heights do not become equal:", told));
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
}

absl::StatusOr<nlohmann::json> Alliance::Ask(const Call& call) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto contract, Contract(call.msp_id, call.contract));
  const auto answer = contract.Evaluate(call.function, call.arguments);
  if (!answer.ok()) return Named(answer.status(), call);
  auto json = nlohmann::json::parse(*answer, nullptr, false);
  if (json.is_discarded()) return Named(absl::DataLossError("the answer is not JSON"), call);
  return json;
}

void RunMany(size_t count, size_t in_flight,
             absl::FunctionRef<void(size_t index, Done done)> start) {
  const auto window = std::make_shared<Window>(in_flight);
  for (size_t i = 0; i < count; ++i) {
    window->Enter();
    start(i, [window] { window->Leave(); });
  }
  window->AwaitEmpty();
}

}  // namespace suyuan::demo
