// Records of blocks in append-only files (FORMAT.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::ledger {

inline constexpr uint64_t kRecordHeaderBytes = 24;

struct RecordHeader {
  uint64_t block_number = 0;
  uint32_t length = 0;  // of the block
  uint32_t crc = 0;     // of the block
};

std::string EncodeRecordHeader(uint64_t block_number, absl::string_view block);
// nullopt: not a record header, or damaged. `bytes` holds kRecordHeaderBytes.
std::optional<RecordHeader> DecodeRecordHeader(const char* bytes);

// "000042.blk".
std::filesystem::path BlockFileName(uint32_t file);

// Where a record lies.
struct RecordPlace {
  uint32_t file = 0;
  uint64_t offset = 0;  // of the record header
  uint32_t length = 0;  // of the block
  uint64_t end() const { return offset + kRecordHeaderBytes + length; }
};

// Reads the block of a record whose place is known.
//   kDataLoss  header or checksum is wrong, or the file ends early; names the block
absl::StatusOr<std::string> ReadRecord(int fd, const std::filesystem::path& path,
                                       const RecordPlace& place, uint64_t block_number);

// What ends a file that is read record by record.
enum class ScanEnd {
  kClean,    // after a whole record
  kTorn,     // in an incomplete or damaged record with no record behind it
  kDamaged,  // in a damaged record that has others behind it
};
struct ScanResult {
  ScanEnd end = ScanEnd::kClean;
  uint64_t offset = 0;  // after the last good record
  std::string reason;   // for kTorn and kDamaged
};
struct ScannedRecord {
  RecordPlace place;
  uint64_t block_number = 0;
  std::string block;
  bool checksum_ok = true;
};
enum class BadChecksum {
  kEndsScan,
  kIsVisited,  // as long as the record's header is good
};
// Calls `visit` for each record from `offset` on, as if the file ended at `end`; a Status
// from it ends the scan.
absl::StatusOr<ScanResult> ScanRecords(
    const std::filesystem::path& path, uint32_t file, uint64_t offset, uint64_t max_block_bytes,
    BadChecksum bad_checksum, const std::function<absl::Status(const ScannedRecord&)>& visit,
    uint64_t end = std::numeric_limits<uint64_t>::max());

// pread() of exactly `size` bytes; fewer at the end of the file.
absl::StatusOr<std::string> ReadAt(int fd, const std::filesystem::path& path, uint64_t offset,
                                   uint64_t size);
absl::StatusOr<uint64_t> FileSize(int fd, const std::filesystem::path& path);

}  // namespace suyuan::ledger
