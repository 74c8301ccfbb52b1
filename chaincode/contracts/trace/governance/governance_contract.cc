#include "chaincode/contracts/trace/governance/governance_contract.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/governance/motion.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kBallot[] = "ballot";
constexpr char kListing[] = "blacklist";

std::string MotionKey(absl::string_view id) { return absl::StrCat("motion/", id); }

absl::StatusOr<nlohmann::json> NeedMotion(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("motion", id));
  return NeedRecord(stub, MotionKey(id), "motion", id);
}

// The caller when it may speak for a member.
absl::StatusOr<Caller> NeedDelegate(TransactionContext& tx, const Council& council) {
  SUYUAN_ASSIGN_OR_RETURN(Caller caller, CallerOf(tx));
  if (!council.founded()) return absl::FailedPreconditionError("the council is not founded");
  if (!council.members.count(caller.msp_id)) {
    return absl::PermissionDeniedError(
        absl::StrCat(caller.msp_id, " is not a member of the council"));
  }
  if (!caller.admin) {
    return absl::PermissionDeniedError(
        "an organisation votes through its administrator (NodeOU admin)");
  }
  return caller;
}

// Who voted how, by MSP id.
std::map<std::string, bool> BallotsIn(const nlohmann::json& records) {
  std::map<std::string, bool> ballots;
  for (const auto& record : records) {
    ballots[record.value("organization", "")] = record.value("approve", false);
  }
  return ballots;
}

nlohmann::json ToJson(const Tally& tally) {
  return {
      {"yes", tally.yes}, {"no", tally.no}, {"needed", tally.needed}, {"outcome", tally.outcome}};
}

absl::Status Apply(ChaincodeStub& stub, const Motion& motion) {
  if (motion.kind == "council") {
    SUYUAN_ASSIGN_OR_RETURN(const Council council, ParseCouncil("content", motion.content));
    return SaveCouncil(stub, council);
  }
  const std::string organization = motion.content.value("organization", "");
  if (motion.kind == "blacklist") {
    return Append(stub, kListing, {organization},
                  {{"organization", organization},
                   {"reason", motion.reason},
                   {"from", motion.content.value("from", "")},
                   {"until", motion.content.value("until", "")},
                   {"removed", false},
                   {"motion", motion.id}});
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(kListing, {organization}));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json listing,
                          NeedRecord(stub, key, "blacklisted organization", organization));
  listing.update({{"removed", true}, {"removal", motion.id}, {"removalReason", motion.reason}});
  return PutRecord(stub, key, listing);
}

}  // namespace

GovernanceContract::GovernanceContract() : Contract("Governance") {
  Submit("Found", {"council"}, &GovernanceContract::Found);
  Submit("Propose", {"motion", "content"}, &GovernanceContract::Propose);
  Submit("Vote", {"motion", "approve"}, &GovernanceContract::Vote);
  Submit("Conclude", {"motion"}, &GovernanceContract::Conclude);
  Evaluate("GetCouncil", {}, &GovernanceContract::GetCouncil);
  Evaluate("GetMotion", {"motion"}, &GovernanceContract::GetMotion);
  Evaluate("GetBlacklist", {}, &GovernanceContract::GetBlacklist);
}

absl::Status GovernanceContract::Found(TransactionContext& tx, const JsonObject& object) const {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, ParseCouncil("council", object.value));
  SUYUAN_ASSIGN_OR_RETURN(const Council present, LoadCouncil(tx.stub()));
  if (present.founded()) {
    return absl::FailedPreconditionError("the council is founded; it is changed by its own votes");
  }
  SUYUAN_RETURN_IF_ERROR(NeedDelegate(tx, council).status());
  SUYUAN_RETURN_IF_ERROR(SaveCouncil(tx.stub(), council));
  return Announce(tx.stub(), "Found", council);
}

