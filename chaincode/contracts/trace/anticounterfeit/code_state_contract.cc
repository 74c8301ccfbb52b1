#include "chaincode/contracts/trace/anticounterfeit/code_state_contract.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anticounterfeit/activation.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/anticounterfeit/code_state.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kState[] = "code-state";
constexpr char kOrigin[] = "code-origin";
// Ranges that one call may touch.
constexpr size_t kMaxRanges = 1000;

// Authorship, reason and evidence of an act.
absl::StatusOr<nlohmann::json> ActOf(const TransactionContext& tx, const Caller& caller,
                                     const JsonObject& details) {
  Fields fields("details", details.value);
  const std::string reason = fields.Text("reason");
  const std::string evidence = fields.Hash("evidence", Fields::kOptional);
  const std::string event_time = fields.Time("eventTime", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json act, Authorship(tx, caller, event_time));
  act["reason"] = reason;
  if (!evidence.empty()) act["evidence"] = evidence;
  return act;
}

absl::Status CheckMay(TransactionContext& tx, const Caller& caller, const CodeBatchRecord& batch,
                      absl::string_view state) {
  if (state == kRevoked && caller.msp_id != batch.issuer) {
    return NeedSupervisor(tx.stub(), caller, "revoke codes of another organisation");
  }
  return NeedOwner(tx, batch.issuer, "mark codes of this batch");
}

// All of [from, to] may change to `next`; the ranges with a state among them.
absl::StatusOr<std::vector<IndexRange>> CheckChange(ChaincodeStub& stub, const std::string& batch,
                                                    uint64_t from, uint64_t to,
                                                    absl::string_view next) {
  SUYUAN_ASSIGN_OR_RETURN(auto met, RangesIn(stub, kState, batch, {from, to, nullptr}, kMaxRanges));
  uint64_t sealed_from = from;
  bool any_sealed = false;
  for (const IndexRange& range : met) {
    any_sealed = any_sealed || sealed_from < range.from;
    sealed_from = range.to + 1;
    SUYUAN_RETURN_IF_ERROR(Annotate(CheckStateChange(range.record.value("state", ""), next),
                                    absl::StrCat("indexes ", range.from, " to ", range.to)));
  }
  if (any_sealed || sealed_from <= to) SUYUAN_RETURN_IF_ERROR(CheckStateChange("", next));
  return met;
}

absl::Status Put(ChaincodeStub& stub, const CodeBatchRecord& batch, uint64_t from, uint64_t to,
                 const std::string& state, nlohmann::json* act) {
  SUYUAN_ASSIGN_OR_RETURN(const auto met, CheckChange(stub, batch.batch, from, to, state));
  act->update({{"batch", batch.batch}, {"from", from}, {"to", to}, {"state", state}});
  return PutOver(stub, kState, batch.batch, met, {from, to, *act});
}

// Fresh codes [from, to] that may take the place of others.
absl::Status CheckFresh(ChaincodeStub& stub, const std::string& batch, uint64_t from, uint64_t to) {
  SUYUAN_ASSIGN_OR_RETURN(const auto activation, FindActivation(stub, batch, from));
  if (!activation || activation->to < to) {
    return absl::FailedPreconditionError(absl::StrCat("indexes ", from, " to ", to, " of batch ",
                                                      batch, " are not activated together"));
  }
  for (const absl::string_view kind : {absl::string_view(kState), absl::string_view(kOrigin)}) {
    SUYUAN_ASSIGN_OR_RETURN(const auto range, RangeFrom(stub, kind, batch, from));
    if (!range || range->from > to) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("indexes ", range->from, " to ", range->to, " of batch ", batch,
                     kind == kOrigin ? " replace others already"
                                     : absl::StrCat(" are ", range->record.value("state", ""))));
  }
  return absl::OkStatus();
}

}  // namespace

CodeStateContract::CodeStateContract() : Contract("CodeStates") {
  Submit("Mark", {"batch", "from", "to", "state", "details"}, &CodeStateContract::Mark);
  Submit("Reissue", {"batch", "from", "to", "newBatch", "newFrom", "details"},
         &CodeStateContract::Reissue);
  Evaluate("Get", {"batch", "index"}, &CodeStateContract::Get);
}

absl::Status CodeStateContract::Mark(TransactionContext& tx, const std::string& batch,
                                     uint64_t from, uint64_t to, const std::string& state,
                                     const JsonObject& details) const {
  if (state != kOpened && state != kReturned && state != kRevoked) {
    return internal::ArgumentError("state", "is not opened, returned or revoked");
  }
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(CheckMay(tx, caller, record, state));
  SUYUAN_RETURN_IF_ERROR(CheckIndexRange(from, to, record.count));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json act, ActOf(tx, caller, details));
  SUYUAN_RETURN_IF_ERROR(Put(tx.stub(), record, from, to, state, &act));
  return Announce(tx.stub(), "MarkCodes", act);
}

absl::Status CodeStateContract::Reissue(TransactionContext& tx, const std::string& batch,
                                        uint64_t from, uint64_t to, const std::string& new_batch,
                                        uint64_t new_from, const JsonObject& details) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord old, NeedBatch(tx.stub(), batch));
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord fresh, NeedBatch(tx.stub(), new_batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, old.issuer, "reissue codes of this batch"));
  SUYUAN_RETURN_IF_ERROR(CheckIndexRange(from, to, old.count));
  if (new_from >= fresh.count || to - from >= fresh.count - new_from) {
    return internal::ArgumentError("newFrom",
                                   absl::StrCat("batch ", new_batch, " has not so many codes"));
  }
  if (fresh.issuer != old.issuer || fresh.product != old.product) {
    return internal::ArgumentError(
        "newBatch", absl::StrCat(new_batch, " is not of the same issuer and product"));
  }
  const uint64_t new_to = new_from + (to - from);
  SUYUAN_RETURN_IF_ERROR(CheckFresh(tx.stub(), new_batch, new_from, new_to));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json act, ActOf(tx, caller, details));
  act["replacedBy"] = {{"batch", new_batch}, {"from", new_from}, {"to", new_to}};
  SUYUAN_RETURN_IF_ERROR(Put(tx.stub(), old, from, to, kReissued, &act));
  const nlohmann::json origin{{"batch", new_batch},
                              {"replaces", {{"batch", batch}, {"from", from}, {"to", to}}},
                              {"txId", tx.stub().GetTxID()}};
  SUYUAN_RETURN_IF_ERROR(PutRange(tx.stub(), kOrigin, new_batch, {new_from, new_to, origin}));
  return Announce(tx.stub(), "ReissueCodes", act);
}

absl::StatusOr<nlohmann::json> CodeStateContract::Get(TransactionContext& tx,
                                                      const std::string& batch,
                                                      uint64_t index) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_ASSIGN_OR_RETURN(auto state, FindCodeState(tx.stub(), record.batch, index));
  nlohmann::json out = state ? *std::move(state) : nlohmann::json{{"state", "sealed"}};
  SUYUAN_ASSIGN_OR_RETURN(const auto origin, RangeOver(tx.stub(), kOrigin, record.batch, index));
  if (origin) out["replaces"] = origin->record["replaces"];
  return out;
}

absl::StatusOr<std::optional<nlohmann::json>> FindCodeState(ChaincodeStub& stub,
                                                            const std::string& batch,
                                                            uint64_t index) {
  SUYUAN_ASSIGN_OR_RETURN(auto range, RangeOver(stub, kState, batch, index));
  if (!range) return std::optional<nlohmann::json>();
  return std::optional<nlohmann::json>(std::move(range->record));
}

}  // namespace suyuan
