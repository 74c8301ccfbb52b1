#include "chaincode/contracts/trace/anticounterfeit/scan_policy_contract.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

struct Subject {
  std::string key;    // in the ledger
  std::string owner;  // MSP id of who sets its policy
};

std::string Key(absl::string_view level, absl::string_view subject) {
  return absl::StrCat("scan-policy/", level, "/", subject);
}
std::string CodeSubject(absl::string_view batch, uint64_t index) {
  return absl::StrCat(batch, "/", PaddedIndex(index));
}

absl::StatusOr<Subject> CodeSubjectOf(ChaincodeStub& stub, const std::string& text) {
  const size_t slash = text.rfind('/');
  uint64_t index = 0;
  if (slash == std::string::npos || !absl::SimpleAtoi(text.substr(slash + 1), &index)) {
    return internal::ArgumentError("subject", "is not BATCH/INDEX");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto batch, NeedBatch(stub, text.substr(0, slash)));
  if (index >= batch.count) {
    return internal::ArgumentError(
        "subject", absl::StrCat("its index is not below the batch's count ", batch.count));
  }
  return Subject{Key("code", CodeSubject(batch.batch, index)), batch.issuer};
}

// kInvalidArgument or kNotFound unless the subject is there.
absl::StatusOr<Subject> SubjectOf(ChaincodeStub& stub, const std::string& level,
                                  const std::string& subject) {
  if (level == "issuer") {
    SUYUAN_RETURN_IF_ERROR(CheckId("subject", subject));
    return Subject{Key(level, subject), subject};
  }
  if (level == "product") {
    SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(stub, subject));
    return Subject{Key(level, product.gtin), product.registrant};
  }
  if (level == "batch") {
    SUYUAN_ASSIGN_OR_RETURN(const auto batch, NeedBatch(stub, subject));
    return Subject{Key(level, batch.batch), batch.issuer};
  }
  if (level == "code") return CodeSubjectOf(stub, subject);
  return internal::ArgumentError("level", "is not issuer, product, batch or code");
}

absl::StatusOr<ScanPolicy> PolicyFromRecord(const nlohmann::json& record) {
  auto policy = ParseScanPolicy("policy", record.value("policy", nlohmann::json::object()));
  if (!policy.ok()) return absl::InternalError(policy.status().message());
  return policy;
}

// An empty policy when none was set.
absl::StatusOr<ScanPolicy> LoadPolicy(ChaincodeStub& stub, const std::string& key) {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, key));
  if (!record) return ScanPolicy();
  return PolicyFromRecord(*record);
}

}  // namespace

ScanPolicyContract::ScanPolicyContract() : Contract("ScanPolicies") {
  Submit("Set", {"level", "subject", "policy"}, &ScanPolicyContract::Set);
  Evaluate("Get", {"level", "subject"}, &ScanPolicyContract::Get);
  Evaluate("GetOf", {"batch", "index"}, &ScanPolicyContract::GetOf);
}

absl::Status ScanPolicyContract::Set(TransactionContext& tx, const std::string& level,
                                     const std::string& subject, const JsonObject& policy) const {
  SUYUAN_ASSIGN_OR_RETURN(const ScanPolicy next, ParseScanPolicy("policy", policy.value));
  SUYUAN_ASSIGN_OR_RETURN(const Subject of, SubjectOf(tx.stub(), level, subject));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, of.owner, "set this policy"));
  SUYUAN_ASSIGN_OR_RETURN(const ScanPolicy present, LoadPolicy(tx.stub(), of.key));
  SUYUAN_RETURN_IF_ERROR(CheckTightens(present, next));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"level", level}, {"subject", subject}, {"policy", ToJson(next)}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), of.key, record));
  return Announce(tx.stub(), "SetScanPolicy", record);
}

absl::StatusOr<nlohmann::json> ScanPolicyContract::Get(TransactionContext& tx,
                                                       const std::string& level,
                                                       const std::string& subject) const {
  SUYUAN_ASSIGN_OR_RETURN(const Subject of, SubjectOf(tx.stub(), level, subject));
  SUYUAN_ASSIGN_OR_RETURN(auto record, FindRecord(tx.stub(), of.key));
  return record ? *std::move(record) : nlohmann::json::object();
}

absl::StatusOr<nlohmann::json> ScanPolicyContract::GetOf(TransactionContext& tx,
                                                         const std::string& batch,
                                                         uint64_t index) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedBatch(tx.stub(), batch));
  if (index >= record.count) {
    return internal::ArgumentError("index",
                                   absl::StrCat("is not below the batch's count ", record.count));
  }
  SUYUAN_ASSIGN_OR_RETURN(const CodePolicy policy, LoadCodePolicy(tx.stub(), record, index));
  return nlohmann::json{{"scanLimit", policy.scan_limit},
                        {"foldSeconds", policy.fold_seconds},
                        {"freezeScore", policy.freeze_score},
                        {"traceOnly", policy.trace_only},
                        {"prompts", ToJson(policy.prompts)}};
}

absl::StatusOr<CodePolicy> LoadCodePolicy(ChaincodeStub& stub, const CodeBatchRecord& batch,
                                          uint64_t index) {
  std::vector<ScanPolicy> policies;
  for (const std::string& key :
       {Key("issuer", batch.issuer), Key("product", batch.product), Key("batch", batch.batch),
        Key("code", CodeSubject(batch.batch, index))}) {
    SUYUAN_ASSIGN_OR_RETURN(policies.emplace_back(), LoadPolicy(stub, key));
  }
  return Combine(policies, batch.scan_limit);
}

}  // namespace suyuan
