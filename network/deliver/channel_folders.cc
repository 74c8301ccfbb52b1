#include "network/deliver/channel_folders.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr char kLeft[] = ".LEFT";

absl::StatusOr<std::vector<fs::path>> List(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    found.push_back(it->path());
  }
  if (error) return ErrnoStatus(error.value(), "list", dir);
  return found;
}

absl::Status Delete(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return ErrnoStatus(error.value(), "remove", path);
  return absl::OkStatus();
}

absl::Status DeleteContents(const fs::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<fs::path> entries, List(dir));
  for (const fs::path& entry : entries) SUYUAN_RETURN_IF_ERROR(Delete(entry));
  return absl::OkStatus();
}

}  // namespace

fs::path ChannelFolders::LeftFolder(absl::string_view name) const {
  return dir_ / absl::StrCat(name, kLeft);
}

absl::StatusOr<std::vector<std::string>> ChannelFolders::Open() const {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_));
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<fs::path> entries, List(dir_));
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::path& entry : entries) {
    if (!fs::is_directory(entry, error)) continue;
    const std::string name = entry.filename().string();
    if (absl::EndsWith(name, kLeft)) {
      SUYUAN_RETURN_IF_ERROR(DeleteContents(entry));
    } else {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status ChannelFolders::Retire(absl::string_view name) const {
  std::error_code error;
  // An empty folder of an earlier time gives way.
  fs::rename(Of(name), LeftFolder(name), error);
  if (error) return ErrnoStatus(error.value(), "rename", Of(name));
  return SyncDirectory(dir_);
}

absl::Status ChannelFolders::DeleteRetired(absl::string_view name) const {
  return DeleteContents(LeftFolder(name));
}

absl::Status ChannelFolders::Discard(absl::string_view name) const {
  SUYUAN_RETURN_IF_ERROR(Delete(Of(name)));
  return SyncDirectory(dir_);
}

bool ChannelFolders::WasLeft(absl::string_view name) const {
  std::error_code error;
  return fs::exists(LeftFolder(name), error) && !fs::exists(Of(name), error);
}

absl::Status ChannelFolders::Rejoined(absl::string_view name) const {
  SUYUAN_RETURN_IF_ERROR(Delete(LeftFolder(name)));
  return SyncDirectory(dir_);
}

}  // namespace suyuan
