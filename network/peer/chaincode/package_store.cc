#include "network/peer/chaincode/package_store.h"

#include <nlohmann/json.hpp>
#include <regex>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/archive.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxContentBytes = 256u << 20;
constexpr char kSuffix[] = ".tar.gz";

absl::StatusOr<nlohmann::json> ParseObject(const std::string& text, absl::string_view file) {
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(file, " is not a JSON object"));
  }
  return json;
}

absl::StatusOr<std::string> TextField(const nlohmann::json& json, const char* field,
                                      absl::string_view file) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_string()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": no text field '", field, "'"));
  }
  return found->get<std::string>();
}

absl::Status CheckLabel(const std::string& label) {
  static const std::regex kLabel("[[:alnum:]][[:alnum:]_.+-]*");
  if (label.size() <= 256 && std::regex_match(label, kLabel)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "invalid label '", label,
      "'. Label must be non-empty, can only consist of alphanumerics, symbols from '.+-_', and "
      "can only begin with alphanumerics"));
}

// A module is looked up in one folder only: nothing that could leave it.
absl::Status CheckModuleName(const std::string& name) {
  if (!name.empty() && name[0] != '.' && name.find('/') == std::string::npos &&
      name.find('\0') == std::string::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("module.json: 'module' must be a plain file name");
}

absl::Status ReadCode(const std::string& code, ChaincodePackage& package) {
  const bool is_module = package.type == "module";
  if (!is_module && package.type != "ccaas" && package.type != "external") return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const ArchiveFiles files, ReadTarGz(code, kMaxContentBytes),
                          "code.tar.gz");
  const char* wanted = is_module ? "module.json" : "connection.json";
  const auto file = files.find(wanted);
  if (file == files.end()) {
    return absl::InvalidArgumentError(absl::StrCat("code.tar.gz holds no ", wanted));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto json, ParseObject(file->second, wanted));
  if (!is_module) {
    package.connection_json = file->second;
    return absl::OkStatus();
  }
  SUYUAN_ASSIGN_OR_RETURN(package.module, TextField(json, "module", wanted));
  return CheckModuleName(package.module);
}

}  // namespace

absl::StatusOr<ChaincodePackage> ParseChaincodePackage(absl::string_view bytes) {
  if (bytes.size() > kMaxPackageBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("chaincode package is larger than ", kMaxPackageBytes, " bytes"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const ArchiveFiles files, ReadTarGz(bytes, kMaxContentBytes),
                          "chaincode package");
  const auto metadata = files.find("metadata.json");
  if (metadata == files.end()) {
    return absl::InvalidArgumentError("chaincode package holds no metadata.json");
  }
  const auto code = files.find("code.tar.gz");
  if (code == files.end()) {
    return absl::InvalidArgumentError("chaincode package holds no code.tar.gz");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto json, ParseObject(metadata->second, "metadata.json"));
  ChaincodePackage package;
  SUYUAN_ASSIGN_OR_RETURN(package.label, TextField(json, "label", "metadata.json"));
  SUYUAN_ASSIGN_OR_RETURN(package.type, TextField(json, "type", "metadata.json"));
  SUYUAN_RETURN_IF_ERROR(CheckLabel(package.label));
  SUYUAN_RETURN_IF_ERROR(ReadCode(code->second, package));
  package.id = absl::StrCat(package.label, ":", HexEncode(Sha256(bytes)));
  return package;
}

absl::StatusOr<std::unique_ptr<PackageStore>> PackageStore::Open(const std::filesystem::path& dir) {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  std::unique_ptr<PackageStore> store(new PackageStore(dir));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
    if (!absl::EndsWith(entry.path().filename().string(), kSuffix)) continue;
    absl::StatusOr<std::string> bytes = ReadFile(entry.path(), kMaxPackageBytes);
    absl::StatusOr<ChaincodePackage> package =
        bytes.ok() ? ParseChaincodePackage(*bytes) : bytes.status();
    if (package.ok() && store->FileOf(package->id) != entry.path()) {
      package = absl::DataLossError("its content does not fit its name");
    }
    if (!package.ok()) {
      Log("chaincode")
          .Error("installed package cannot be used",
                 {{"file", entry.path().string()}, {"reason", package.status()}});
      continue;
    }
    absl::MutexLock lock(&store->mutex_);
    const std::string id = package->id;
    store->packages_[id] = std::make_shared<const ChaincodePackage>(*std::move(package));
  }
  if (error) return absl::UnavailableError(absl::StrCat(dir.string(), ": ", error.message()));
  return store;
}

std::filesystem::path PackageStore::FileOf(absl::string_view package_id) const {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(package_id, absl::MaxSplits(':', 1));
  return dir_ / absl::StrCat(parts.first, ".", parts.second, kSuffix);
}

absl::StatusOr<ChaincodePackage> PackageStore::Install(absl::string_view bytes) {
  SUYUAN_ASSIGN_OR_RETURN(ChaincodePackage package, ParseChaincodePackage(bytes));
  if (Find(package.id) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat("chaincode already successfully installed (package ID '", package.id, "')"));
  }
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(FileOf(package.id), bytes));
  absl::MutexLock lock(&mutex_);
  packages_[package.id] = std::make_shared<const ChaincodePackage>(package);
  return package;
}

std::shared_ptr<const ChaincodePackage> PackageStore::Find(absl::string_view package_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = packages_.find(package_id);
  return found == packages_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const ChaincodePackage>> PackageStore::List() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<const ChaincodePackage>> all;
  for (const auto& [id, package] : packages_) all.push_back(package);
  return all;
}

absl::StatusOr<std::string> PackageStore::Read(absl::string_view package_id) const {
  if (Find(package_id) == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("chaincode install package '", package_id, "' not found"));
  }
  return ReadFile(FileOf(package_id), kMaxPackageBytes);
}

}  // namespace suyuan
