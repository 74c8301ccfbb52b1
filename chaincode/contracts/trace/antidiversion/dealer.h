// Dealers and who may act for them, apart from any ledger.
//
// Dealers form trees. The organisation that registers a root owns its whole tree. A dealer that is
// an organisation of the alliance is spoken for by its clients; any other by clients of who
// registered it whose certificate has role "dealer:ID". A client with such a role is nobody else's:
// it sees what that dealer may see, and nothing of other dealers.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/antidiversion/scan_place.h"
#include "chaincode/contracts/trace/caller.h"

namespace suyuan {

// What a dealer's contract says.
struct DealerTerms {
  SalesArea area;
  std::string edition;      // of GB/T 2260; "" not told
  std::string from, until;  // first and last day; "" open
};

struct Dealer {
  std::string id, name;
  std::string parent;        // "" of the first level
  std::string owner;         // MSP id: who registered the root of its tree
  std::string registrant;    // MSP id: who registered this one
  std::string organization;  // MSP id of the dealer itself; "" it is no member
  DealerTerms terms;
};

// `content`: {"name","parent"?,"organization"?, and the terms: "regions":[...],"borders"?:[...],
// "edition"?,"from"?,"until"?}. Owner and registrant are the caller's to set.
//   kInvalidArgument  names the field
absl::StatusOr<Dealer> ParseDealer(const std::string& id, absl::string_view argument,
                                   const nlohmann::json& content);
// The terms alone.
absl::StatusOr<DealerTerms> ParseTerms(absl::string_view argument, const nlohmann::json& content);

void to_json(nlohmann::json& json, const Dealer& dealer);
//   kInternal  not a dealer's record
absl::StatusOr<Dealer> DealerFromJson(const nlohmann::json& json);

// The parent may sell wherever the dealer does.
//   kInvalidArgument  "argument 'regions': REGION is outside the regions of dealer PARENT"
absl::Status CheckWithin(const DealerTerms& terms, const Dealer& parent);
//   kFailedPrecondition  "the contract of dealer ID begins on DAY|ended on DAY"
absl::Status CheckInForce(const Dealer& dealer, absl::string_view day);

// Acts for the tree: of the owner or the registrant, and nobody's dealer.
bool Manages(const Caller& caller, const Dealer& dealer);
bool SpeaksFor(const Caller& caller, const Dealer& dealer);
// "dealer:ID", the role of clients of one dealer.
std::string DealerRole(absl::string_view dealer);
bool IsDealerRole(absl::string_view role);
// Whether the client has such a role.
bool IsDealersClient(const Caller& caller);

}  // namespace suyuan
