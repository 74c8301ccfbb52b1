#include "network/cli/connection_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(absl::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat("no proper field '", field, "'"));
}

absl::StatusOr<std::string> Text(const Json& json, const char* field) {
  if (!json.is_object() || !json.contains(field) || !json[field].is_string()) return Wrong(field);
  return json[field].get<std::string>();
}

absl::StatusOr<std::vector<NodeAddress>> Nodes(const Json& json, const char* field) {
  if (!json.is_object() || !json.contains(field) || !json[field].is_array()) return Wrong(field);
  std::vector<NodeAddress> nodes;
  for (const Json& node : json[field]) {
    NodeAddress address;
    SUYUAN_ASSIGN_OR_RETURN(address.endpoint, Text(node, "endpoint"), field);
    SUYUAN_ASSIGN_OR_RETURN(address.tls_ca, Text(node, "tlsCaCert"), field);
    nodes.push_back(std::move(address));
  }
  if (nodes.empty()) return Wrong(field);
  return nodes;
}

absl::StatusOr<ConnectionOrganization> Organization(const Json& json) {
  ConnectionOrganization org;
  SUYUAN_ASSIGN_OR_RETURN(org.msp_id, Text(json, "mspId"), "organizations");
  SUYUAN_ASSIGN_OR_RETURN(org.peers, Nodes(json, "peers"), org.msp_id);
  if (!json.contains("users") || !json["users"].is_object() || !json["users"].contains("admin")) {
    return Annotate(Wrong("users.admin"), org.msp_id);
  }
  const Json& admin = json["users"]["admin"];
  SUYUAN_ASSIGN_OR_RETURN(org.admin_cert, Text(admin, "cert"), "users.admin");
  SUYUAN_ASSIGN_OR_RETURN(org.admin_key, Text(admin, "key"), "users.admin");
  return org;
}

absl::StatusOr<ConnectionFile> Parse(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  ConnectionFile file;
  SUYUAN_ASSIGN_OR_RETURN(file.channel, Text(json, "channel"));
  SUYUAN_ASSIGN_OR_RETURN(file.orderers, Nodes(json, "orderers"));
  if (!json.contains("organizations") || !json["organizations"].is_array()) {
    return Wrong("organizations");
  }
  for (const Json& one : json["organizations"]) {
    SUYUAN_ASSIGN_OR_RETURN(auto org, Organization(one));
    file.organizations.push_back(std::move(org));
  }
  if (file.organizations.empty()) return Wrong("organizations");
  return file;
}

}  // namespace

absl::StatusOr<ConnectionFile> ReadConnectionFile(const std::string& path) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  SUYUAN_ASSIGN_OR_RETURN(auto file, Parse(text), path);
  return file;
}

}  // namespace suyuan
