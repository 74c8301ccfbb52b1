#include "network/ledger/block_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_file.h"
#include "network/ledger/block_index.h"
#include "network/ledger/listeners.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using ledger::BlockIndex;
using ledger::RecordPlace;
using ledger::ScanEnd;

// The newest blocks, which every stream asks for, in memory.
class RecentBlocks {
 public:
  std::optional<std::string> Find(uint64_t number) const {
    absl::MutexLock lock(&mutex_);
    if (number < first_ || number - first_ >= blocks_.size()) return std::nullopt;
    return blocks_[number - first_];
  }
  void Add(uint64_t number, std::string block) {
    absl::MutexLock lock(&mutex_);
    if (blocks_.empty()) first_ = number;
    bytes_ += block.size();
    blocks_.push_back(std::move(block));
    while (bytes_ > kMaxBytes) {
      bytes_ -= blocks_.front().size();
      blocks_.pop_front();
      ++first_;
    }
  }

 private:
  static constexpr uint64_t kMaxBytes = 4u << 20;
  mutable absl::Mutex mutex_;
  uint64_t first_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<std::string> blocks_ ABSL_GUARDED_BY(mutex_);
};

class FileBlockStore final : public BlockStore {
 public:
  FileBlockStore(std::filesystem::path dir, const BlockStoreOptions& options)
      : dir_(std::move(dir)), options_(options) {}

  absl::Status Start() {
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_));
    SUYUAN_ASSIGN_OR_RETURN(lock_, LockFile(dir_ / "LOCK"));
    SUYUAN_ASSIGN_OR_RETURN(index_, BlockIndex::Open(dir_ / "index"));
    SUYUAN_RETURN_IF_ERROR(FindEnd());
    SUYUAN_RETURN_IF_ERROR(CheckNewest());
    SUYUAN_RETURN_IF_ERROR(CatchUp());
    return OpenForWriting();
  }

  absl::Status Append(const ::common::Block& block) override;
  uint64_t Height() const override {
    absl::MutexLock lock(&mutex_);
    return height_;
  }
  std::string LastHash() const override {
    absl::MutexLock lock(&mutex_);
    return last_hash_;
  }
  absl::StatusOr<std::string> GetBytes(uint64_t number) const override;
  absl::StatusOr<uint64_t> NumberByHash(absl::string_view header_hash) const override;
  std::shared_ptr<void> AddListener(std::function<void(uint64_t)> listener) override {
    return listeners_.Add(std::move(listener));
  }

 private:
  std::filesystem::path PathOf(uint32_t file) const { return dir_ / ledger::BlockFileName(file); }

  // What Start() does, in order.
  absl::Status FindEnd();
  absl::StatusOr<RecordPlace> PlaceOf(uint64_t number) const;
  absl::StatusOr<std::string> HashOf(int fd, uint64_t number, const RecordPlace& place) const;
  absl::Status CheckLast(uint64_t number, const RecordPlace& place);
  absl::Status DropLast(uint64_t number, const RecordPlace& place);
  absl::Status CheckNewest();
  absl::Status CheckFile(uint32_t file, uint64_t* next);
  absl::StatusOr<uint64_t> FirstBlockOf(uint32_t file) const;
  absl::Status CatchUp();
  absl::Status CatchUpFile(uint32_t file, bool last);
  absl::Status TakeScanned(const RecordPlace& place, uint64_t number, const std::string& bytes);
  absl::Status CutTail(uint32_t file, uint64_t offset, absl::string_view reason);
  absl::Status OpenForWriting();

  absl::Status CheckNext(const ::common::Block& block) const;
  absl::Status WriteRecord(uint64_t number, const std::string& bytes, RecordPlace* place);
  absl::Status SyncBlock(uint64_t number);
  absl::Status BeginFile(uint32_t file);
  absl::StatusOr<std::shared_ptr<FileDescriptor>> Reader(uint32_t file) const;
  void Advance(uint64_t number, std::string hash, const RecordPlace& place);

  const std::filesystem::path dir_;
  const BlockStoreOptions options_;
  FileDescriptor lock_;
  std::unique_ptr<BlockIndex> index_;
  ledger::HeightListeners listeners_;
  RecentBlocks recent_;

  // The appending thread's own.
  FileDescriptor writer_;
  uint32_t file_ = 0;        // being appended to
  uint64_t file_bytes_ = 0;  // of it
  absl::Status failure_;     // of an earlier append

  mutable absl::Mutex mutex_;
  uint64_t height_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string last_hash_ ABSL_GUARDED_BY(mutex_);
  mutable std::map<uint32_t, std::shared_ptr<FileDescriptor>> readers_ ABSL_GUARDED_BY(mutex_);
};

