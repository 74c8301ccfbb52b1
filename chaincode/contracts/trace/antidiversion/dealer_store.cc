#include "chaincode/contracts/trace/antidiversion/dealer_store.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/composite_key.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kIndex[] = "dealer-of";
constexpr size_t kMaxDepth = 200;
constexpr size_t kMaxChildren = 1000;
constexpr int32_t kPage = 100;

// No id has this character.
std::string IndexParent(absl::string_view parent) {
  return parent.empty() ? "/" : std::string(parent);
}

absl::StatusOr<std::string> IndexKey(ChaincodeStub& stub, const Dealer& dealer,
                                     absl::string_view parent) {
  return stub.CreateCompositeKey(kIndex, {dealer.owner, IndexParent(parent), dealer.id});
}

}  // namespace

std::string DealerKey(absl::string_view id) { return absl::StrCat("dealer/", id); }

absl::StatusOr<Dealer> LoadDealer(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("dealer", id));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecord(stub, DealerKey(id), "dealer", id));
  return DealerFromJson(record);
}

absl::Status SaveDealer(TransactionContext& tx, const Dealer& dealer, const Caller& caller,
                        absl::string_view act, bool is_new, absl::string_view parent_before) {
  ChaincodeStub& stub = tx.stub();
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update(nlohmann::json(dealer));
  record["act"] = std::string(act);
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, DealerKey(dealer.id), record));
  if (is_new || dealer.parent != parent_before) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string key, IndexKey(stub, dealer, dealer.parent));
    SUYUAN_RETURN_IF_ERROR(stub.PutState(key, "1"));
    if (!is_new) {
      SUYUAN_ASSIGN_OR_RETURN(const std::string old, IndexKey(stub, dealer, parent_before));
      SUYUAN_RETURN_IF_ERROR(stub.DelState(old));
    }
  }
  return Announce(stub, act, record);
}

absl::StatusOr<std::vector<Dealer>> AncestorsOf(ChaincodeStub& stub, const Dealer& dealer) {
  std::vector<Dealer> out;
  std::string above = dealer.parent;
  while (!above.empty()) {
    if (above == dealer.id) return internal::ArgumentError("parent", "is below the dealer");
    if (out.size() == kMaxDepth) {
      return internal::ArgumentError("parent", absl::StrCat("is deeper than ", kMaxDepth));
    }
    SUYUAN_ASSIGN_OR_RETURN(Dealer next, LoadDealer(stub, above));
    above = next.parent;
    out.push_back(std::move(next));
  }
  return out;
}

absl::StatusOr<std::vector<std::string>> ChildrenOf(ChaincodeStub& stub, const Dealer& dealer) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator,
                          stub.GetStateByPartialCompositeKey(kIndex, {dealer.owner, dealer.id}));
  std::vector<std::string> out;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) return out;
    if (out.size() == kMaxChildren) {
      return absl::ResourceExhaustedError(
          absl::StrCat("dealer ", dealer.id, " has more than ", kMaxChildren, " below it"));
    }
    SUYUAN_ASSIGN_OR_RETURN(const CompositeKey key, ParseCompositeKey(entry->key));
    out.push_back(key.attributes.back());
  }
}

absl::StatusOr<IdPage> ListDealers(ChaincodeStub& stub, const std::string& owner,
                                   const std::string& parent, bool all,
                                   const std::string& bookmark) {
  std::vector<std::string> prefix{owner};
  if (!all) prefix.push_back(IndexParent(parent));
  return ListIds(stub, kIndex, prefix, kPage, bookmark);
}

absl::StatusOr<bool> Oversees(ChaincodeStub& stub, const Caller& caller, const std::string& issuer,
                              const std::string& owner) {
  if (IsDealersClient(caller)) return false;
  if (caller.msp_id == issuer || caller.msp_id == owner) return true;
  return IsSupervisor(stub, caller);
}

absl::Status NeedMaySee(ChaincodeStub& stub, const Caller& caller, const Dealer& dealer) {
  if (Manages(caller, dealer) || SpeaksFor(caller, dealer)) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, IsSupervisor(stub, caller));
  if (supervisor) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("dealer ", dealer.id, " is not for this client of ", caller.msp_id, " to see"));
}

}  // namespace suyuan
