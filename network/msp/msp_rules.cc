#include "network/msp/msp_rules.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

// A channel's configuration holds far fewer; a bigger one is an attack.
constexpr int kMaxCertificates = 1000;

using PemList = google::protobuf::RepeatedPtrField<std::string>;

absl::StatusOr<std::vector<CertificatePtr>> ParseCertificates(const PemList& pems,
                                                              absl::string_view field) {
  if (pems.size() > kMaxCertificates) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": more than ", kMaxCertificates, " certificates"));
  }
  std::vector<CertificatePtr> out;
  for (int i = 0; i < pems.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(pems[i]),
                            absl::StrCat(field, "[", i, "]"));
    out.push_back(std::move(certificate));
  }
  return out;
}

absl::StatusOr<std::vector<CertificatePtr>> ParseCas(const PemList& pems, absl::string_view field) {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<CertificatePtr> cas, ParseCertificates(pems, field));
  for (size_t i = 0; i < cas.size(); ++i) {
    if (!cas[i]->is_ca()) {
      return absl::InvalidArgumentError(
          absl::StrCat(field, "[", i, "]: ", cas[i]->subject(), " is not a CA"));
    }
    if (cas[i]->subject_key_id().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(field, "[", i, "]: ", cas[i]->subject(), " has no subject key identifier"));
    }
  }
  return cas;
}

absl::StatusOr<HashFamily> ParseFamily(const ::msp::FabricCryptoConfig& config) {
  const std::string& hash = config.identity_identifier_hash_function();
  if (!hash.empty() && hash != "SHA256") {
    return absl::InvalidArgumentError(
        absl::StrCat("crypto_config.identity_identifier_hash_function: unknown '", hash, "'"));
  }
  const std::string& family = config.signature_hash_family();
  if (family.empty() || family == "SHA2") return HashFamily::kSha2;
  if (family == "SM3") return HashFamily::kSm3;
  return absl::InvalidArgumentError(
      absl::StrCat("crypto_config.signature_hash_family: unknown '", family, "'"));
}

absl::StatusOr<UnitRule> ParseUnit(const ::msp::FabricOUIdentifier& config,
                                   absl::string_view field) {
  UnitRule rule;
  rule.unit = config.organizational_unit_identifier();
  if (config.certificate().empty()) return rule;
  SUYUAN_ASSIGN_OR_RETURN(rule.ca, Certificate::FromPem(config.certificate()), field);
  return rule;
}

absl::Status ParseRoles(const ::msp::FabricNodeOUs& config, MspRules* rules) {
  rules->node_ous = config.enable();
  if (!config.enable()) return absl::OkStatus();
  struct Row {
    Role role;
    bool present;
    const ::msp::FabricOUIdentifier& unit;
    absl::string_view field;
  };
  const Row rows[] = {
      {::common::MSPRole::CLIENT, config.has_client_ou_identifier(), config.client_ou_identifier(),
       "fabric_node_ous.client_ou_identifier"},
      {::common::MSPRole::PEER, config.has_peer_ou_identifier(), config.peer_ou_identifier(),
       "fabric_node_ous.peer_ou_identifier"},
      {::common::MSPRole::ADMIN, config.has_admin_ou_identifier(), config.admin_ou_identifier(),
       "fabric_node_ous.admin_ou_identifier"},
      {::common::MSPRole::ORDERER, config.has_orderer_ou_identifier(),
       config.orderer_ou_identifier(), "fabric_node_ous.orderer_ou_identifier"},
  };
  for (const Row& row : rows) {
    if (!row.present) continue;
    SUYUAN_ASSIGN_OR_RETURN(UnitRule unit, ParseUnit(row.unit, row.field));
    if (!unit.unit.empty()) rules->roles.push_back({row.role, std::move(unit)});
  }
  if (!rules->roles.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("fabric_node_ous: enabled without a single unit");
}

absl::Status ParseRevocationLists(const PemList& lists, MspRules* rules) {
  for (int i = 0; i < lists.size(); ++i) {
    SUYUAN_ASSIGN_OR_RETURN(auto list, RevocationList::Parse(lists[i]),
                            absl::StrCat("revocation_list[", i, "]"));
    rules->revocation_lists.push_back(std::move(list));
  }
  return absl::OkStatus();
}

absl::Status ParseTls(const ::msp::FabricMSPConfig& config, MspRules* rules) {
  SUYUAN_ASSIGN_OR_RETURN(rules->tls_roots, ParseCas(config.tls_root_certs(), "tls_root_certs"));
  SUYUAN_ASSIGN_OR_RETURN(rules->tls_intermediates,
                          ParseCas(config.tls_intermediate_certs(), "tls_intermediate_certs"));
  rules->tls_roots_pem.assign(config.tls_root_certs().begin(), config.tls_root_certs().end());
  rules->tls_intermediates_pem.assign(config.tls_intermediate_certs().begin(),
                                      config.tls_intermediate_certs().end());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MspRules> ParseMspRules(const ::msp::MSPConfig& config) {
  if (config.type() != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("type: ", config.type(), " is not 0 (X.509), the only supported type"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto fabric,
                          ParseProto<::msp::FabricMSPConfig>(config.config(), "FabricMSPConfig"));
  MspRules rules;
  rules.id = fabric.name();
  if (rules.id.empty()) return absl::InvalidArgumentError("name: empty");
  SUYUAN_ASSIGN_OR_RETURN(rules.hash_family, ParseFamily(fabric.crypto_config()));
  SUYUAN_ASSIGN_OR_RETURN(rules.roots, ParseCas(fabric.root_certs(), "root_certs"));
  if (rules.roots.empty()) return absl::InvalidArgumentError("root_certs: none");
  SUYUAN_ASSIGN_OR_RETURN(rules.intermediates,
                          ParseCas(fabric.intermediate_certs(), "intermediate_certs"));
  SUYUAN_ASSIGN_OR_RETURN(rules.admins, ParseCertificates(fabric.admins(), "admins"));
  SUYUAN_RETURN_IF_ERROR(ParseRevocationLists(fabric.revocation_list(), &rules));
  for (const ::msp::FabricOUIdentifier& unit : fabric.organizational_unit_identifiers()) {
    SUYUAN_ASSIGN_OR_RETURN(UnitRule rule, ParseUnit(unit, "organizational_unit_identifiers"));
    rules.units.push_back(std::move(rule));
  }
  SUYUAN_RETURN_IF_ERROR(ParseRoles(fabric.fabric_node_ous(), &rules));
  SUYUAN_RETURN_IF_ERROR(ParseTls(fabric, &rules));
  return rules;
}

}  // namespace suyuan
