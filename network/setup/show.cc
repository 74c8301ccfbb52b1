#include "network/setup/show.h"

#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/certificate.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/msp_material.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

std::string Algorithm(const PublicKey& key) {
  return std::string(KeyAlgorithmName(key.algorithm()));
}

std::string Day(absl::Time t) {
  return absl::FormatTime(absl::RFC3339_sec, t, absl::UTCTimeZone());
}

Json CertificateJson(const Certificate& certificate) {
  return {{"kind", "certificate"},
          {"subject", certificate.subject()},
          {"issuer", certificate.issuer()},
          {"serial", certificate.serial_hex()},
          {"notBefore", Day(certificate.not_before())},
          {"notAfter", Day(certificate.not_after())},
          {"ca", certificate.is_ca()},
          {"organizationalUnits", certificate.organizational_units()},
          {"dnsNames", certificate.dns_names()},
          {"algorithm", Algorithm(*certificate.public_key())},
          {"sha256", HexEncode(certificate.fingerprint())}};
}

Json RequestJson(const CertificateRequest& request) {
  return {{"kind", "request"},
          {"commonName", request.common_name},
          {"organization", request.organization},
          {"organizationalUnits", request.organizational_units},
          {"dnsNames", request.dns_names},
          {"ipAddresses", request.ip_addresses},
          {"algorithm", Algorithm(*request.public_key)}};
}

template <typename Pems>
Json CertificatesJson(const Pems& pems) {
  Json list = Json::array();
  for (const std::string& pem : pems) {
    auto certificate = Certificate::FromPem(pem);
    list.push_back(certificate.ok() ? CertificateJson(**certificate) : Json("malformed"));
  }
  return list;
}

Json MspJson(const ::msp::FabricMSPConfig& msp) {
  return {{"kind", "msp"},
          {"mspId", msp.name()},
          {"hash", msp.crypto_config().signature_hash_family()},
          {"nodeRoles", msp.fabric_node_ous().enable()},
          {"revocationLists", msp.revocation_list_size()},
          {"roots", CertificatesJson(msp.root_certs())},
          {"intermediates", CertificatesJson(msp.intermediate_certs())},
          {"tlsRoots", CertificatesJson(msp.tls_root_certs())}};
}

absl::StatusOr<Json> CryptoJson(absl::string_view bytes) {
  if (absl::StrContains(bytes, "PRIVATE KEY-----")) {
    SUYUAN_ASSIGN_OR_RETURN(const auto key, PrivateKey::FromPem(bytes));
    return Json{{"kind", "private key"}, {"algorithm", KeyAlgorithmName(key->algorithm()).data()}};
  }
  if (absl::StrContains(bytes, "CERTIFICATE REQUEST-----")) {
    SUYUAN_ASSIGN_OR_RETURN(const auto request, ParseCertificateRequest(bytes));
    return RequestJson(request);
  }
  if (absl::StrContains(bytes, "-----BEGIN CERTIFICATE-----") &&
      absl::StartsWith(bytes, "-----BEGIN")) {
    SUYUAN_ASSIGN_OR_RETURN(const auto certificate, Certificate::FromPem(bytes));
    return CertificateJson(*certificate);
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ParseProto<::msp::MSPConfig>(bytes, "MSPConfig"));
  SUYUAN_ASSIGN_OR_RETURN(const auto msp, ParseFabricMspConfig(config));
  return MspJson(msp);
}

Json OrganizationsJson(const std::map<std::string, OrganizationConfig>& organizations) {
  Json list = Json::array();
  for (const auto& [name, organization] : organizations) {
    Json peers = Json::array();
    for (const HostPort& peer : organization.anchor_peers) {
      peers.push_back(absl::StrCat(peer.host, ":", peer.port));
    }
    list.push_back({{"name", name},
                    {"mspId", organization.msp_id},
                    {"anchorPeers", peers},
                    {"ordererEndpoints", organization.orderer_endpoints}});
  }
  return list;
}

