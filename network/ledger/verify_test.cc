#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>

#include "network/common/file_util.h"
#include "network/ledger/codec.h"
#include "network/ledger/fabric_block_file.h"
#include "network/ledger/ledger.h"
#include "network/ledger/testing/ledger_fixtures.h"

namespace suyuan {
namespace {

using testing::CommitOne;
using testing::TempDir;
using Findings = std::map<uint64_t, std::vector<std::string>>;

Findings Verify(const std::filesystem::path& path) {
  Findings findings;
  const auto report = [&](const BlockFinding& finding) {
    findings[finding.block_number] = finding.errors;
  };
  const auto blocks = std::filesystem::is_directory(path) ? VerifyLedger(path, report)
                                                          : VerifyFabricBlockFile(path, report);
  INFO(blocks.status());
  REQUIRE(blocks.ok());
  return findings;
}

// Empty when there is no shared data.
std::filesystem::path SharedFile(const std::string& name) {
  const char* data = std::getenv("SUYUAN_SHARED_DATA");
  const std::filesystem::path path = std::filesystem::path(data == nullptr ? "" : data) / name;
  if (data != nullptr && std::filesystem::exists(path)) return path;
  WARN("skipped: no shared data");
  return {};
}

void Write(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

void MakeLedger(const std::filesystem::path& dir, int blocks) {
  auto ledger = Ledger::Open(dir);
  REQUIRE(ledger.ok());
  for (int i = 0; i < blocks; ++i) {
    CommitOne(**ledger, absl::StrCat("tx", i), [i](Simulator& s) {
      REQUIRE(s.SetState("cc", absl::StrCat("key", i % 3), absl::StrCat("value", i)).ok());
    });
  }
}

TEST_CASE("Stock block files are found clean", "[verify]") {
  for (const char* name : {"fabric-golden/peer1-blockfile_000000",
                           "fabric-blocks/sample_prod-mychannel-blockfile_000000"}) {
    const auto path = SharedFile(name);
    if (path.empty()) return;
    CHECK(Verify(path).empty());
  }
}

// What an orderer of that peer's channel stores: the same blocks without verdicts and
// commit hashes.
std::string AsOrderersFile(absl::string_view peers_file) {
  std::string out;
  while (!peers_file.empty()) {
    auto block = *ledger::DecodeFabricBlock(*ledger::TakeFabricRecord(&peers_file));
    for (int slot : {::common::TRANSACTIONS_FILTER, ::common::COMMIT_HASH}) {
      if (slot < block.metadata().metadata_size()) block.mutable_metadata()->set_metadata(slot, "");
    }
    ledger::PutPart(&out, ledger::EncodeFabricBlock(block));
  }
  return out;
}

TEST_CASE("A stock orderer's block file needs no verdicts, but all the rest", "[verify]") {
  const auto path = SharedFile("fabric-golden/peer1-blockfile_000000");
  if (path.empty()) return;
  const std::string good = AsOrderersFile(*ReadFile(path));
  TempDir temp;
  std::filesystem::create_directories(temp.path());
  Write(temp.path() / "blockfile", good);
  CHECK(Verify(temp.path() / "blockfile").empty());
  std::string bad = good;
  bad[bad.size() / 2] ^= 1;
  Write(temp.path() / "blockfile", bad);
  CHECK_FALSE(Verify(temp.path() / "blockfile").empty());
}

TEST_CASE("A flipped byte anywhere in a stock block file is reported", "[verify]") {
  const auto path = SharedFile("fabric-golden/peer1-blockfile_000000");
  if (path.empty()) return;
  const std::string good = *ReadFile(path);
  TempDir temp;
  std::filesystem::create_directories(temp.path());
  const char* stride_text = std::getenv("SUYUAN_FLIP_STRIDE");
  const size_t stride = stride_text == nullptr ? 211 : static_cast<size_t>(std::atoi(stride_text));
  for (size_t at = 0; at < good.size(); at += stride) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    Write(temp.path() / "blockfile", bad);
    INFO("byte " << at);
    CHECK_FALSE(Verify(temp.path() / "blockfile").empty());
  }
}

TEST_CASE("A flipped byte of one's own ledger is reported with its block", "[verify]") {
  TempDir temp;
  MakeLedger(temp.path(), 6);
  CHECK(Verify(temp.path()).empty());
  const auto file = temp.path() / "blocks" / "000000.blk";
  const std::string good = *ReadFile(file);
  std::vector<size_t> starts;  // of the records
  for (size_t at = 0; (at = good.find("SYB1", at)) != std::string::npos; ++at) starts.push_back(at);
  REQUIRE(starts.size() == 6);
  for (size_t at = 0; at < good.size(); at += 13) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    Write(file, bad);
    INFO("byte " << at);
    const Findings findings = Verify(temp.path());
    CHECK(findings.size() == 1);
    const auto behind = std::upper_bound(starts.begin(), starts.end(), at);
    CHECK(findings.begin()->first == static_cast<uint64_t>(behind - starts.begin() - 1));
  }
}

TEST_CASE("Verification refuses a ledger in use and a place without one", "[verify]") {
  TempDir temp;
  auto ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  const auto ignore = [](const BlockFinding&) {};
  CHECK(absl::IsFailedPrecondition(VerifyLedger(temp.path(), ignore).status()));
  CHECK(absl::IsNotFound(VerifyLedger(temp.path() / "elsewhere", ignore).status()));
}

}  // namespace
}  // namespace suyuan
