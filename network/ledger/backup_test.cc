#include "network/ledger/backup.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "network/common/file_util.h"
#include "network/ledger/ledger.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/ledger/transient_store.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

std::unique_ptr<Ledger> OpenOrDie(const fs::path& dir) {
  auto ledger = Ledger::Open(dir);
  INFO(ledger.status());
  REQUIRE(ledger.ok());
  return *std::move(ledger);
}

// A block with a public and a private write.
void CommitNext(Ledger& ledger) {
  const std::string value = absl::StrCat(ledger.Height());
  auto simulator = ledger.NewSimulator();
  (void)simulator->SetState("cc", "counter", value);
  (void)simulator->SetPrivate("cc", "secret", "counter", value);
  auto results = simulator->Finish();
  auto block = testing::NextBlock(
      ledger, {testing::MakeTransaction(absl::StrCat("tx", value), results->public_rwset)});
  block.private_rwsets[0] = results->private_rwset;
  REQUIRE(ledger.Commit(std::move(block)).ok());
}

ChainHashes HashesOf(const Ledger& ledger) {
  return {ledger.Height(), ledger.LastHash(), ledger.CommitHash(), *ledger.StateHash()};
}

// A backup of `ledger` as it is, with one package and one transient record.
BackupManifest MakeBackup(const Ledger& ledger, const fs::path& dir) {
  const auto snapshot = ledger.Snapshot();
  // Small files: several of them.
  auto writer = BackupWriter::Create(dir, "trace", true, {.max_file_bytes = 1000});
  INFO(writer.status());
  REQUIRE(writer.ok());
  for (uint64_t n = 0; n < snapshot->height(); ++n) {
    REQUIRE((*writer)->AddBlock(*ledger.GetBytes(n)).ok());
  }
  REQUIRE(snapshot
              ->VisitPrivate([&](absl::string_view key, absl::string_view value) {
                return (*writer)->AddPrivate(key, value);
              })
              .ok());
  REQUIRE((*writer)->AddTransient("tkey", "12345678write set").ok());
  REQUIRE((*writer)->AddPackage("asset_1.0.00ff.tar.gz", "package").ok());
  auto manifest =
      (*writer)->Finish({snapshot->height(), snapshot->last_hash(), snapshot->commit_hash(),
                         *snapshot->StateHash([] { return true; })},
                        "2026-01-01T00:00:00Z");
  INFO(manifest.status());
  REQUIRE(manifest.ok());
  return *manifest;
}

struct Fixture {
  Fixture() {
    for (int i = 0; i < 12; ++i) CommitNext(*ledger);
    manifest = MakeBackup(*ledger, backup());
  }
  fs::path backup() const { return temp.path() / "backup"; }
  fs::path data() const { return temp.path() / "data"; }

  TempDir temp;
  std::unique_ptr<Ledger> ledger = OpenOrDie(temp.path() / "ledger");
  BackupManifest manifest;
};

TEST_CASE("A snapshot stands still while commits go on", "[backup]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp.path());
  for (int i = 0; i < 3; ++i) CommitNext(*ledger);
  const ChainHashes before = HashesOf(*ledger);
  const auto snapshot = ledger->Snapshot();
  for (int i = 0; i < 3; ++i) CommitNext(*ledger);
  CHECK(snapshot->height() == 3);
  CHECK(snapshot->last_hash() == before.block_hash);
  CHECK(snapshot->commit_hash() == before.commit_hash);
  CHECK(*snapshot->StateHash([] { return true; }) == before.state_hash);
  int records = 0;
  CHECK(snapshot
            ->VisitPrivate([&](absl::string_view, absl::string_view) {
              ++records;
              return absl::OkStatus();
            })
            .ok());
  CHECK(records == 3);
  const auto then = HashesAt(*ledger, 3);
  REQUIRE(then.ok());
  CHECK(then->block_hash == before.block_hash);
  CHECK(then->commit_hash == before.commit_hash);
  CHECK(absl::IsOutOfRange(HashesAt(*ledger, 7).status()));
}

