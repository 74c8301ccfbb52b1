#include "sdk/trace/calls.h"

#include <utility>

#include "absl/time/clock.h"
#include "sdk/internal/errors.h"

namespace suyuan::sdk::trace {
namespace {

class GatewayCalls final : public Calls {
 public:
  GatewayCalls(Network network, absl::string_view chaincode, absl::Duration timeout)
      : contract_(network.GetContract(chaincode)), timeout_(timeout) {}

  absl::StatusOr<std::string> Ask(absl::string_view function,
                                  const ProposalOptions& proposal) override {
    return contract_.Evaluate(function, proposal, Deadline());
  }

  absl::StatusOr<RecordedResult<std::string>> Record(absl::string_view function,
                                                     const ProposalOptions& proposal) override {
    const CallOptions deadline = Deadline();
    auto submitted = contract_.SubmitNoWait(function, proposal, deadline);
    if (!submitted.ok()) return submitted.status();
    const auto status = submitted->commit.Status(deadline);
    if (!status.ok()) return status.status();
    if (!status->successful) return sdk::internal::CommitError(*status);
    return RecordedResult<std::string>{{status->transaction_id, status->block_number},
                                       std::move(submitted->result)};
  }

 private:
  CallOptions Deadline() const { return {.deadline = absl::Now() + timeout_}; }

  const Contract contract_;
  const absl::Duration timeout_;
};

}  // namespace

CallsPtr NewCalls(Network network, absl::string_view chaincode, absl::Duration timeout) {
  return std::make_shared<GatewayCalls>(std::move(network), chaincode, timeout);
}

namespace internal {

ProposalOptions Propose(std::vector<std::string> arguments, const Fields& secret) {
  ProposalOptions proposal{.arguments = std::move(arguments)};
  if (!secret.is_null()) proposal.transient["secret"] = secret.dump();
  return proposal;
}

absl::StatusOr<Recorded> Write(Calls& calls, absl::string_view function,
                               std::vector<std::string> arguments, const Fields& secret) {
  auto written = calls.Record(function, Propose(std::move(arguments), secret));
  if (!written.ok()) return written.status();
  return std::move(written->at);
}

void Set(Fields* fields, const char* name, const std::string& text) {
  if (!text.empty()) (*fields)[name] = text;
}

void Set(Fields* fields, const char* name, const std::vector<std::string>& texts) {
  if (!texts.empty()) (*fields)[name] = texts;
}

}  // namespace internal
}  // namespace suyuan::sdk::trace
