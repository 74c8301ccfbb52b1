#include "network/deliver/channel_folders.h"

#include <catch2/catch.hpp>

#include "network/common/file_util.h"
#include "network/ledger/testing/ledger_fixtures.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

void MakeChannel(const ChannelFolders& folders, const std::string& name) {
  REQUIRE(CreateDirectories(folders.Of(name) / "ledger").ok());
  REQUIRE(WriteFileAtomically(folders.Of(name) / "ledger" / "000000.blk", "blocks").ok());
}

TEST_CASE("A channel left at any moment stays left, and nothing of it is kept",
          "[channel_folders]") {
  testing::TempDir temp;
  const ChannelFolders folders(temp.path() / "channels");
  REQUIRE(folders.Open().ok());
  MakeChannel(folders, "food");
  MakeChannel(folders, "wine");
  CHECK(*folders.Open() == Names{"food", "wine"});
  REQUIRE(folders.Retire("food").ok());
  if (GENERATE(true, false)) REQUIRE(folders.DeleteRetired("food").ok());
  // What a restart finds.
  CHECK(*folders.Open() == Names{"wine"});
  CHECK(folders.WasLeft("food"));
  CHECK_FALSE(folders.WasLeft("wine"));
  CHECK(fs::is_empty(temp.path() / "channels" / "food.LEFT"));
}

TEST_CASE("A channel is joined and left again", "[channel_folders]") {
  testing::TempDir temp;
  const ChannelFolders folders(temp.path());
  MakeChannel(folders, "food");
  REQUIRE(folders.Retire("food").ok());
  REQUIRE(folders.DeleteRetired("food").ok());
  MakeChannel(folders, "food");
  CHECK_FALSE(folders.WasLeft("food"));
  // With and without a crash before the join was finished.
  if (GENERATE(true, false)) REQUIRE(folders.Rejoined("food").ok());
  CHECK(*folders.Open() == Names{"food"});
  CHECK_FALSE(folders.WasLeft("food"));
  REQUIRE(folders.Retire("food").ok());
  CHECK(folders.Open()->empty());
  CHECK(folders.WasLeft("food"));
}

}  // namespace
}  // namespace suyuan
