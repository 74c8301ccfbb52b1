// tar.gz archives: read within bounds, written so that equal content gives equal
// bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// File name -> content.
using ArchiveFiles = std::map<std::string, std::string>;

// The regular files of a tar.gz; other entries are passed over. Nothing is written
// to disk.
//   kInvalidArgument  not a tar.gz, or more than `max_bytes` of content, or more
//                     than 10,000 entries
absl::StatusOr<ArchiveFiles> ReadTarGz(absl::string_view bytes, uint64_t max_bytes);

// Sorted by name, mode 0644, times and owners zero, no time in the gzip header.
absl::StatusOr<std::string> WriteTarGz(const ArchiveFiles& files);

}  // namespace suyuan
