#include "chaincode/contracts/trace/antidiversion/diversion_case.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr char kIndex[] = "case-of";
constexpr int32_t kPage = 50;
constexpr size_t kBaseLength = 20;

std::string OpeningKey(absl::string_view id) { return absl::StrCat("case-opening/", id); }
std::string StateKey(absl::string_view id) { return absl::StrCat("case-state/", id); }
std::string EndKey(absl::string_view base) { return absl::StrCat("case-end/", base); }

}  // namespace

std::string CaseBase(const CaseSubject& subject) {
  const std::string zero(1, '\0');
  return HexEncode(Sha256({subject.issuer, zero, subject.dealer, zero, subject.shipment, zero,
                           subject.region}))
      .substr(0, kBaseLength);
}

std::string CaseId(absl::string_view base, uint32_t sequence) {
  return absl::StrCat(base, "-", sequence);
}

absl::Status CheckStep(absl::string_view id, absl::string_view state, absl::string_view to) {
  static const std::set<std::pair<absl::string_view, absl::string_view>> kSteps = {
      {"open", "checked"},
      {"checked", "confirmed"},
      {"checked", "dismissed"},
      {"confirmed", "closed"}};
  if (kSteps.count({state, to}) > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("case ", id, " is ", state, ": it cannot become ", to));
}

bool IsEnd(absl::string_view state) { return state == "closed" || state == "dismissed"; }

absl::StatusOr<CaseEnd> LoadCaseEnd(ChaincodeStub& stub, const std::string& base) {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, EndKey(base)));
  if (!record) return CaseEnd{1, ""};
  return CaseEnd{record->value("sequence", 1u), record->value("at", "")};
}

absl::Status PutOpening(ChaincodeStub& stub, const nlohmann::json& opening) {
  const std::string id = opening.value("case", "");
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, OpeningKey(id), opening));
  for (const char* whom : {"issuer", "owner"}) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                            stub.CreateCompositeKey(kIndex, {opening.value(whom, ""), id}));
    SUYUAN_RETURN_IF_ERROR(stub.PutState(key, "1"));
  }
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::json> LoadCaseState(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(auto state, FindRecord(stub, StateKey(id)));
  if (state) return *std::move(state);
  return nlohmann::json{{"state", "open"}, {"steps", nlohmann::json::array()}};
}

absl::Status PutStep(ChaincodeStub& stub, const nlohmann::json& opening, nlohmann::json state,
                     const std::string& to, const nlohmann::json& step) {
  const std::string id = opening.value("case", "");
  SUYUAN_RETURN_IF_ERROR(CheckStep(id, state.value("state", ""), to));
  state["state"] = to;
  state["steps"].push_back(step);
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, StateKey(id), state));
  if (!IsEnd(to)) return absl::OkStatus();
  return PutRecord(
      stub, EndKey(opening.value("base", "")),
      {{"sequence", opening.value("sequence", 1u) + 1}, {"at", step.value("recordedAt", "")}});
}

absl::StatusOr<nlohmann::json> NeedOpening(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("case", id));
  return NeedRecord(stub, OpeningKey(id), "case", id);
}

absl::StatusOr<CaseHistory> LoadCaseHistory(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json all, RecordHistory(stub, OpeningKey(id)));
  if (all.empty()) return absl::NotFoundError(absl::StrCat("case ", id, " does not exist"));
  CaseHistory history;
  for (size_t i = 1; i < all.size(); ++i) {
    history.confirmations.push_back(all[i].value("txId", ""));
  }
  history.opening = std::move(all[0]);
  return history;
}

absl::StatusOr<IdPage> ListCases(ChaincodeStub& stub, const std::string& msp,
                                 const std::string& bookmark) {
  return ListIds(stub, kIndex, {msp}, kPage, bookmark);
}

}  // namespace suyuan
