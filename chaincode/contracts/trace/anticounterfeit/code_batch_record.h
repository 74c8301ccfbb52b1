// A batch of codes as the ledger holds it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct CodeBatchRecord {
  std::string batch;
  std::string issuer;   // MSP id
  std::string product;  // GTIN-14
  uint64_t count = 0;
  int32_t length = 0;
  std::string root;        // lower-case hex
  std::string public_key;  // PEM, RSA
  int64_t scan_limit = 0;
  // Of the covered codes; "" and 0: the batch has none.
  std::string inner_root;
  int32_t inner_length = 0;
};

void to_json(nlohmann::json& json, const CodeBatchRecord& batch);

// nullopt when absent.
absl::StatusOr<std::optional<CodeBatchRecord>> FindBatch(ChaincodeStub& stub,
                                                         const std::string& batch);
//   kNotFound  "batch B does not exist"
absl::StatusOr<CodeBatchRecord> NeedBatch(ChaincodeStub& stub, const std::string& batch);
absl::Status SaveBatch(ChaincodeStub& stub, const CodeBatchRecord& batch);

}  // namespace suyuan
