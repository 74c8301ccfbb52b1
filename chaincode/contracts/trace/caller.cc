#include "chaincode/contracts/trace/caller.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {

absl::StatusOr<Caller> CallerOf(const TransactionContext& tx) {
  SUYUAN_ASSIGN_OR_RETURN(const ClientIdentity identity, tx.Identity());
  Caller caller;
  caller.msp_id = identity.msp_id();
  caller.person = HexEncode(Sha256(identity.id())).substr(0, 32);
  caller.admin = identity.HasOrganizationalUnit("admin");
  for (absl::string_view role :
       absl::StrSplit(identity.GetAttribute("role").value_or(""), ',', absl::SkipWhitespace())) {
    caller.roles.emplace(absl::StripAsciiWhitespace(role));
  }
  return caller;
}

absl::Status NeedRole(const Caller& caller, absl::string_view role, absl::string_view what) {
  if (caller.HasRole(role)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("only a client with role ", role, " may ", what));
}

absl::StatusOr<nlohmann::json> Authorship(const TransactionContext& tx, const Caller& caller,
                                          absl::string_view event_time) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string recorded, TransactionTime(tx.stub()));
  nlohmann::json out{{"eventTime", recorded},
                     {"recordedAt", recorded},
                     {"txId", tx.stub().GetTxID()},
                     {"author", {{"mspId", caller.msp_id}, {"person", caller.person}}}};
  if (!event_time.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, ParseTime("eventTime", event_time));
    out["eventTime"] = TimeText(time);
  }
  return out;
}

}  // namespace suyuan
