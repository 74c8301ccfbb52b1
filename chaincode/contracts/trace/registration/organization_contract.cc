#include "chaincode/contracts/trace/registration/organization_contract.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/organization.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kPaper[] = "paper";
constexpr char kChange[] = "file-change";

absl::StatusOr<nlohmann::json> NeedOrganization(ChaincodeStub& stub, const std::string& msp_id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("mspId", msp_id));
  return NeedRecord(stub, OrganizationKey(msp_id), "organization", msp_id);
}

// A licence belongs to an organisation whose credit code is on file.
absl::Status CheckCreditCodeOnFile(ChaincodeStub& stub, const std::string& msp_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto organization, NeedOrganization(stub, msp_id));
  const nlohmann::json& information = organization["information"];
  if (information.value("country", "CN") != "CN" || information.contains("creditCode")) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("organization ", msp_id, " has no field creditCode on file"));
}

// Organisations from Register's keys.
absl::StatusOr<std::vector<nlohmann::json>> AllOrganizations(ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator,
                          stub.GetStateByRange(OrganizationKey(""), "organization0"));
  std::vector<nlohmann::json> out;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) break;
    out.push_back(nlohmann::json::parse(entry->value, nullptr, false));
    if (!out.back().is_object()) return absl::InternalError("a record is not JSON");
  }
  return out;
}

}  // namespace

OrganizationContract::OrganizationContract() : Contract("Organizations") {
  Submit("Register", {"information"}, &OrganizationContract::Register);
  Submit("FilePaper", {"paper", "content"}, &OrganizationContract::FilePaper);
  Submit("ReviewPaper", {"mspId", "paper", "accept", "reason"}, &OrganizationContract::ReviewPaper);
  Submit("SetFileRules", {"rules"}, &OrganizationContract::SetFileRules);
  Submit("ReportChange", {"change", "mspId", "content"}, &OrganizationContract::ReportChange);
  Evaluate("Get", {"mspId"}, &OrganizationContract::Get);
  Evaluate("GetPapers", {"mspId"}, &OrganizationContract::GetPapers);
  Evaluate("GetOverdue", {"day"}, &OrganizationContract::GetOverdue);
}

absl::Status OrganizationContract::Register(TransactionContext& tx,
                                            const JsonObject& information) const {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json checked,
                          CheckOrganization("information", information.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"mspId", caller.msp_id}, {"information", checked}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), OrganizationKey(caller.msp_id), record));
  return Announce(tx.stub(), "RegisterOrganization", record);
}