// The end as the index knows it. Its last record may have been cut since.
absl::Status FileBlockStore::FindEnd() {
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t indexed, index_->Height());
  if (indexed == 0) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const RecordPlace place, PlaceOf(indexed - 1));
  return CheckLast(indexed - 1, place);
}

// Of a block that the index must know.
absl::StatusOr<RecordPlace> FileBlockStore::PlaceOf(uint64_t number) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto place, index_->Find(number));
  if (place) return *place;
  return absl::DataLossError(absl::StrCat("index of ", dir_.string(), ": no block ", number));
}

absl::StatusOr<std::string> FileBlockStore::HashOf(int fd, uint64_t number,
                                                   const RecordPlace& place) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          ledger::ReadRecord(fd, PathOf(place.file), place, number));
  SUYUAN_ASSIGN_OR_RETURN(const auto block,
                          ParseProto<::common::Block>(bytes, absl::StrCat("block ", number)));
  return BlockHeaderHash(block.header());
}

absl::Status FileBlockStore::CheckLast(uint64_t number, const RecordPlace& place) {
  FileDescriptor fd(::open(PathOf(place.file).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::DataLossError(absl::StrCat(
        "block ", number, ": ", ErrnoStatus(errno, "open", PathOf(place.file)).message()));
  }
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t size, ledger::FileSize(fd.get(), PathOf(place.file)));
  if (size < place.offset) {
    return absl::DataLossError(absl::StrCat("block ", number, ": ", PathOf(place.file).string(),
                                            " ends before it, at ", size));
  }
  if (size < place.end()) {
    if (options_.drop_lost_block) return DropLast(number, place);
    return absl::DataLossError(absl::StrCat("block ", number, ": was stored whole at ",
                                            place.offset, " of ", PathOf(place.file).string(),
                                            ", which ends in the middle of it now, at ", size));
  }
  SUYUAN_ASSIGN_OR_RETURN(std::string hash, HashOf(fd.get(), number, place));
  Advance(number, std::move(hash), place);
  return absl::OkStatus();
}

// Cut short after it was acknowledged: not by us. Let it be fetched again.
absl::Status FileBlockStore::DropLast(uint64_t number, const RecordPlace& place) {
  Log("ledger").Warn("the last block lost its tail and is dropped",
                     {{"block", number}, {"file", PathOf(place.file).string()}});
  SUYUAN_RETURN_IF_ERROR(index_->RemoveLast(number));
  SUYUAN_RETURN_IF_ERROR(CutTail(place.file, place.offset, "block cut short"));
  file_ = place.file;
  file_bytes_ = place.offset;
  if (number == 0) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const RecordPlace previous, PlaceOf(number - 1));
  SUYUAN_ASSIGN_OR_RETURN(const auto reader, Reader(previous.file));
  SUYUAN_ASSIGN_OR_RETURN(std::string hash, HashOf(reader->get(), number - 1, previous));
  absl::MutexLock lock(&mutex_);
  height_ = number;
  last_hash_ = std::move(hash);
  return absl::OkStatus();
}

// What lies in the last two files up to the end that the index knows: enough to find a
// disk that goes bad at once, and not so much that a restart waits for it.
absl::Status FileBlockStore::CheckNewest() {
  if (Height() == 0) return absl::OkStatus();
  const uint32_t first = file_ > 0 ? file_ - 1 : 0;
  SUYUAN_ASSIGN_OR_RETURN(uint64_t next, FirstBlockOf(first));
  for (uint32_t file = first; file <= file_; ++file) {
    SUYUAN_RETURN_IF_ERROR(CheckFile(file, &next));
  }
  return absl::OkStatus();
}

absl::Status FileBlockStore::CheckFile(uint32_t file, uint64_t* next) {
  const uint64_t end = file == file_ ? file_bytes_ : std::numeric_limits<uint64_t>::max();
  SUYUAN_ASSIGN_OR_RETURN(
      const auto scan,
      ledger::ScanRecords(
          PathOf(file), file, 0, options_.max_block_bytes, ledger::BadChecksum::kEndsScan,
          [&](const ledger::ScannedRecord& record) {
            if (record.block_number == (*next)++) return absl::OkStatus();
            return absl::DataLossError(absl::StrCat(
                "block ", *next - 1, ": block ", record.block_number, " stands in its place in ",
                PathOf(file).string(), " at ", record.place.offset));
          },
          end));
  if (scan.end == ScanEnd::kClean) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("block ", *next, ": ", scan.reason));
}

