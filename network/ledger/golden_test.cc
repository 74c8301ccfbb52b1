// Blocks of a stock network, committed anew: the same verdicts and commit hashes.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "network/common/file_util.h"
#include "network/ledger/ledger.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/ledger/verdicts.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using testing::TempDir;

TEST_CASE("Golden blocks get the recorded verdicts and commit hashes", "[golden]") {
  const char* data = std::getenv("SUYUAN_SHARED_DATA");
  const std::filesystem::path dir =
      data == nullptr ? "" : std::filesystem::path(data) / "fabric-golden";
  if (data == nullptr || !std::filesystem::exists(dir)) {
    WARN("skipped: no shared data");
    return;
  }
  TempDir temp;
  auto ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  for (int i = 0; i <= 6; ++i) {
    auto bytes = ReadFile(dir / absl::StrCat("block", i, ".pb"));
    REQUIRE(bytes.ok());
    auto block = ParseProto<::common::Block>(*bytes, "block");
    REQUIRE(block.ok());
    auto result = (*ledger)->Commit(testing::AsDelivered(*block));
    INFO(result.status());
    REQUIRE(result.ok());
    CHECK(ledger::FilterBytes(result->codes) == block->metadata().metadata(2));
    CHECK(result->commit_hash == ledger::StoredCommitHash(*block));
    CHECK(*(*ledger)->GetBytes(static_cast<uint64_t>(i)) == *bytes);
  }
  const std::string state = *(*ledger)->StateHash();
  // Rebuilt from the blocks alone it is the same state.
  ledger->reset();
  std::filesystem::remove_all(temp.path() / "state");
  std::filesystem::remove_all(temp.path() / "blocks" / "index");
  ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  CHECK((*ledger)->Height() == 7);
  CHECK(*(*ledger)->StateHash() == state);
}

}  // namespace
}  // namespace suyuan