Json ConsentersJson(const std::vector<ConsenterConfig>& consenters) {
  Json list = Json::array();
  for (const ConsenterConfig& consenter : consenters) {
    Json entry = {{"endpoint", ConsenterAddress(consenter)}};
    entry["serverTls"] = CertificatesJson(std::vector<std::string>{consenter.server_tls_cert})[0];
    entry["clientTls"] = CertificatesJson(std::vector<std::string>{consenter.client_tls_cert})[0];
    list.push_back(std::move(entry));
  }
  return list;
}

Json OrdererJson(const OrdererConfig& orderer) {
  return {{"type", orderer.consensus_type},
          {"consenters", ConsentersJson(orderer.consenters)},
          {"maintenance", orderer.maintenance},
          {"maxMessageCount", orderer.max_message_count},
          {"absoluteMaxBytes", orderer.absolute_max_bytes},
          {"preferredMaxBytes", orderer.preferred_max_bytes},
          {"batchTimeout", absl::FormatDuration(orderer.batch_timeout)},
          {"organizations", OrganizationsJson(orderer.organizations)}};
}

void CollectPolicies(const ChannelConfig& config, const ::common::ConfigGroup& group,
                     const std::string& path, Json* out) {
  for (const auto& [name, policy] : std::map<std::string, ::common::ConfigPolicy>(
           group.policies().begin(), group.policies().end())) {
    const std::string policy_path = absl::StrCat(path, "/", name);
    (*out)[policy_path] = config.GetPolicy(policy_path)->ToString();
  }
  for (const auto& [name, child] :
       std::map<std::string, ::common::ConfigGroup>(group.groups().begin(), group.groups().end())) {
    CollectPolicies(config, child, absl::StrCat(path, "/", name), out);
  }
}

// Every element by path, with what makes it differ (not its version).
void CollectElements(const ::common::ConfigGroup& group, const std::string& path,
                     std::map<std::string, std::string>* out) {
  (*out)[path] = group.mod_policy();
  for (const auto& [name, value] : group.values()) {
    (*out)[absl::StrCat(path, "/", name, " (value)")] = value.mod_policy() + "\n" + value.value();
  }
  for (const auto& [name, policy] : group.policies()) {
    (*out)[absl::StrCat(path, "/", name, " (policy)")] =
        absl::StrCat(policy.mod_policy(), "\n", policy.policy().type(), policy.policy().value());
  }
  for (const auto& [name, child] : group.groups()) {
    CollectElements(child, absl::StrCat(path, "/", name), out);
  }
}

}  // namespace

std::string DiffChannels(const ChannelConfig& before, const ChannelConfig& after) {
  std::map<std::string, std::string> old_elements, new_elements, marks;
  CollectElements(before.proto().channel_group(), "/Channel", &old_elements);
  CollectElements(after.proto().channel_group(), "/Channel", &new_elements);
  for (const auto& [path, content] : old_elements) {
    auto it = new_elements.find(path);
    if (it == new_elements.end()) marks[path] = "- ";
    if (it != new_elements.end() && it->second != content) marks[path] = "~ ";
  }
  for (const auto& [path, content] : new_elements) {
    if (old_elements.count(path) == 0) marks[path] = "+ ";
  }
  std::string out;
  for (const auto& [path, mark] : marks) absl::StrAppend(&out, mark, path, "\n");
  return out;
}

absl::StatusOr<std::string> ShowCrypto(absl::string_view bytes) {
  SUYUAN_ASSIGN_OR_RETURN(const Json json, CryptoJson(bytes));
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string ShowChannel(const ChannelConfig& config) {
  Json json = {{"channel", config.channel_id()}, {"sequence", config.sequence()}};
  if (config.application() != nullptr) {
    json["application"] = {
        {"organizations", OrganizationsJson(config.application()->organizations)},
        {"acls", config.application()->acls}};
  }
  if (config.orderer() != nullptr) json["orderer"] = OrdererJson(*config.orderer());
  json["policies"] = Json::object();
  CollectPolicies(config, config.proto().channel_group(), "/Channel", &json["policies"]);
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace suyuan
