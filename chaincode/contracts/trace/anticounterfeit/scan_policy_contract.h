// Contract ScanPolicies: how scans are counted and answered, level by level (scan_policy.h).
// Setting one is an event of the function's name.
//
// State: scan-policy/LEVEL/SUBJECT.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/anticounterfeit/scan_policy.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

class ScanPolicyContract : public Contract {
 public:
  ScanPolicyContract();

 private:
  // `level` issuer: `subject` is one's own MSP id; product: the GTIN of one's own product; batch:
  // one's own batch; code: "BATCH/INDEX" of it. What was set there before is replaced whole; a
  // scan limit only goes down.
  absl::Status Set(TransactionContext& tx, const std::string& level, const std::string& subject,
                   const JsonObject& policy) const;
  // As it was set; {} when it was not.
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& level,
                                     const std::string& subject) const;
  // What holds for one code: all fields of CodePolicy.
  absl::StatusOr<nlohmann::json> GetOf(TransactionContext& tx, const std::string& batch,
                                       uint64_t index) const;
};

// What holds for one code of the batch.
absl::StatusOr<CodePolicy> LoadCodePolicy(ChaincodeStub& stub, const CodeBatchRecord& batch,
                                          uint64_t index);

}  // namespace suyuan
