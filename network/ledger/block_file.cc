#include "network/ledger/block_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

constexpr char kMagic[] = {'S', 'Y', 'B', '1'};
constexpr uint64_t kSearchChunk = 1u << 20;

// True when a good record header stands anywhere at or behind `offset`.
absl::StatusOr<bool> RecordBehind(int fd, const std::filesystem::path& path, uint64_t offset) {
  const absl::string_view magic(kMagic, sizeof kMagic);
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(std::string chunk, ReadAt(fd, path, offset, kSearchChunk));
    if (chunk.size() < kRecordHeaderBytes) return false;
    size_t at = 0;
    while ((at = absl::string_view(chunk).find(magic, at)) != absl::string_view::npos &&
           at + kRecordHeaderBytes <= chunk.size()) {
      if (DecodeRecordHeader(chunk.data() + at)) return true;
      ++at;
    }
    offset += chunk.size() - (kRecordHeaderBytes - 1);
  }
}

}  // namespace

std::string EncodeRecordHeader(uint64_t block_number, absl::string_view block) {
  std::string out(kMagic, sizeof kMagic);
  PutFixed64(&out, block_number);
  PutFixed32(&out, static_cast<uint32_t>(block.size()));
  PutFixed32(&out, Crc32(block));
  PutFixed32(&out, Crc32(out));
  return out;
}

std::optional<RecordHeader> DecodeRecordHeader(const char* bytes) {
  if (!std::equal(kMagic, kMagic + sizeof kMagic, bytes)) return std::nullopt;
  if (GetFixed32(bytes + 20) != Crc32({bytes, 20})) return std::nullopt;
  return RecordHeader{GetFixed64(bytes + 4), GetFixed32(bytes + 12), GetFixed32(bytes + 16)};
}

std::filesystem::path BlockFileName(uint32_t file) { return absl::StrFormat("%06d.blk", file); }

absl::StatusOr<std::string> ReadAt(int fd, const std::filesystem::path& path, uint64_t offset,
                                   uint64_t size) {
  std::string out;
  out.resize(size);
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(fd, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read", path);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  out.resize(done);
  return out;
}

absl::StatusOr<uint64_t> FileSize(int fd, const std::filesystem::path& path) {
  struct stat info;
  if (::fstat(fd, &info) != 0) return ErrnoStatus(errno, "stat", path);
  return static_cast<uint64_t>(info.st_size);
}

absl::StatusOr<std::string> ReadRecord(int fd, const std::filesystem::path& path,
                                       const RecordPlace& place, uint64_t block_number) {
  auto damaged = [&](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("block ", block_number, ": ", what, " in ",
                                            path.string(), " at ", place.offset));
  };
  SUYUAN_ASSIGN_OR_RETURN(std::string bytes,
                          ReadAt(fd, path, place.offset, kRecordHeaderBytes + place.length));
  if (bytes.size() < kRecordHeaderBytes + place.length) return damaged("record cut short");
  const auto header = DecodeRecordHeader(bytes.data());
  if (!header) return damaged("damaged record header");
  if (header->block_number != block_number) return damaged("record of another block");
  if (header->length != place.length) return damaged("length differs from the index");
  bytes.erase(0, kRecordHeaderBytes);
  if (Crc32(bytes) != header->crc) return damaged("checksum of the block does not match");
  return bytes;
}

absl::StatusOr<ScanResult> ScanRecords(
    const std::filesystem::path& path, uint32_t file, uint64_t offset, uint64_t max_block_bytes,
    BadChecksum bad_checksum, const std::function<absl::Status(const ScannedRecord&)>& visit,
    uint64_t end) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "open", path);
  SUYUAN_ASSIGN_OR_RETURN(uint64_t size, FileSize(fd.get(), path));
  size = std::min(size, end);
  ScanResult result;
  result.offset = offset;
  // `behind`: where another record may begin if this one is bad.
  auto bad = [&](absl::string_view reason, uint64_t behind) -> absl::StatusOr<ScanResult> {
    SUYUAN_ASSIGN_OR_RETURN(const bool more, RecordBehind(fd.get(), path, behind));
    result.end = more ? ScanEnd::kDamaged : ScanEnd::kTorn;
    result.reason = absl::StrCat(reason, " in ", path.string(), " at ", result.offset);
    return result;
  };
  while (result.offset < size) {
    SUYUAN_ASSIGN_OR_RETURN(std::string head,
                            ReadAt(fd.get(), path, result.offset, kRecordHeaderBytes));
    if (head.size() < kRecordHeaderBytes) return bad("record header cut short", size);
    const auto header = DecodeRecordHeader(head.data());
    if (!header) return bad("damaged record header", result.offset + 1);
    const RecordPlace place{file, result.offset, header->length};
    if (header->length > max_block_bytes) return bad("block too large", result.offset + 1);
    // What is left belongs to this block, whatever it looks like.
    if (place.end() > size) return bad("block cut short", size);
    SUYUAN_ASSIGN_OR_RETURN(
        std::string block,
        ReadAt(fd.get(), path, result.offset + kRecordHeaderBytes, header->length));
    const bool checksum_ok = Crc32(block) == header->crc;
    if (!checksum_ok && bad_checksum == BadChecksum::kEndsScan) {
      return bad("checksum of the block does not match", place.end());
    }
    SUYUAN_RETURN_IF_ERROR(visit({place, header->block_number, std::move(block), checksum_ok}));
    result.offset = place.end();
  }
  return result;
}

}  // namespace suyuan::ledger
