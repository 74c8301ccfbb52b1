#include "network/common/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

constexpr int kMaxEntries = 10'000;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;
using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

absl::Status Malformed(archive* a) {
  const char* reason = archive_error_string(a);
  return absl::InvalidArgumentError(
      absl::StrCat("not a tar.gz archive: ", reason == nullptr ? "unknown reason" : reason));
}

absl::StatusOr<std::string> ReadContent(archive* a, uint64_t max_bytes) {
  std::string content;
  char buffer[16384];
  while (true) {
    const la_ssize_t n = archive_read_data(a, buffer, sizeof(buffer));
    if (n < 0) return Malformed(a);
    if (n == 0) return content;
    if (content.size() + static_cast<uint64_t>(n) > max_bytes) {
      return absl::InvalidArgumentError("archive holds too many bytes");
    }
    content.append(buffer, static_cast<size_t>(n));
  }
}

la_ssize_t Append(archive*, void* out, const void* data, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

absl::StatusOr<ArchiveFiles> ReadTarGz(absl::string_view bytes, uint64_t max_bytes) {
  const Reader reader(archive_read_new(), &archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return Malformed(reader.get());
  }
  ArchiveFiles files;
  uint64_t left = max_bytes;
  for (int count = 0;; ++count) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) return files;
    if (code < ARCHIVE_WARN) return Malformed(reader.get());
    if (count >= kMaxEntries) return absl::InvalidArgumentError("archive has too many entries");
    const char* name = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG || name == nullptr) continue;
    absl::StatusOr<std::string> content = ReadContent(reader.get(), left);
    if (!content.ok()) return content.status();
    left -= content->size();
    files[name] = *std::move(content);
  }
}

absl::StatusOr<std::string> WriteTarGz(const ArchiveFiles& files) {
  std::string out;
  const Writer writer(archive_write_new(), &archive_write_free);
  archive_write_set_format_ustar(writer.get());
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_filter_option(writer.get(), "gzip", "timestamp", nullptr);
  archive_write_set_bytes_in_last_block(writer.get(), 1);  // no padding
  archive_write_open(writer.get(), &out, nullptr, &Append, nullptr);
  for (const auto& [name, content] : files) {
    const Entry entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    const bool written = archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
                         archive_write_data(writer.get(), content.data(), content.size()) ==
                             static_cast<la_ssize_t>(content.size());
    if (!written) return Malformed(writer.get());
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) return Malformed(writer.get());
  return out;
}

}  // namespace suyuan
