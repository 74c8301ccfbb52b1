#include "network/cli/ledger_hashes.h"

#include <nlohmann/json.hpp>

#include "network/common/text.h"

namespace suyuan {

std::string HashesJson(const ChainHashes& hashes) {
  return nlohmann::ordered_json{{"height", hashes.height},
                                {"blockHash", HexEncode(hashes.block_hash)},
                                {"commitHash", HexEncode(hashes.commit_hash)},
                                {"stateHash", HexEncode(hashes.state_hash)}}
      .dump();
}

ChainHashes ToHashes(const ::suyuan::node::LedgerHashes& hashes) {
  return {hashes.height(), hashes.block_hash(), hashes.commit_hash(), hashes.state_hash()};
}

}  // namespace suyuan
