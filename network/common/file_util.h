// Files, with durability spelled out. Every error names the path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// An owned file descriptor. Move-only.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// The absl code that fits `errno_value` (ENOENT kNotFound, ENOSPC
// kResourceExhausted, EACCES kPermissionDenied, others kUnavailable), text
// "open /a/b: No such file or directory".
absl::Status ErrnoStatus(int errno_value, absl::string_view operation,
                         const std::filesystem::path& path);

// Whole file. kInvalidArgument when it is larger than `max_bytes`.
absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path,
                                     uint64_t max_bytes = 256u << 20);

// Replaces `path` so that a crash leaves the old or the new content, whole; durable
// once OK (file and directory synced). `mode` is the permission of a new file:
// pass 0600 for keys.
absl::Status WriteFileAtomically(const std::filesystem::path& path, absl::string_view content,
                                 unsigned mode = 0644);

// Makes created, renamed or removed entries of `dir` durable.
absl::Status SyncDirectory(const std::filesystem::path& dir);

// mkdir -p; durable.
absl::Status CreateDirectories(const std::filesystem::path& dir);

// Writes all of `data` at the end of `fd`. `path` is for the message only.
absl::Status WriteAll(int fd, absl::string_view data, const std::filesystem::path& path);

// fdatasync.
absl::Status SyncData(int fd, const std::filesystem::path& path);

// Takes an exclusive advisory lock on `path` (created when absent), held until
// the descriptor closes.
//   kFailedPrecondition  another process holds it
absl::StatusOr<FileDescriptor> LockFile(const std::filesystem::path& path);

}  // namespace suyuan
