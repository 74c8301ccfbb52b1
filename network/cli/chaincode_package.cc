#include "network/cli/chaincode_package.h"

#include <nlohmann/json.hpp>
#include <regex>

#include "absl/strings/str_cat.h"
#include "network/common/archive.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxContentBytes = 256u << 20;

absl::StatusOr<ArchiveFiles> Code(const PackageOptions& options) {
  if (options.module.empty() == options.address.empty()) {
    return absl::InvalidArgumentError("give either --module or --address");
  }
  if (!options.module.empty()) {
    if (options.module.find('/') != std::string::npos || options.module[0] == '.') {
      return absl::InvalidArgumentError(
          "--module is a plain file name: peers look it up in their own folder");
    }
    return ArchiveFiles{{"module.json", nlohmann::json{{"module", options.module}}.dump()}};
  }
  nlohmann::json connection = {{"address", options.address},
                               {"dial_timeout", "10s"},
                               {"tls_required", !options.tls_ca.empty()}};
  if (!options.tls_ca.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(connection["root_cert"], ReadFile(options.tls_ca));
  }
  return ArchiveFiles{{"connection.json", connection.dump()}};
}

}  // namespace

absl::StatusOr<std::string> MakePackage(const PackageOptions& options) {
  static const std::regex kLabel("[[:alnum:]][[:alnum:]_.+-]*");
  if (!std::regex_match(options.label, kLabel)) {
    return absl::InvalidArgumentError(
        absl::StrCat("label '", options.label,
                     "' must begin with a letter or digit and hold only those and '_.+-'"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const ArchiveFiles code, Code(options));
  SUYUAN_ASSIGN_OR_RETURN(std::string code_bytes, WriteTarGz(code));
  const nlohmann::json metadata = {{"label", options.label},
                                   {"path", ""},
                                   {"type", options.module.empty() ? "ccaas" : "module"}};
  return WriteTarGz({{"code.tar.gz", std::move(code_bytes)}, {"metadata.json", metadata.dump()}});
}

absl::StatusOr<std::string> PackageId(absl::string_view package) {
  SUYUAN_ASSIGN_OR_RETURN(const ArchiveFiles files, ReadTarGz(package, kMaxContentBytes),
                          "chaincode package");
  const auto metadata = files.find("metadata.json");
  if (metadata == files.end()) {
    return absl::InvalidArgumentError("chaincode package holds no metadata.json");
  }
  const auto json = nlohmann::json::parse(metadata->second, nullptr, false);
  if (!json.is_object() || !json.contains("label") || !json["label"].is_string()) {
    return absl::InvalidArgumentError("metadata.json: no text field 'label'");
  }
  return absl::StrCat(json["label"].get<std::string>(), ":", HexEncode(Sha256(package)));
}

}  // namespace suyuan
