// A page of what an index lists.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct IdPage {
  std::vector<std::string> ids;
  std::string bookmark;  // empty at the end
};

// The last attributes of the composite keys of `index` that begin with `prefix`, by their text;
// at most `size`.
//   any error of the ledger
absl::StatusOr<IdPage> ListIds(ChaincodeStub& stub, const std::string& index,
                               const std::vector<std::string>& prefix, int32_t size,
                               const std::string& bookmark);

}  // namespace suyuan
