// suyuan ledger backup, restore, drill.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/admin_client.h"
#include "network/cli/command.h"
#include "network/cli/ledger_hashes.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/ledger/ledger.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
namespace wire = ::suyuan::node;

constexpr absl::Duration kTellEvery = absl::Seconds(2);

// Takes the parts of a copy into a folder and tells how far it has come.
class BackupTaker {
 public:
  BackupTaker(std::string channel_id, std::string dir)
      : channel_id_(std::move(channel_id)), dir_(std::move(dir)) {}

  absl::Status Take(const wire::CopyPart& part) {
    SUYUAN_RETURN_IF_ERROR(Store(part));
    Tell();
    return absl::OkStatus();
  }
  const BackupManifest& manifest() const { return manifest_; }

 private:
  absl::Status Store(const wire::CopyPart& part) {
    if (part.has_head()) return Begin(part.head());
    if (writer_ == nullptr) return absl::DataLossError("the copy does not begin with its head");
    if (part.has_blocks()) {
      for (const std::string& block : part.blocks().blocks()) {
        SUYUAN_RETURN_IF_ERROR(writer_->AddBlock(block));
      }
      return absl::OkStatus();
    }
    if (part.has_private_record()) {
      return writer_->AddPrivate(part.private_record().key(), part.private_record().value());
    }
    if (part.has_transient_record()) {
      return writer_->AddTransient(part.transient_record().key(), part.transient_record().value());
    }
    if (part.has_package()) {
      return writer_->AddPackage(part.package().file_name(), part.package().content());
    }
    if (!part.has_end()) return absl::DataLossError("a part of the copy is of no known kind");
    SUYUAN_ASSIGN_OR_RETURN(
        manifest_,
        writer_->Finish(ToHashes(part.end().hashes()),
                        absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone())));
    return absl::OkStatus();
  }

  absl::Status Begin(const wire::CopyHead& head) {
    if (writer_ != nullptr) return absl::DataLossError("the copy has two heads");
    if (head.channel_id() != channel_id_) {
      return absl::DataLossError("the copy is of another channel");
    }
    height_ = head.height();
    SUYUAN_ASSIGN_OR_RETURN(writer_,
                            BackupWriter::Create(dir_, channel_id_, head.kind() == "peer"));
    return absl::OkStatus();
  }

  void Tell() {
    if (absl::Now() - last_told_ < kTellEvery) return;
    last_told_ = absl::Now();
    std::cerr << "block " << writer_->blocks() << " of " << height_ << ", "
              << (writer_->bytes() >> 20) << " MiB\n";
  }

  const std::string channel_id_, dir_;
  std::unique_ptr<BackupWriter> writer_;
  uint64_t height_ = 0;
  absl::Time last_told_ = absl::InfinitePast();
  BackupManifest manifest_;
};

absl::Status Backup(const PeerClientOptions& options, const std::string& channel,
                    const std::string& dir, bool without_state_hash) {
  SUYUAN_ASSIGN_OR_RETURN(const auto node, AdminClient::Create(options));
  BackupTaker taker(channel, dir);
  SUYUAN_RETURN_IF_ERROR(node->Copy(channel, !without_state_hash,
                                    [&](const wire::CopyPart& part) { return taker.Take(part); }));
  std::cout << HashesJson(taker.manifest().hashes) << "\n";
  return absl::OkStatus();
}

absl::Status Restore(const std::string& backup, const std::string& data_dir) {
  SUYUAN_ASSIGN_OR_RETURN(const BackupManifest manifest, RestoreBackup(backup, data_dir));
  std::cout << "restored " << manifest.channel_id << " at height " << manifest.hashes.height
            << " to " << LedgerFolder(data_dir, manifest).string() << "\n";
  return absl::OkStatus();
}

// A folder of its own for a drill, removed at the end.
class WorkFolder {
 public:
  static absl::StatusOr<std::unique_ptr<WorkFolder>> Make(const std::string& under) {
    std::string name = (fs::path(under) / "suyuan-drill-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return ErrnoStatus(errno, "make a folder", name);
    return std::unique_ptr<WorkFolder>(new WorkFolder(name));
  }
  ~WorkFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {}
  const fs::path path_;
};

// A ledger that a drill compares: opened from a folder, a backup, or asked of a node.
class Reference {
 public:
  virtual ~Reference() = default;
  // 0: at its own height; only then the state hash may be there.
  virtual absl::StatusOr<ChainHashes> At(uint64_t height) = 0;
};

class StoredReference final : public Reference {
 public:
  static absl::StatusOr<std::unique_ptr<StoredReference>> Open(const fs::path& dir, bool peer) {
    std::unique_ptr<StoredReference> self(new StoredReference());
    if (peer) {
      SUYUAN_ASSIGN_OR_RETURN(self->ledger_, Ledger::Open(dir));
    } else {
      SUYUAN_ASSIGN_OR_RETURN(self->blocks_, BlockStore::Open(dir));
    }
    return self;
  }
  absl::StatusOr<ChainHashes> At(uint64_t height) override {
    const BlockSource& source =
        ledger_ != nullptr ? static_cast<const BlockSource&>(*ledger_) : *blocks_;
    SUYUAN_ASSIGN_OR_RETURN(ChainHashes hashes,
                            HashesAt(source, height == 0 ? source.Height() : height));
    if (ledger_ == nullptr) {
      hashes.commit_hash.clear();
    } else if (hashes.height == ledger_->Height()) {
      // The state's own, as rebuilt from the blocks.
      hashes.commit_hash = ledger_->CommitHash();
      SUYUAN_ASSIGN_OR_RETURN(hashes.state_hash, ledger_->StateHash());
    }
    return hashes;
  }

