#include "chaincode/contracts/trace/governance/council.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kKey[] = "council";
constexpr size_t kMaxMembers = 1000;

}  // namespace

absl::StatusOr<Council> ParseCouncil(absl::string_view argument, const nlohmann::json& object) {
  Fields fields(argument, object);
  Council council;
  for (std::string& member : fields.Texts("members", kMaxMembers)) {
    if (!CheckId("", member).ok()) fields.Mistake("members", "holds what is no MSP id");
    council.members.insert(std::move(member));
  }
  for (std::string& supervisor : fields.Texts("supervisors", kMaxMembers, Fields::kOptional)) {
    if (!council.members.count(supervisor)) {
      fields.Mistake("supervisors", absl::StrCat("holds ", supervisor, ", which is no member"));
    }
    council.supervisors.insert(std::move(supervisor));
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return council;
}

void to_json(nlohmann::json& json, const Council& council) {
  json = {{"members", council.members}, {"supervisors", council.supervisors}};
}

absl::StatusOr<Council> LoadCouncil(ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, kKey));
  if (!record) return Council();
  return ParseCouncil(kKey, *record);
}

absl::Status SaveCouncil(ChaincodeStub& stub, const Council& council) {
  return PutRecord(stub, kKey, council);
}

bool IsSupervisor(const Council& council, const Caller& caller) {
  return caller.HasRole(kRegulator) && council.supervisors.count(caller.msp_id) > 0;
}

absl::StatusOr<bool> IsSupervisor(ChaincodeStub& stub, const Caller& caller) {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(stub));
  return IsSupervisor(council, caller);
}

absl::Status NeedSupervisor(ChaincodeStub& stub, const Caller& caller, absl::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(stub));
  if (IsSupervisor(council, caller)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("only a regulator of a supervising organisation may ", what,
                   council.founded() ? "" : "; there is none before the council is founded"));
}

absl::Status NeedReviewerOf(ChaincodeStub& stub, const Caller& caller,
                            const std::string& registrant, absl::string_view what) {
  if (caller.msp_id == registrant) {
    return absl::PermissionDeniedError(
        absl::StrCat(what, " is reviewed by another organisation than its registrant"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(stub));
  if (IsSupervisor(council, caller)) return absl::OkStatus();
  SUYUAN_RETURN_IF_ERROR(NeedRole(caller, kReviewer, absl::StrCat("review ", what)));
  if (!council.founded() || council.members.count(caller.msp_id)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      what, " is reviewed by a member of the council, which ", caller.msp_id, " is not"));
}

}  // namespace suyuan