TEST_CASE("What is restored has the same hashes, private data and packages, and goes on",
          "[backup]") {
  Fixture f;
  CHECK(f.manifest.files.size() > 5);
  const ChainHashes then = HashesOf(*f.ledger);
  const auto restored = RestoreBackup(f.backup(), f.data());
  INFO(restored.status());
  REQUIRE(restored.ok());
  auto ledger = OpenOrDie(LedgerFolder(f.data(), *restored));
  const ChainHashes now = HashesOf(*ledger);
  CHECK(now.height == then.height);
  CHECK(now.block_hash == then.block_hash);
  CHECK(now.commit_hash == then.commit_hash);
  CHECK(now.state_hash == then.state_hash);
  CHECK((*ledger->NewView()->GetPrivate("cc", "secret", "counter"))->value == "11");
  CommitNext(*ledger);
  CHECK(ReadFile(f.data() / "chaincodes" / "asset_1.0.00ff.tar.gz").value() == "package");
  auto transient = TransientStore::Open(f.data() / "channels" / "trace" / "transient");
  REQUIRE(transient.ok());
  int records = 0;
  CHECK((*transient)
            ->Visit([&](absl::string_view key, absl::string_view value) {
              CHECK(key == "tkey");
              CHECK(value == "12345678write set");
              ++records;
              return absl::OkStatus();
            })
            .ok());
  CHECK(records == 1);
}

TEST_CASE("A restore takes no folder that holds the channel, and one cut short is begun anew",
          "[backup]") {
  Fixture f;
  fs::create_directories(f.data() / "restoring.trace" / "ledger");
  REQUIRE(RestoreBackup(f.backup(), f.data()).ok());
  CHECK_FALSE(fs::exists(f.data() / "restoring.trace"));
  CHECK(absl::IsAlreadyExists(RestoreBackup(f.backup(), f.data()).status()));
}

TEST_CASE("A flipped byte anywhere in a backup is found and the file named", "[backup]") {
  Fixture f;
  REQUIRE(VerifyBackup(f.backup()).ok());
  for (const BackupFile& file : f.manifest.files) {
    const fs::path path = f.backup() / file.path;
    const std::string intact = ReadFile(path).value();
    std::string damaged = intact;
    damaged[damaged.size() / 2] ^= 1;
    REQUIRE(WriteFileAtomically(path, damaged).ok());
    INFO(file.path);
    for (const auto& result : {VerifyBackup(f.backup()), RestoreBackup(f.backup(), f.data())}) {
      CHECK(absl::IsDataLoss(result.status()));
      CHECK_THAT(std::string(result.status().message()), Catch::Contains(file.path));
    }
    CHECK_FALSE(fs::exists(f.data() / "channels" / "trace"));
    fs::remove(path);
    CHECK(absl::IsDataLoss(VerifyBackup(f.backup()).status()));
    REQUIRE(WriteFileAtomically(path, intact).ok());
  }
  REQUIRE(WriteFileAtomically(f.backup() / "blocks" / "stranger.blk", "x").ok());
  CHECK(absl::IsDataLoss(VerifyBackup(f.backup()).status()));
}

TEST_CASE("A writer takes blocks in order only, and a folder of its own", "[backup]") {
  Fixture f;
  CHECK(absl::IsAlreadyExists(BackupWriter::Create(f.backup(), "trace", true).status()));
  auto writer = BackupWriter::Create(f.temp.path() / "other", "trace", true);
  REQUIRE(writer.ok());
  CHECK(absl::IsDataLoss((*writer)->AddBlock(*f.ledger->GetBytes(1))));
  REQUIRE((*writer)->AddBlock(*f.ledger->GetBytes(0)).ok());
  CHECK(absl::IsDataLoss((*writer)->AddBlock(*f.ledger->GetBytes(2))));
  CHECK(absl::IsDataLoss((*writer)->AddBlock("garbage")));
  CHECK(absl::IsInvalidArgument((*writer)->AddPackage("../evil.tar.gz", "x")));
  CHECK(absl::IsDataLoss((*writer)->Finish(HashesOf(*f.ledger), "").status()));
  CHECK(absl::IsNotFound(VerifyBackup(f.temp.path() / "other").status()));
}

TEST_CASE("A manifest that would lead out of the folder is refused, with the field", "[backup]") {
  Fixture f;
  const std::string good = ManifestJson(f.manifest);
  REQUIRE(ParseManifest(good).ok());
  const auto refused = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    const size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    text.replace(at, what.size(), by);
    const absl::Status status = ParseManifest(text).status();
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  CHECK_THAT(refused("\"trace\"", "\"../trace\""), Catch::Contains("channel"));
  CHECK_THAT(refused("blocks/000000.blk", "blocks/../../x.blk"), Catch::Contains("files"));
  CHECK_THAT(refused("private.rec", "/etc/passwd"), Catch::Contains("files"));
  CHECK_THAT(refused("suyuan-backup-1", "suyuan-backup-9"), Catch::Contains("format"));
  CHECK_THAT(refused("\"peer\"", "\"gateway\""), Catch::Contains("kind"));
  CHECK(absl::IsInvalidArgument(ParseManifest("[]").status()));
  CHECK(absl::IsInvalidArgument(ParseManifest("{").status()));
}

}  // namespace
}  // namespace suyuan