absl::Status OrganizationContract::FilePaper(TransactionContext& tx, const std::string& id,
                                             const JsonObject& content) const {
  SUYUAN_ASSIGN_OR_RETURN(const Paper paper, ParsePaper(id, "content", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (paper.kind == "licence") {
    SUYUAN_RETURN_IF_ERROR(CheckCreditCodeOnFile(tx.stub(), caller.msp_id));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kPaper, {caller.msp_id, id}));
  SUYUAN_ASSIGN_OR_RETURN(const auto present, FindRecord(tx.stub(), key));
  if (present && present->value("status", "") == "accepted") {
    return absl::AlreadyExistsError(
        absl::StrCat("paper ", id, " is accepted; its successor has another id"));
  }
  nlohmann::json record(paper);
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update(authorship);
  record["organization"] = caller.msp_id;
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  return Announce(tx.stub(), "FilePaper", record);
}

absl::Status OrganizationContract::ReviewPaper(TransactionContext& tx, const std::string& msp_id,
                                               const std::string& id, bool accept,
                                               const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("mspId", msp_id));
  SUYUAN_RETURN_IF_ERROR(CheckId("paper", id));
  if (!accept || !reason.empty()) SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedReviewerOf(tx.stub(), caller, msp_id, "a paper"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kPaper, {msp_id, id}));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedRecord(tx.stub(), key, "paper", id));
  if (record.value("status", "") != "pending") {
    return absl::FailedPreconditionError(
        absl::StrCat("paper ", id, " is ", record.value("status", ""), ", not pending"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update({{"status", accept ? "accepted" : "rejected"},
                 {"reviewer", caller.msp_id},
                 {"reason", reason},
                 {"review", authorship}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  return Announce(tx.stub(), "ReviewPaper", record);
}

absl::Status OrganizationContract::SetFileRules(TransactionContext& tx,
                                                const JsonObject& rules) const {
  SUYUAN_ASSIGN_OR_RETURN(const FileRules parsed, ParseFileRules("rules", rules.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedSupervisor(tx.stub(), caller, "set the rules of files"));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record["rules"] = ToJson(parsed);
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), "file-rules", record));
  return Announce(tx.stub(), "SetFileRules", record);
}

absl::Status OrganizationContract::ReportChange(TransactionContext& tx, const std::string& id,
                                                const std::string& msp_id,
                                                const JsonObject& content) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("change", id));
  Fields fields("content", content.value);
  FileChange change;
  change.field = fields.Id("field");
  change.changed_on = fields.Day("changedOn");
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(const auto organization, NeedOrganization(tx.stub(), msp_id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (caller.msp_id != msp_id) {
    SUYUAN_RETURN_IF_ERROR(
        NeedSupervisor(tx.stub(), caller, "report a change of another organisation"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const FileRules rules, LoadFileRules(tx.stub()));
  change.id = id;
  change.organization = msp_id;
  change.old_value = organization["information"].value(change.field, nlohmann::json());
  change.deadline = AddDays(change.changed_on, rules.update_days);
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kChange, {msp_id, id}));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "change", id));
  nlohmann::json record(change);
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update(authorship);
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  return Announce(tx.stub(), "ReportChange", record);
}

absl::StatusOr<nlohmann::json> OrganizationContract::Get(TransactionContext& tx,
                                                         const std::string& msp_id) const {
  return NeedOrganization(tx.stub(), msp_id);
}

absl::StatusOr<nlohmann::json> OrganizationContract::GetPapers(TransactionContext& tx,
                                                               const std::string& msp_id) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("mspId", msp_id));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json records, ListRecords(tx.stub(), kPaper, {msp_id}));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(tx.stub()));
  for (nlohmann::json& record : records) {
    SUYUAN_ASSIGN_OR_RETURN(const Paper paper, PaperFromJson(record));
    record["inForce"] = InForce(paper, day);
  }
  return records;
}

absl::StatusOr<nlohmann::json> OrganizationContract::GetOverdue(TransactionContext& tx,
                                                                const std::string& day) const {
  SUYUAN_RETURN_IF_ERROR(CheckDay("day", day));
  SUYUAN_ASSIGN_OR_RETURN(const FileRules rules, LoadFileRules(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(const auto organizations, AllOrganizations(tx.stub()));
  nlohmann::json changes = nlohmann::json::array(), papers = nlohmann::json::array();
  for (const nlohmann::json& organization : organizations) {
    const std::string msp_id = organization.value("mspId", "");
    const nlohmann::json& information = organization["information"];
    SUYUAN_ASSIGN_OR_RETURN(const auto reported, ListRecords(tx.stub(), kChange, {msp_id}));
    for (const nlohmann::json& record : reported) {
      SUYUAN_ASSIGN_OR_RETURN(const FileChange change, FileChangeFromJson(record));
      if (Overdue(change, information, day)) changes.push_back(change);
    }
    SUYUAN_ASSIGN_OR_RETURN(const auto filed, LoadPapers(tx.stub(), msp_id));
    for (const std::string& kind : rules.DocumentsOf(information.value("country", "CN"))) {
      const absl::Status status = CheckPaper(filed, {kind, "", ""}, msp_id, day);
      if (status.ok()) continue;
      papers.push_back(
          {{"organization", msp_id}, {"kind", kind}, {"reason", std::string(status.message())}});
    }
  }
  return nlohmann::json{{"day", day}, {"changes", changes}, {"papers", papers}};
}

}  // namespace suyuan
