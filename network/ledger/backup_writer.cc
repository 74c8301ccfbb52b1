#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/ledger/backup_files.h"
#include "network/ledger/block_file.h"
#include "network/ledger/verdicts.h"
#include "network/protoutil/channel_name.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using ledger::HashedFile;

class FolderWriter final : public BackupWriter {
 public:
  FolderWriter(fs::path dir, const std::string& channel_id, bool peer,
               const BlockStoreOptions& options)
      : dir_(std::move(dir)), options_(options) {
    manifest_.channel_id = channel_id;
    manifest_.peer = peer;
  }

  absl::Status Start() {
    if (!IsChannelName(manifest_.channel_id)) {
      return absl::InvalidArgumentError("channel: is no channel's name");
    }
    if (ledger::IsTaken(dir_)) {
      return absl::AlreadyExistsError(absl::StrCat(dir_.string(), ": is there already"));
    }
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_ / "blocks"));
    if (!manifest_.peer) return absl::OkStatus();
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_ / "packages"));
    SUYUAN_ASSIGN_OR_RETURN(private_, HashedFile::Create(dir_ / ledger::kPrivateFile));
    SUYUAN_ASSIGN_OR_RETURN(transient_, HashedFile::Create(dir_ / ledger::kTransientFile));
    return absl::OkStatus();
  }

  absl::Status AddBlock(absl::string_view bytes) override;
  absl::Status AddPrivate(absl::string_view key, absl::string_view value) override {
    return AddRecord(private_.get(), key, value);
  }
  absl::Status AddTransient(absl::string_view key, absl::string_view value) override {
    return AddRecord(transient_.get(), key, value);
  }
  absl::Status AddPackage(absl::string_view file_name, absl::string_view content) override;
  absl::StatusOr<BackupManifest> Finish(const ChainHashes& hashes,
                                        const std::string& made_at) override;
  uint64_t blocks() const override { return next_; }
  uint64_t bytes() const override { return bytes_; }

 private:
  absl::Status CheckNext(const ::common::Block& block) const;
  absl::Status BeginBlockFile();
  absl::Status EndBlockFile();
  absl::Status AddRecord(HashedFile* file, absl::string_view key, absl::string_view value);
  absl::Status Close(std::unique_ptr<HashedFile> file, const std::string& name);

  const fs::path dir_;
  const BlockStoreOptions options_;
  BackupManifest manifest_;
  std::unique_ptr<HashedFile> blocks_, private_, transient_;
  uint32_t files_ = 0;  // of blocks, begun
  uint64_t next_ = 0;
  uint64_t bytes_ = 0;
  std::string last_hash_, commit_hash_;
};

absl::Status FolderWriter::CheckNext(const ::common::Block& block) const {
  const auto refuse = [this](absl::string_view why) {
    return absl::DataLossError(absl::StrCat("block ", next_, ": ", why));
  };
  if (block.header().number() != next_) {
    return refuse(absl::StrCat("block ", block.header().number(), " came in its place"));
  }
  if (block.header().previous_hash() != last_hash_) {
    return refuse("previous_hash is not the hash of the block before");
  }
  if (block.header().data_hash() != BlockDataHash(block.data())) {
    return refuse("data_hash does not match the data");
  }
  return absl::OkStatus();
}

absl::Status FolderWriter::AddBlock(absl::string_view bytes) {
  const auto block = ParseProto<::common::Block>(bytes, absl::StrCat("block ", next_));
  if (!block.ok()) return absl::DataLossError(block.status().message());
  SUYUAN_RETURN_IF_ERROR(CheckNext(*block));
  if (blocks_ == nullptr || blocks_->bytes() >= options_.max_file_bytes) {
    SUYUAN_RETURN_IF_ERROR(BeginBlockFile());
  }
  SUYUAN_RETURN_IF_ERROR(blocks_->Write(ledger::EncodeRecordHeader(next_, bytes)));
  SUYUAN_RETURN_IF_ERROR(blocks_->Write(bytes));
  bytes_ += bytes.size();
  last_hash_ = BlockHeaderHash(block->header());
  commit_hash_ = ledger::StoredCommitHash(*block);
  ++next_;
  return absl::OkStatus();
}

