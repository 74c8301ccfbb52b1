// Who calls, and as what: organisation and roles come from the certificate, never from
// arguments.
//
// Roles are the values of the certificate's attribute "role", separated by commas
// ("reviewer,quality"). An administrator of an organisation (NodeOU "admin") has every role
// of it. An attribute is the word of the organisation's own CA alone: what is decided over
// others also asks whether the organisation has that office (governance/council.h).
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// Accepts or refuses what others file: products, papers.
inline constexpr char kReviewer[] = "reviewer";
// Inspects, and decides what becomes of held units.
inline constexpr char kQuality[] = "quality";
// Speaks for an organisation that supervises.
inline constexpr char kRegulator[] = "regulator";

struct Caller {
  std::string msp_id;
  // Stands for the person, who is named in the certificate alone: SHA-256 of its subject and
  // issuer, 32 hex digits. The same after a renewal.
  std::string person;
  std::set<std::string> roles;
  bool admin = false;

  bool HasRole(absl::string_view role) const { return admin || roles.count(std::string(role)) > 0; }
};

//   kFailedPrecondition  no creator, or its certificate cannot be read
absl::StatusOr<Caller> CallerOf(const TransactionContext& tx);

//   kPermissionDenied  "only a client with role ROLE may WHAT"
absl::Status NeedRole(const Caller& caller, absl::string_view role, absl::string_view what);

// What every record of an act carries:
//   {"eventTime","recordedAt","txId","author":{"mspId","person"}}
// eventTime is when it happened, as the caller says; recordedAt the transaction's time. The
// block position is where `txId` stands in the ledger.
absl::StatusOr<nlohmann::json> Authorship(const TransactionContext& tx, const Caller& caller,
                                          absl::string_view event_time);

}  // namespace suyuan
