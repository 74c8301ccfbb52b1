// Whether a code belongs to a batch, by what came with the call as transient data.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct ProvenCode {
  bool known = false;
  // The open code is right, the one that came as the covered one is not.
  bool wrong_inner = false;
  bool inner = false;  // the covered code was proven; else the open one
  std::string leaf;    // hex, of that code; "" unless known
};

// Transient `code`, `salt`, `proof`, and of the covered code `inner`, `innerSalt`, `innerProof`
// (anti_counterfeit.h). A whole covered code does without the open one.
//   kInvalidArgument  a value that must be there is missing, or is not hex of its kind; the batch
//                     has no covered codes
absl::StatusOr<ProvenCode> ProveCode(const ChaincodeStub& stub, const CodeBatchRecord& batch,
                                     uint64_t index);

}  // namespace suyuan
