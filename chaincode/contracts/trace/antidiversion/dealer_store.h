// Dealers in the ledger.
//
// dealer/ID is the dealer as it is now with the act that made it so; its history is the dealer's.
// dealer-of~OWNER~PARENT~ID finds a tree's dealers by parent ("/" where there is none).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/antidiversion/dealer.h"
#include "chaincode/contracts/trace/antidiversion/id_page.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

std::string DealerKey(absl::string_view id);
//   kNotFound  "dealer ID does not exist"
absl::StatusOr<Dealer> LoadDealer(ChaincodeStub& stub, const std::string& id);
// `act` is what was done, `parent_before` the parent that it leaves ("" with `is_new`). Announces
// the record as an event of that name.
absl::Status SaveDealer(TransactionContext& tx, const Dealer& dealer, const Caller& caller,
                        absl::string_view act, bool is_new, absl::string_view parent_before);

// From the dealer's parent up to the root.
//   kInvalidArgument  "argument 'parent': is below the dealer", "... is deeper than 200"
//   kNotFound         a parent is not registered
absl::StatusOr<std::vector<Dealer>> AncestorsOf(ChaincodeStub& stub, const Dealer& dealer);
// Right below it.
//   kResourceExhausted  over 1000
absl::StatusOr<std::vector<std::string>> ChildrenOf(ChaincodeStub& stub, const Dealer& dealer);

// A page of the ids of `owner`'s dealers below `parent` (of the first level when it is empty), or
// with `all` of its whole tree.
absl::StatusOr<IdPage> ListDealers(ChaincodeStub& stub, const std::string& owner,
                                   const std::string& parent, bool all,
                                   const std::string& bookmark);

// Answers for all of a tree or for the goods: of the issuer or the owner, or a supervisor; no
// dealer's client.
absl::StatusOr<bool> Oversees(ChaincodeStub& stub, const Caller& caller, const std::string& issuer,
                              const std::string& owner);
// Who looks at what concerns `dealer`: who manages it or speaks for it, or a supervisor.
//   kPermissionDenied  "dealer ID is not for MSP to see"
absl::Status NeedMaySee(ChaincodeStub& stub, const Caller& caller, const Dealer& dealer);

}  // namespace suyuan