absl::Status GovernanceContract::Propose(TransactionContext& tx, const std::string& id,
                                         const JsonObject& content) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("motion", id));
  SUYUAN_ASSIGN_OR_RETURN(const Motion motion, ParseMotion(id, "content", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedDelegate(tx, council));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), MotionKey(id), "motion", id));
  nlohmann::json record(motion);
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update(authorship);
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), MotionKey(id), record));
  return Announce(tx.stub(), "Propose", record);
}

absl::Status GovernanceContract::Vote(TransactionContext& tx, const std::string& id,
                                      bool approve) const {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedDelegate(tx, council));
  SUYUAN_ASSIGN_OR_RETURN(const auto motion, NeedMotion(tx.stub(), id));
  if (motion.value("status", "") != "open") {
    return absl::FailedPreconditionError(
        absl::StrCat("motion ", id, " is ", motion.value("status", "")));
  }
  if (motion["content"].value("organization", "") == caller.msp_id) {
    return absl::PermissionDeniedError("an organisation has no vote on itself");
  }
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json ballot, Authorship(tx, caller, ""));
  ballot.update({{"motion", id}, {"organization", caller.msp_id}, {"approve", approve}});
  SUYUAN_RETURN_IF_ERROR(Append(tx.stub(), kBallot, {id, caller.msp_id}, ballot));
  return Announce(tx.stub(), "Vote", ballot);
}

absl::StatusOr<std::string> GovernanceContract::Conclude(TransactionContext& tx,
                                                         const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(tx.stub()));
  SUYUAN_RETURN_IF_ERROR(NeedDelegate(tx, council).status());
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedMotion(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(Motion motion, MotionFromJson(record));
  if (motion.status != "open") {
    return absl::FailedPreconditionError(absl::StrCat("motion ", id, " is ", motion.status));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto ballots, ListRecords(tx.stub(), kBallot, {id}));
  const Tally tally = Count(motion, council, BallotsIn(ballots));
  if (tally.outcome == "open") {
    return absl::FailedPreconditionError(absl::StrCat("motion ", id, " has ", tally.yes,
                                                      " votes for and ", tally.no,
                                                      " against; it needs ", tally.needed));
  }
  if (tally.outcome == "carried") SUYUAN_RETURN_IF_ERROR(Apply(tx.stub(), motion));
  record.update({{"status", tally.outcome}, {"tally", ToJson(tally)}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), MotionKey(id), record));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "Conclude", record));
  return tally.outcome;
}

absl::StatusOr<nlohmann::json> GovernanceContract::GetCouncil(TransactionContext& tx) const {
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(tx.stub()));
  return nlohmann::json(council);
}

absl::StatusOr<nlohmann::json> GovernanceContract::GetMotion(TransactionContext& tx,
                                                             const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedMotion(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(record["ballots"], ListRecords(tx.stub(), kBallot, {id}));
  if (record.contains("tally")) return record;
  SUYUAN_ASSIGN_OR_RETURN(const Motion motion, MotionFromJson(record));
  SUYUAN_ASSIGN_OR_RETURN(const Council council, LoadCouncil(tx.stub()));
  record["tally"] = ToJson(Count(motion, council, BallotsIn(record["ballots"])));
  return record;
}

absl::StatusOr<nlohmann::json> GovernanceContract::GetBlacklist(TransactionContext& tx) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json records, ListRecords(tx.stub(), kListing, {}));
  for (nlohmann::json& record : records) {
    SUYUAN_ASSIGN_OR_RETURN(const Listing listing, ListingFromJson(record));
    record["inForce"] = InForce(listing, day);
  }
  return records;
}

absl::Status CheckNotBlacklisted(ChaincodeStub& stub, const std::string& msp_id) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(kListing, {msp_id}));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, key));
  if (!record) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const Listing listing, ListingFromJson(*record));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(stub));
  if (!InForce(listing, day)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "organization ", msp_id, " is blacklisted since ", listing.from,
      listing.until.empty() ? "" : absl::StrCat(" until ", listing.until), ": ", listing.reason));
}

}  // namespace suyuan
