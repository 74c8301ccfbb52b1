// manifest.json of a backup.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/ledger/backup.h"
#include "network/ledger/backup_files.h"
#include "network/protoutil/channel_name.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "suyuan-backup-1";
constexpr uint64_t kMaxManifestBytes = 256u << 20;
constexpr size_t kMaxFiles = 1'000'000;

absl::Status Bad(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(ledger::kManifestFile, ": ", field, ": ", why));
}

absl::StatusOr<std::string> Text(const Json& json, const std::string& field) {
  const auto it = json.find(field);
  if (it == json.end() || !it->is_string()) return Bad(field, "is not a text");
  return it->get<std::string>();
}

absl::StatusOr<uint64_t> Number(const Json& json, const std::string& field) {
  const auto it = json.find(field);
  if (it == json.end() || !it->is_number_unsigned()) return Bad(field, "is not a number");
  return it->get<uint64_t>();
}

absl::StatusOr<std::string> Hash(const Json& json, const std::string& field) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, Text(json, field));
  auto bytes = HexDecode(text);
  if (!bytes.ok() || (!bytes->empty() && bytes->size() != 32)) {
    return Bad(field, "is not a hash of 32 bytes in hex");
  }
  return bytes;
}

bool IsPlain(absl::string_view name) {
  return !name.empty() && name.size() <= 400 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || absl::StrContains("._+-", absl::string_view(&c, 1));
         });
}

absl::StatusOr<BackupFile> File(const Json& json) {
  if (!json.is_object()) return Bad("files", "an entry is not an object");
  BackupFile file;
  SUYUAN_ASSIGN_OR_RETURN(file.path, Text(json, "path"));
  SUYUAN_ASSIGN_OR_RETURN(file.bytes, Number(json, "bytes"));
  SUYUAN_ASSIGN_OR_RETURN(file.sha256, Hash(json, "sha256"));
  if (!ledger::IsBackupPath(file.path)) return Bad("files", "a path is of no file of a backup");
  if (file.sha256.empty()) return Bad("files", absl::StrCat(file.path, " has no sha256"));
  return file;
}

}  // namespace

namespace ledger {

bool IsPackageName(absl::string_view name) {
  return IsPlain(name) && absl::EndsWith(name, ".tar.gz");
}

bool IsBackupPath(absl::string_view path) {
  if (path == kPrivateFile || path == kTransientFile) return true;
  if (absl::ConsumePrefix(&path, "packages/")) return IsPackageName(path);
  return absl::ConsumePrefix(&path, "blocks/") && IsPlain(path) && absl::EndsWith(path, ".blk");
}

absl::StatusOr<BackupManifest> ReadManifest(const std::filesystem::path& dir) {
  auto text = ReadFile(dir / kManifestFile, kMaxManifestBytes);
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat(dir.string(), ": no backup here: no ", kManifestFile));
  }
  SUYUAN_RETURN_IF_ERROR(text.status());
  return ParseManifest(*text);
}

}  // namespace ledger

bool IsBackup(const std::filesystem::path& dir) {
  std::error_code error;
  return std::filesystem::exists(dir / ledger::kManifestFile, error);
}

std::string ManifestJson(const BackupManifest& manifest) {
  Json files = Json::array();
  for (const BackupFile& file : manifest.files) {
    files.push_back(
        {{"path", file.path}, {"bytes", file.bytes}, {"sha256", HexEncode(file.sha256)}});
  }
  return Json{{"format", kFormat},
              {"channel", manifest.channel_id},
              {"kind", manifest.peer ? "peer" : "orderer"},
              {"madeAt", manifest.made_at},
              {"height", manifest.hashes.height},
              {"blockHash", HexEncode(manifest.hashes.block_hash)},
              {"commitHash", HexEncode(manifest.hashes.commit_hash)},
              {"stateHash", HexEncode(manifest.hashes.state_hash)},
              {"files", files}}
             .dump(1) +
         "\n";
}

absl::StatusOr<BackupManifest> ParseManifest(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Bad("content", "is not a JSON object");
  SUYUAN_ASSIGN_OR_RETURN(const std::string format, Text(json, "format"));
  if (format != kFormat) return Bad("format", absl::StrCat("is not ", kFormat));
  BackupManifest manifest;
  SUYUAN_ASSIGN_OR_RETURN(manifest.channel_id, Text(json, "channel"));
  if (!IsChannelName(manifest.channel_id)) return Bad("channel", "is no channel's name");
  SUYUAN_ASSIGN_OR_RETURN(const std::string kind, Text(json, "kind"));
  if (kind != "peer" && kind != "orderer") return Bad("kind", "is neither peer nor orderer");
  manifest.peer = kind == "peer";
  SUYUAN_ASSIGN_OR_RETURN(manifest.made_at, Text(json, "madeAt"));
  SUYUAN_ASSIGN_OR_RETURN(manifest.hashes.height, Number(json, "height"));
  if (manifest.hashes.height == 0) return Bad("height", "is 0");
  SUYUAN_ASSIGN_OR_RETURN(manifest.hashes.block_hash, Hash(json, "blockHash"));
  SUYUAN_ASSIGN_OR_RETURN(manifest.hashes.commit_hash, Hash(json, "commitHash"));
  SUYUAN_ASSIGN_OR_RETURN(manifest.hashes.state_hash, Hash(json, "stateHash"));
  const auto files = json.find("files");
  if (files == json.end() || !files->is_array() || files->size() > kMaxFiles) {
    return Bad("files", "is not a list of files");
  }
  for (const Json& entry : *files) {
    SUYUAN_ASSIGN_OR_RETURN(BackupFile file, File(entry));
    if (!manifest.files.empty() && manifest.files.back().path >= file.path) {
      return Bad("files", "are not in order, or one is there twice");
    }
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

}  // namespace suyuan