// By bisection: blocks lie in the order of their numbers.
absl::StatusOr<uint64_t> FileBlockStore::FirstBlockOf(uint32_t file) const {
  uint64_t low = 0, high = Height();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    SUYUAN_ASSIGN_OR_RETURN(const RecordPlace place, PlaceOf(middle));
    if (place.file < file) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Takes up what was stored after the index was last written.
absl::Status FileBlockStore::CatchUp() {
  for (uint32_t file = file_;; ++file) {
    std::error_code error;
    if (!std::filesystem::exists(PathOf(file), error)) return absl::OkStatus();
    const bool last = !std::filesystem::exists(PathOf(file + 1), error);
    SUYUAN_RETURN_IF_ERROR(CatchUpFile(file, last));
  }
}

absl::Status FileBlockStore::CatchUpFile(uint32_t file, bool last) {
  const uint64_t offset = file == file_ ? file_bytes_ : 0;
  SUYUAN_ASSIGN_OR_RETURN(
      const auto scan, ledger::ScanRecords(PathOf(file), file, offset, options_.max_block_bytes,
                                           ledger::BadChecksum::kEndsScan,
                                           [this](const ledger::ScannedRecord& record) {
                                             return TakeScanned(record.place, record.block_number,
                                                                record.block);
                                           }));
  file_ = file;
  file_bytes_ = scan.offset;
  if (scan.end == ScanEnd::kClean) return absl::OkStatus();
  if (scan.end == ScanEnd::kTorn && last) return CutTail(file, scan.offset, scan.reason);
  return absl::DataLossError(absl::StrCat("block ", Height(), ": ", scan.reason));
}

absl::Status FileBlockStore::TakeScanned(const RecordPlace& place, uint64_t number,
                                         const std::string& bytes) {
  SUYUAN_ASSIGN_OR_RETURN(const auto block,
                          ParseProto<::common::Block>(bytes, absl::StrCat("block ", number)));
  if (number != Height() || block.header().number() != number) {
    return absl::DataLossError(absl::StrCat("block ", Height(), ": block ", number,
                                            " stands in its place in ",
                                            PathOf(place.file).string()));
  }
  const std::string hash = BlockHeaderHash(block.header());
  SUYUAN_RETURN_IF_ERROR(index_->Put(number, hash, place));
  Advance(number, hash, place);
  return absl::OkStatus();
}

absl::Status FileBlockStore::CutTail(uint32_t file, uint64_t offset, absl::string_view reason) {
  Log("ledger").Info("torn end of the last block file is cut", {{"reason", reason}});
  FileDescriptor fd(::open(PathOf(file).c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "open", PathOf(file));
  if (::ftruncate(fd.get(), static_cast<off_t>(offset)) != 0) {
    return ErrnoStatus(errno, "truncate", PathOf(file));
  }
  return SyncData(fd.get(), PathOf(file));
}

absl::Status FileBlockStore::OpenForWriting() {
  writer_ = FileDescriptor(
      ::open(PathOf(file_).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!writer_.valid()) return ErrnoStatus(errno, "open", PathOf(file_));
  return SyncDirectory(dir_);
}

void FileBlockStore::Advance(uint64_t number, std::string hash, const RecordPlace& place) {
  file_ = place.file;
  file_bytes_ = place.end();
  absl::MutexLock lock(&mutex_);
  height_ = number + 1;
  last_hash_ = std::move(hash);
}

absl::Status FileBlockStore::CheckNext(const ::common::Block& block) const {
  const uint64_t height = Height();
  auto refuse = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("append block ", block.header().number(), ": ", why));
  };
  if (block.header().number() != height) return refuse(absl::StrCat("number is not ", height));
  if (block.header().previous_hash() != LastHash()) {
    return refuse("previous_hash is not the hash of the block before");
  }
  if (block.header().data_hash() != BlockDataHash(block.data())) {
    return refuse("data_hash does not match the data");
  }
  if (block.ByteSizeLong() > options_.max_block_bytes) {
    return refuse(absl::StrCat("larger than ", options_.max_block_bytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status FileBlockStore::Append(const ::common::Block& block) {
  if (!failure_.ok()) return Annotate(failure_, "block store stopped by an earlier failure");
  SUYUAN_RETURN_IF_ERROR(CheckNext(block));
  const uint64_t number = block.header().number();
  std::string bytes = block.SerializeAsString();
  std::string hash = BlockHeaderHash(block.header());
  RecordPlace place;
  absl::Status status = WriteRecord(number, bytes, &place);
  if (status.ok()) status = index_->Put(number, hash, place);
  if (!status.ok()) {
    failure_ = Annotate(status, absl::StrCat("append block ", number));
    return failure_;
  }
  recent_.Add(number, std::move(bytes));
  Advance(number, std::move(hash), place);
  listeners_.Notify(number + 1);
  return absl::OkStatus();
}

absl::Status FileBlockStore::WriteRecord(uint64_t number, const std::string& bytes,
                                         RecordPlace* place) {
  if (file_bytes_ >= options_.max_file_bytes) SUYUAN_RETURN_IF_ERROR(BeginFile(file_ + 1));
  *place = {file_, file_bytes_, static_cast<uint32_t>(bytes.size())};
  SUYUAN_RETURN_IF_ERROR(
      WriteAll(writer_.get(), ledger::EncodeRecordHeader(number, bytes), PathOf(file_)));
  SUYUAN_RETURN_IF_ERROR(WriteAll(writer_.get(), bytes, PathOf(file_)));
  return SyncBlock(number);
}

absl::Status FileBlockStore::SyncBlock(uint64_t number) {
  const absl::Time start = options_.clock->Now();
  SUYUAN_RETURN_IF_ERROR(options_.sync(writer_.get(), PathOf(file_)));
  const absl::Duration took = options_.clock->Now() - start;
  if (options_.on_sync) options_.on_sync(took);
  if (took > kSlowSync) {
    Log("ledger").Warn("the disk is slow: making a block durable took long",
                       {{"block", number},
                        {"file", PathOf(file_).string()},
                        {"seconds", absl::ToDoubleSeconds(took)}});
  }
  return absl::OkStatus();
}

absl::Status FileBlockStore::BeginFile(uint32_t file) {
  file_ = file;
  file_bytes_ = 0;
  return OpenForWriting();
}

absl::StatusOr<std::shared_ptr<FileDescriptor>> FileBlockStore::Reader(uint32_t file) const {
  constexpr size_t kMaxOpen = 64;
  absl::MutexLock lock(&mutex_);
  auto& reader = readers_[file];
  if (reader == nullptr) {
    FileDescriptor fd(::open(PathOf(file).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) {
      const int error = errno;
      readers_.erase(file);
      return ErrnoStatus(error, "open", PathOf(file));
    }
    auto opened = std::make_shared<FileDescriptor>(std::move(fd));
    if (readers_.size() > kMaxOpen) readers_.clear();
    return readers_[file] = opened;
  }
  return reader;
}

absl::StatusOr<std::string> FileBlockStore::GetBytes(uint64_t number) const {
  const uint64_t height = Height();
  if (number >= height) {
    return absl::NotFoundError(absl::StrCat("block ", number, ": the height is ", height));
  }
  if (auto recent = recent_.Find(number)) return *std::move(recent);
  SUYUAN_ASSIGN_OR_RETURN(const auto place, index_->Find(number));
  if (!place) return absl::DataLossError(absl::StrCat("block ", number, ": not in the index"));
  SUYUAN_ASSIGN_OR_RETURN(const auto reader, Reader(place->file), absl::StrCat("block ", number));
  return ledger::ReadRecord(reader->get(), PathOf(place->file), *place, number);
}

absl::StatusOr<uint64_t> FileBlockStore::NumberByHash(absl::string_view header_hash) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto number, index_->FindHash(header_hash));
  if (!number || *number >= Height()) return absl::NotFoundError("no block with this hash");
  return *number;
}

}  // namespace

std::string WhatToDo(const absl::Status& failure) {
  const absl::string_view text = failure.message();
  if (absl::IsResourceExhausted(failure) || absl::StrContains(text, "No space left")) {
    return "make room on its file system and restart the node";
  }
  if (absl::StrContains(text, "Read-only file system")) {
    return "find out why it is read-only, mount it for writing and restart the node";
  }
  if (absl::IsDataLoss(failure)) {
    return "'suyuan ledger verify' tells all that is damaged; restore a backup, or, where other "
           "nodes have the channel, move its folder away and join again";
  }
  if (absl::StrContains(text, "Input/output error") || absl::StrContains(text, "fdatasync")) {
    return "mend the disk and restart the node";
  }
  return "";
}

absl::Status WithAdvice(const absl::Status& failure) {
  const std::string advice = WhatToDo(failure);
  if (failure.ok() || advice.empty()) return failure;
  return absl::Status(failure.code(), absl::StrCat(failure.message(), ": ", advice));
}

absl::StatusOr<std::unique_ptr<BlockStore>> BlockStore::Open(const std::filesystem::path& dir,
                                                             const BlockStoreOptions& options) {
  auto store = std::make_unique<FileBlockStore>(dir, options);
  SUYUAN_RETURN_IF_ERROR(store->Start());
  return std::unique_ptr<BlockStore>(std::move(store));
}

}  // namespace suyuan
