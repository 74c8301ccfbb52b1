#include "network/setup/crypto_spec.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "network/common/config_reader.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int kMaxValidityDays = 36500;

void ReadName(ConfigReader& reader, absl::string_view key, std::string* name) {
  reader.String(key, name, ConfigReader::kRequired);
  if (!name->empty() && !IsPlainName(*name)) {
    reader.Mistake(key, "may hold letters, digits, '.', '-' and '_' only");
  }
}

NodeSpec ReadNode(ConfigReader& reader) {
  NodeSpec node;
  ReadName(reader, "name", &node.name);
  reader.String("role", &node.role, ConfigReader::kRequired);
  reader.Strings("hosts", &node.hosts);
  if (!node.role.empty() && node.role != "peer" && node.role != "orderer" &&
      node.role != "client") {
    reader.Mistake("role", "must be peer, orderer or client");
  }
  return node;
}

void ReadAlgorithm(ConfigReader& reader, KeyAlgorithm* algorithm) {
  std::string name;
  reader.String("algorithm", &name);
  if (name.empty()) return;
  auto known = KeyAlgorithmFromName(name);
  if (!known.ok()) return reader.Mistake("algorithm", known.status().message());
  *algorithm = *known;
}

void ReadRoles(ConfigReader& reader, OrganizationSpec* organization) {
  for (ConfigReader& element : reader.List("roles")) {
    std::string user, role;
    element.String("user", &user, ConfigReader::kRequired);
    element.String("role", &role, ConfigReader::kRequired);
    const auto& users = organization->users;
    if (std::find(users.begin(), users.end(), user) == users.end()) {
      element.Mistake("user", "is not among the users");
    }
    if (!organization->roles.emplace(user, role).second) element.Mistake("user", "occurs twice");
  }
}

OrganizationSpec ReadOrganization(ConfigReader& reader) {
  OrganizationSpec organization;
  ReadName(reader, "name", &organization.name);
  ReadName(reader, "mspId", &organization.msp_id);
  ReadAlgorithm(reader, &organization.algorithm);
  std::set<std::string> names;
  for (ConfigReader& node : reader.List("nodes")) {
    organization.nodes.push_back(ReadNode(node));
    if (!names.insert(organization.nodes.back().name).second) node.Mistake("name", "occurs twice");
  }
  reader.Strings("users", &organization.users);
  if (!std::all_of(organization.users.begin(), organization.users.end(),
                   [](const std::string& user) { return IsPlainName(user); })) {
    reader.Mistake("users", "may hold letters, digits, '.', '-' and '_' only");
  }
  ReadRoles(reader, &organization);
  return organization;
}

}  // namespace

bool IsPlainName(absl::string_view name) {
  return !name.empty() && name.size() <= 64 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

absl::StatusOr<CryptoSpec> ReadCryptoSpec(const std::filesystem::path& file) {
  ConfigReader reader = ConfigReader::FromFile(file);
  CryptoSpec spec;
  int64_t days = spec.validity_days;
  reader.Integer("validityDays", &days, 1, kMaxValidityDays);
  spec.validity_days = static_cast<int>(days);
  std::set<std::string> names, msp_ids;
  for (ConfigReader& element : reader.List("organizations", ConfigReader::kRequired)) {
    spec.organizations.push_back(ReadOrganization(element));
    const OrganizationSpec& added = spec.organizations.back();
    if (!names.insert(added.name).second) element.Mistake("name", "occurs twice");
    if (!msp_ids.insert(added.msp_id).second) element.Mistake("mspId", "occurs twice");
  }
  SUYUAN_RETURN_IF_ERROR(reader.Finish());
  return spec;
}

}  // namespace suyuan
