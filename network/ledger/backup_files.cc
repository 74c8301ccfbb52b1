#include "network/ledger/backup_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_file.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

constexpr uint64_t kPieceBytes = 1u << 20;
constexpr uint64_t kRecordHeadBytes = 8;

}  // namespace

absl::StatusOr<std::unique_ptr<HashedFile>> HashedFile::Create(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.valid() && errno == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat(path.string(), " is there already"));
  }
  if (!fd.valid()) return ErrnoStatus(errno, "create", path);
  return std::unique_ptr<HashedFile>(new HashedFile(path, std::move(fd)));
}

absl::Status HashedFile::Write(absl::string_view data) {
  sha_.Update(data);
  bytes_ += data.size();
  return WriteAll(fd_.get(), data, path_);
}

absl::StatusOr<BackupFile> HashedFile::Finish(std::string name) {
  SUYUAN_RETURN_IF_ERROR(SyncData(fd_.get(), path_));
  fd_ = FileDescriptor();
  return BackupFile{std::move(name), bytes_, sha_.Finish()};
}

absl::Status ReadInPieces(const std::filesystem::path& path,
                          const std::function<absl::Status(absl::string_view)>& take) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "open", path);
  uint64_t offset = 0;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string piece, ReadAt(fd.get(), path, offset, kPieceBytes));
    if (piece.empty()) return absl::OkStatus();
    SUYUAN_RETURN_IF_ERROR(take(piece));
    offset += piece.size();
  }
}

bool IsTaken(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) &&
         !(std::filesystem::is_directory(path, error) && std::filesystem::is_empty(path, error));
}

std::string EncodeRecord(absl::string_view key, absl::string_view value) {
  std::string out;
  PutFixed32(&out, static_cast<uint32_t>(key.size()));
  PutFixed32(&out, static_cast<uint32_t>(value.size()));
  absl::StrAppend(&out, key, value);
  return out;
}

absl::Status ReadRecords(
    const std::filesystem::path& path,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "open", path);
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t size, FileSize(fd.get(), path));
  const auto torn = [&](uint64_t at) {
    return absl::DataLossError(absl::StrCat(path.string(), ": ends in the record at ", at));
  };
  for (uint64_t at = 0; at < size;) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string head, ReadAt(fd.get(), path, at, kRecordHeadBytes));
    if (head.size() < kRecordHeadBytes) return torn(at);
    const uint64_t key_bytes = GetFixed32(head.data()), value_bytes = GetFixed32(head.data() + 4);
    if (key_bytes + value_bytes > size - at - kRecordHeadBytes) return torn(at);
    SUYUAN_ASSIGN_OR_RETURN(const std::string record,
                            ReadAt(fd.get(), path, at + kRecordHeadBytes, key_bytes + value_bytes));
    if (record.size() < key_bytes + value_bytes) return torn(at);
    const absl::string_view view = record;
    SUYUAN_RETURN_IF_ERROR(visit(view.substr(0, key_bytes), view.substr(key_bytes)));
    at += kRecordHeadBytes + record.size();
  }
  return absl::OkStatus();
}

}  // namespace suyuan::ledger
