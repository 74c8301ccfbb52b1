#include "network/cli/connection_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

absl::StatusOr<NodeAddress> Gateway(const Json& json) {
  if (!json.is_object() || !json.contains("gateway")) return Wrong("gateway");
  const Json& gateway = json["gateway"];
  NodeAddress address;
  SUYUAN_ASSIGN_OR_RETURN(address.endpoint, Text(gateway, "endpoint"), "gateway");
  SUYUAN_ASSIGN_OR_RETURN(address.tls_ca, Text(gateway, "tlsCaCert"), "gateway");
  if (gateway.contains("serverName")) {
    SUYUAN_ASSIGN_OR_RETURN(address.server_name, Text(gateway, "serverName"), "gateway");
  }
  return address;
}

absl::Status FindUser(const Json& organization, const std::string& user, ClientConnection* client) {
  const Json users = organization.value("users", Json::object());
  if (!users.is_object()) return Wrong("users");
  if (!users.contains(user)) {
    std::vector<std::string> known;
    for (const auto& [name, files] : users.items()) known.push_back(name);
    return absl::NotFoundError(absl::StrCat("no user '", user, "' of ", client->msp_id,
                                            "; there are: ", absl::StrJoin(known, ", ")));
  }
  SUYUAN_ASSIGN_OR_RETURN(client->certificate, Text(users[user], "cert"), "users");
  SUYUAN_ASSIGN_OR_RETURN(client->key, Text(users[user], "key"), "users");
  return absl::OkStatus();
}

absl::StatusOr<ClientConnection> ParseForClient(const std::string& text, const std::string& org,
                                                const std::string& user) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  ClientConnection client;
  SUYUAN_ASSIGN_OR_RETURN(client.channel, Text(json, "channel"));
  SUYUAN_ASSIGN_OR_RETURN(client.gateway, Gateway(json));
  if (!json.contains("organizations") || !json["organizations"].is_array()) {
    return Wrong("organizations");
  }
  const Json* found = nullptr;
  std::vector<std::string> known;
  for (const Json& one : json["organizations"]) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string name, Text(one, "name"), "organizations");
    SUYUAN_ASSIGN_OR_RETURN(const std::string msp_id, Text(one, "mspId"), "organizations");
    client.msp_ids[name] = msp_id;
    known.push_back(name);
    if (org != name && org != msp_id) continue;
    found = &one;
    client.msp_id = msp_id;
  }
  if (found == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no organisation '", org, "'; there are: ", absl::StrJoin(known, ", ")));
  }
  SUYUAN_RETURN_IF_ERROR(FindUser(*found, user, &client));
  return client;
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

absl::StatusOr<ClientConnection> ReadClientConnection(const std::string& path,
                                                      const std::string& org,
                                                      const std::string& user) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  SUYUAN_ASSIGN_OR_RETURN(auto client, ParseForClient(text, org, user), path);
  return client;
}

}  // namespace suyuan
