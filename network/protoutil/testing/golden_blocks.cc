#include "network/protoutil/testing/golden_blocks.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "network/common/file_util.h"

namespace suyuan {

std::vector<::common::Block> GoldenBlocks() {
  std::vector<::common::Block> blocks;
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  if (shared == nullptr) return blocks;
  for (int i = 0;; ++i) {
    const std::string path = absl::StrCat(shared, "/fabric-golden/block", i, ".pb");
    const auto bytes = ReadFile(path);
    if (!bytes.ok()) return blocks;
    SUYUAN_CHECK(blocks.emplace_back().ParseFromString(*bytes));
  }
}

}  // namespace suyuan