absl::Status FolderWriter::BeginBlockFile() {
  SUYUAN_RETURN_IF_ERROR(EndBlockFile());
  SUYUAN_ASSIGN_OR_RETURN(blocks_,
                          HashedFile::Create(dir_ / "blocks" / ledger::BlockFileName(files_)));
  ++files_;
  return absl::OkStatus();
}

absl::Status FolderWriter::EndBlockFile() {
  if (blocks_ == nullptr) return absl::OkStatus();
  return Close(std::move(blocks_), "blocks/" + ledger::BlockFileName(files_ - 1).string());
}

absl::Status FolderWriter::AddRecord(HashedFile* file, absl::string_view key,
                                     absl::string_view value) {
  if (file == nullptr) return absl::InvalidArgumentError("an orderer has blocks alone");
  bytes_ += key.size() + value.size();
  return file->Write(ledger::EncodeRecord(key, value));
}

absl::Status FolderWriter::AddPackage(absl::string_view file_name, absl::string_view content) {
  if (!manifest_.peer) return absl::InvalidArgumentError("an orderer has blocks alone");
  if (!ledger::IsPackageName(file_name)) {
    return absl::InvalidArgumentError(absl::StrCat("'", file_name, "' is no package's name"));
  }
  const std::string name = absl::StrCat("packages/", file_name);
  SUYUAN_ASSIGN_OR_RETURN(auto file, HashedFile::Create(dir_ / name));
  SUYUAN_RETURN_IF_ERROR(file->Write(content));
  bytes_ += content.size();
  return Close(std::move(file), name);
}

absl::Status FolderWriter::Close(std::unique_ptr<HashedFile> file, const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(BackupFile closed, file->Finish(name));
  manifest_.files.push_back(std::move(closed));
  return absl::OkStatus();
}

absl::StatusOr<BackupManifest> FolderWriter::Finish(const ChainHashes& hashes,
                                                    const std::string& made_at) {
  if (next_ == 0) return absl::DataLossError("no block came");
  if (hashes.height != next_ || hashes.block_hash != last_hash_ ||
      (manifest_.peer && hashes.commit_hash != commit_hash_)) {
    return absl::DataLossError(absl::StrCat("the node's hashes at height ", hashes.height,
                                            " are not those of the ", next_, " blocks that came"));
  }
  SUYUAN_RETURN_IF_ERROR(EndBlockFile());
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(dir_ / "blocks"));
  if (manifest_.peer) {
    SUYUAN_RETURN_IF_ERROR(Close(std::move(private_), ledger::kPrivateFile));
    SUYUAN_RETURN_IF_ERROR(Close(std::move(transient_), ledger::kTransientFile));
    SUYUAN_RETURN_IF_ERROR(SyncDirectory(dir_ / "packages"));
  }
  manifest_.hashes = hashes;
  manifest_.made_at = made_at;
  std::sort(manifest_.files.begin(), manifest_.files.end(),
            [](const BackupFile& a, const BackupFile& b) { return a.path < b.path; });
  // What makes it a backup.
  SUYUAN_RETURN_IF_ERROR(
      WriteFileAtomically(dir_ / ledger::kManifestFile, ManifestJson(manifest_), 0600));
  return manifest_;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BackupWriter>> BackupWriter::Create(
    const fs::path& dir, const std::string& channel_id, bool peer,
    const BlockStoreOptions& options) {
  auto writer = std::make_unique<FolderWriter>(dir, channel_id, peer, options);
  SUYUAN_RETURN_IF_ERROR(writer->Start());
  return std::unique_ptr<BackupWriter>(std::move(writer));
}

absl::StatusOr<ChainHashes> HashesAt(const BlockSource& blocks, uint64_t height) {
  if (height == 0 || height > blocks.Height()) {
    return absl::OutOfRangeError(
        absl::StrCat("height ", height, ": there are ", blocks.Height(), " blocks"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, blocks.Get(height - 1));
  return ChainHashes{height, BlockHeaderHash(block.header()), ledger::StoredCommitHash(block), ""};
}

}  // namespace suyuan
