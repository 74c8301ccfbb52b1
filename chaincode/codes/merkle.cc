#include "chaincode/codes/merkle.h"

#include "network/common/check.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr size_t kHash = 32;
constexpr absl::string_view kNodeTag("\x01", 1);

}  // namespace

std::vector<std::vector<std::string>> BuildMerkleLevels(std::vector<std::string> leaves) {
  SUYUAN_CHECK(!leaves.empty());
  std::vector<std::vector<std::string>> levels;
  levels.push_back(std::move(leaves));
  while (levels.back().size() > 1) {
    const std::vector<std::string>& below = levels.back();
    std::vector<std::string> level;
    level.reserve((below.size() + 1) / 2);
    for (size_t i = 0; i + 1 < below.size(); i += 2) {
      level.push_back(Sha256({kNodeTag, below[i], below[i + 1]}));
    }
    if (below.size() % 2 == 1) level.push_back(below.back());
    levels.push_back(std::move(level));
  }
  return levels;
}

bool CheckMerkleProof(absl::string_view root, absl::string_view leaf, uint64_t index,
                      uint64_t count, absl::string_view proof) {
  if (index >= count || leaf.size() != kHash) return false;
  std::string node(leaf);
  for (uint64_t size = count; size > 1; size = (size + 1) / 2, index /= 2) {
    if (index == size - 1 && size % 2 == 1) continue;  // moved up alone
    if (proof.size() < kHash) return false;
    const absl::string_view sibling = proof.substr(0, kHash);
    proof.remove_prefix(kHash);
    node = index % 2 == 0 ? Sha256({kNodeTag, node, sibling}) : Sha256({kNodeTag, sibling, node});
  }
  return proof.empty() && node == root;
}

}  // namespace suyuan
