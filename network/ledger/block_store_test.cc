#include "network/ledger/block_store.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "network/common/file_util.h"
#include "network/common/testing/fake_clock.h"
#include "network/ledger/block_file.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using testing::TempDir;

::common::Block Next(const BlockStore& store, const std::string& content = "envelope") {
  return MakeBlock(store.Height(), store.LastHash(), {content});
}

std::unique_ptr<BlockStore> OpenOrDie(const std::filesystem::path& dir,
                                      const BlockStoreOptions& options = {}) {
  auto store = BlockStore::Open(dir, options);
  INFO(store.status());
  REQUIRE(store.ok());
  return *std::move(store);
}

void Fill(BlockStore& store, int blocks) {
  for (int i = 0; i < blocks; ++i) REQUIRE(store.Append(Next(store)).ok());
}

std::filesystem::path File(const TempDir& temp, const char* name = "000000.blk") {
  return temp.path() / name;
}

void Flip(const std::filesystem::path& path, size_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

TEST_CASE("Append refuses what is not the next block, and changes nothing", "[block_store]") {
  TempDir temp;
  auto store = OpenOrDie(temp.path());
  Fill(*store, 3);
  CHECK(absl::IsInvalidArgument(store->Append(MakeBlock(7, store->LastHash(), {"x"}))));
  CHECK(absl::IsInvalidArgument(store->Append(MakeBlock(3, "other", {"x"}))));
  auto block = Next(*store);
  block.mutable_data()->add_data("more");
  CHECK(absl::IsInvalidArgument(store->Append(block)));
  CHECK(store->Height() == 3);
  Fill(*store, 1);
  CHECK(store->Height() == 4);
}

TEST_CASE("Blocks are found by number and hash, also after reopening", "[block_store]") {
  TempDir temp;
  std::vector<std::string> bytes;
  std::string hash;
  {
    auto store = OpenOrDie(temp.path(), {.max_file_bytes = 400});
    for (int i = 0; i < 10; ++i) {
      auto block = Next(*store, std::string(100, 'a'));
      bytes.push_back(block.SerializeAsString());
      REQUIRE(store->Append(block).ok());
    }
    hash = store->LastHash();
  }
  CHECK(std::filesystem::exists(File(temp, "000002.blk")));
  for (bool without_index : {false, true}) {
    if (without_index) std::filesystem::remove_all(temp.path() / "index");
    auto store = OpenOrDie(temp.path(), {.max_file_bytes = 400});
    CHECK(store->Height() == 10);
    CHECK(store->LastHash() == hash);
    CHECK(*store->NumberByHash(hash) == 9);
    for (uint64_t i = 0; i < 10; ++i) CHECK(*store->GetBytes(i) == bytes[i]);
    CHECK(absl::IsNotFound(store->GetBytes(10).status()));
    CHECK(absl::IsNotFound(store->NumberByHash("no such").status()));
  }
}

TEST_CASE("A second opener is refused", "[block_store]") {
  TempDir temp;
  auto store = OpenOrDie(temp.path());
  CHECK(absl::IsFailedPrecondition(BlockStore::Open(temp.path()).status()));
}

TEST_CASE("The last record cut anywhere is dropped, with the index and without", "[block_store]") {
  TempDir temp;
  uint64_t before = 0;
  {
    auto store = OpenOrDie(temp.path());
    Fill(*store, 2);
    before = std::filesystem::file_size(File(temp));
    Fill(*store, 1);
  }
  TempDir saved;
  std::filesystem::copy(temp.path(), saved.path(), std::filesystem::copy_options::recursive);
  const uint64_t after = std::filesystem::file_size(File(temp));
  for (uint64_t size = before; size < after; size += 3) {
    for (bool without_index : {false, true}) {
      std::filesystem::remove_all(temp.path());
      std::filesystem::copy(saved.path(), temp.path(), std::filesystem::copy_options::recursive);
      std::filesystem::resize_file(File(temp), size);
      if (without_index) std::filesystem::remove_all(temp.path() / "index");
      INFO("cut at " << size << " of " << after);
      auto store = OpenOrDie(temp.path(), {.drop_lost_block = true});
      CHECK(store->Height() == 2);
      Fill(*store, 2);
      store.reset();
      CHECK(OpenOrDie(temp.path())->Height() == 4);
    }
  }
}

TEST_CASE("A torn last block that carries what looks like a record is dropped all the same",
          "[block_store]") {
  TempDir temp;
  {
    auto store = OpenOrDie(temp.path());
    Fill(*store, 2);
    const std::string looks_good = ledger::EncodeRecordHeader(3, "x") + "x";
    REQUIRE(store->Append(Next(*store, looks_good + std::string(100, '.'))).ok());
  }
  std::filesystem::remove_all(temp.path() / "index");
  std::filesystem::resize_file(File(temp), std::filesystem::file_size(File(temp)) - 10);
  auto store = OpenOrDie(temp.path());
  CHECK(store->Height() == 2);
  Fill(*store, 1);
}

TEST_CASE("A damaged block with others behind it is data loss that names it", "[block_store]") {
  TempDir temp;
  uint64_t first = 0, second = 0;
  {
    auto store = OpenOrDie(temp.path());
    Fill(*store, 1);
    first = std::filesystem::file_size(File(temp));
    Fill(*store, 1);
    second = std::filesystem::file_size(File(temp));
    Fill(*store, 2);
  }
  const uint64_t at = GENERATE_COPY(first + 2, first + 9, first + 15, first + 40, second - 1);
  Flip(File(temp), at);
  SECTION("found on opening") {
    const auto status = BlockStore::Open(temp.path()).status();
    CHECK(absl::IsDataLoss(status));
    CHECK_THAT(std::string(status.message()),
               Catch::Contains("block 1: ") && Catch::Contains(File(temp).string()));
  }
  SECTION("found on rebuilding the index") {
    std::filesystem::remove_all(temp.path() / "index");
    const auto status = BlockStore::Open(temp.path()).status();
    CHECK(absl::IsDataLoss(status));
    CHECK_THAT(std::string(status.message()), Catch::Contains("block 1"));
    CHECK(std::filesystem::file_size(File(temp)) > second);  // nothing was cut
  }
}

TEST_CASE("A damaged block in an old file is found when it is asked for", "[block_store]") {
  TempDir temp;
  const BlockStoreOptions options{.max_file_bytes = 1};  // a block each
  {
    auto store = OpenOrDie(temp.path(), options);
    Fill(*store, 4);
  }
  Flip(File(temp, "000001.blk"), 40);
  auto store = OpenOrDie(temp.path(), options);
  const auto status = store->GetBytes(1).status();
  CHECK(absl::IsDataLoss(status));
  CHECK_THAT(std::string(status.message()), Catch::Contains("block 1: "));
  CHECK(store->GetBytes(2).ok());
  store.reset();
  Flip(File(temp, "000002.blk"), 40);
  CHECK_THAT(std::string(BlockStore::Open(temp.path(), options).status().message()),
             Catch::Contains("block 2: "));
}

TEST_CASE("A block that was stored whole and is cut short now is not forgotten", "[block_store]") {
  TempDir temp;
  {
    auto store = OpenOrDie(temp.path());
    Fill(*store, 3);
  }
  std::filesystem::resize_file(File(temp), std::filesystem::file_size(File(temp)) - 1);
  const auto status = BlockStore::Open(temp.path()).status();
  CHECK(absl::IsDataLoss(status));
  CHECK_THAT(std::string(status.message()), Catch::Contains("block 2: was stored whole"));
  CHECK(OpenOrDie(temp.path(), {.drop_lost_block = true})->Height() == 2);
}

TEST_CASE("A sync that fails stops the store, and how long syncs take is told", "[block_store]") {
  TempDir temp;
  FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  absl::Status result;
  std::vector<absl::Duration> syncs;
  BlockStoreOptions options;
  options.clock = &clock;
  options.on_sync = [&](absl::Duration took) { syncs.push_back(took); };
  options.sync = [&](int, const std::filesystem::path&) {
    clock.Advance(absl::Seconds(2));
    return result;
  };
  auto store = OpenOrDie(temp.path(), options);
  Fill(*store, 1);
  CHECK(syncs == std::vector<absl::Duration>{absl::Seconds(2)});
  result = absl::UnavailableError("fdatasync x: Input/output error");
  CHECK(absl::IsUnavailable(store->Append(Next(*store))));
  CHECK(store->Height() == 1);
  result = absl::OkStatus();
  CHECK_FALSE(store->Append(Next(*store)).ok());  // what is on the disk is not known
}

TEST_CASE("An operator is told what to do", "[block_store]") {
  CHECK_THAT(WhatToDo(absl::ResourceExhaustedError("write a: No space left on device")),
             Catch::Contains("make room"));
  CHECK_THAT(WhatToDo(absl::UnavailableError("write a: Read-only file system")),
             Catch::Contains("mount it for writing"));
  CHECK_THAT(WhatToDo(absl::DataLossError("block 3: x")), Catch::Contains("ledger verify"));
  CHECK_THAT(WhatToDo(absl::UnavailableError("fdatasync a: Input/output error")),
             Catch::Contains("mend the disk"));
  CHECK(WhatToDo(absl::UnavailableError("no leader")).empty());
}

TEST_CASE("A full disk stops the store until it is reopened", "[block_store]") {
  TempDir temp;
  auto store = OpenOrDie(temp.path());
  Fill(*store, 2);
  rlimit old;
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit small = old;
  small.rlim_cur = std::filesystem::file_size(File(temp)) + 30;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto block = Next(*store, std::string(4000, 'x'));
  const absl::Status full = store->Append(block);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
  ::signal(SIGXFSZ, old_handler);
  CHECK_FALSE(full.ok());
  CHECK_FALSE(absl::IsInvalidArgument(full));
  CHECK_FALSE(store->Append(block).ok());  // there is room now, but the end is torn
  CHECK(store->Height() == 2);
  CHECK(store->GetBytes(1).ok());
  store.reset();
  store = OpenOrDie(temp.path());
  CHECK(store->Height() == 2);
  CHECK(store->Append(block).ok());
}

TEST_CASE("Listeners hear each height until their handle is gone", "[block_store]") {
  TempDir temp;
  auto store = OpenOrDie(temp.path());
  std::vector<uint64_t> heard;
  auto handle = store->AddListener([&](uint64_t height) { heard.push_back(height); });
  Fill(*store, 2);
  handle.reset();
  Fill(*store, 1);
  CHECK(heard == std::vector<uint64_t>{1, 2});
}

}  // namespace
}  // namespace suyuan