 private:
  StoredReference() = default;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<BlockStore> blocks_;
};

class RunningReference final : public Reference {
 public:
  RunningReference(std::unique_ptr<AdminClient> node, std::string channel)
      : node_(std::move(node)), channel_(std::move(channel)) {}
  absl::StatusOr<ChainHashes> At(uint64_t height) override {
    SUYUAN_ASSIGN_OR_RETURN(const auto hashes, node_->Hashes(channel_, height));
    return ToHashes(hashes);
  }

 private:
  const std::unique_ptr<AdminClient> node_;
  const std::string channel_;
};

absl::StatusOr<std::unique_ptr<Reference>> OpenBackup(const fs::path& dir, const fs::path& work) {
  SUYUAN_ASSIGN_OR_RETURN(const BackupManifest manifest, RestoreBackup(dir, work));
  return StoredReference::Open(LedgerFolder(work, manifest), manifest.peer);
}

absl::StatusOr<std::unique_ptr<Reference>> OpenFolder(const fs::path& dir, const fs::path& work) {
  if (IsBackup(dir)) return OpenBackup(dir, work);
  return StoredReference::Open(dir, fs::is_directory(dir / "blocks"));
}

// Prints a line for each figure; the number of those that differ.
int Compare(const std::string& with, const ChainHashes& ours, const ChainHashes& theirs) {
  int different = 0;
  const auto line = [&](const char* what, const std::string& a, const std::string& b) {
    const bool compared = !a.empty() && !b.empty();
    if (compared && a != b) ++different;
    std::cout << with << " " << what << ": "
              << (!compared ? "not compared"
                  : a == b  ? "equal"
                            : "DIFFERENT")
              << "\n";
  };
  line("height", absl::StrCat(ours.height), absl::StrCat(theirs.height));
  line("blockHash", ours.block_hash, theirs.block_hash);
  line("commitHash", ours.commit_hash, theirs.commit_hash);
  line("stateHash", ours.state_hash, theirs.state_hash);
  return different;
}

struct DrillOptions {
  std::string backup, reference, work = "/tmp";
  PeerClientOptions node;
};

absl::Status Drill(const DrillOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto work, WorkFolder::Make(options.work));
  SUYUAN_ASSIGN_OR_RETURN(const BackupManifest manifest,
                          RestoreBackup(options.backup, work->path() / "drill"));
  SUYUAN_ASSIGN_OR_RETURN(
      const auto drill,
      StoredReference::Open(LedgerFolder(work->path() / "drill", manifest), manifest.peer));
  SUYUAN_ASSIGN_OR_RETURN(const ChainHashes rebuilt, drill->At(0));
  int different = Compare("manifest", rebuilt, manifest.hashes);

  std::unique_ptr<Reference> reference;
  if (!options.reference.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(reference, OpenFolder(options.reference, work->path() / "reference"));
  } else if (!options.node.endpoint.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(auto node, AdminClient::Create(options.node));
    reference = std::make_unique<RunningReference>(std::move(node), manifest.channel_id);
  }
  if (reference != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(ChainHashes theirs, reference->At(0));
    ChainHashes ours = rebuilt;
    // One has blocks that the other lacks: compared where the shorter one ends.
    if (theirs.height > ours.height) {
      SUYUAN_ASSIGN_OR_RETURN(theirs, reference->At(ours.height));
    } else if (theirs.height < ours.height) {
      SUYUAN_ASSIGN_OR_RETURN(ours, drill->At(theirs.height));
    }
    different += Compare("reference", ours, theirs);
  }
  if (different > 0) {
    return absl::DataLossError(
        absl::StrCat(options.backup, ": ", different, " of the figures differ"));
  }
  std::cout << HashesJson(rebuilt) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddBackupCommands(CLI::App& app) {
  auto node = std::make_shared<PeerClientOptions>();
  auto channel = std::make_shared<std::string>();
  auto dir = std::make_shared<std::string>();
  auto fast = std::make_shared<bool>(false);
  CLI::App* backup =
      Command(app, "ledger backup", "Copy a channel's ledger from a running node into a new folder",
              [=] { return Backup(*node, *channel, *dir, *fast); });
  AddNodeOptions(backup, node.get(), /*required=*/true);
  backup->add_option("--channel", *channel, "name of the channel")->required();
  backup->add_option("--out", *dir, "folder, which must not exist")->required();
  backup->add_flag("--no-state-hash", *fast, "do not read the whole state for its hash");

  auto from = std::make_shared<std::string>();
  auto data_dir = std::make_shared<std::string>();
  CLI::App* restore = Command(app, "ledger restore", "Put a backup into a stopped node's dataDir",
                              [=] { return Restore(*from, *data_dir); });
  restore->add_option("backup", *from, "folder of the backup")->required();
  restore->add_option("--data-dir", *data_dir, "the node's dataDir")->required();

  auto options = std::make_shared<DrillOptions>();
  CLI::App* drill = Command(app, "ledger drill",
                            "Restore a backup into a temporary folder, rebuild the state from its "
                            "blocks, and compare the hashes; exit 1 when any differs",
                            [=] { return Drill(*options); });
  drill->add_option("backup", options->backup, "folder of the backup")->required();
  auto* reference =
      drill->add_option("--reference", options->reference,
                        "another backup, or a stopped node's ledger, to compare with");
  drill->add_option("--work", options->work, "where the temporary folder is made (/tmp)");
  AddNodeOptions(drill, &options->node, /*required=*/false);
  drill->get_option("--peer")->excludes(reference);
}

}  // namespace suyuan
