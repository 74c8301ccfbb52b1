#include "network/setup/msp_material.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/certificate_authority.h"

namespace suyuan {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMaxFileBytes = 16 << 20;

void SetOu(::msp::FabricOUIdentifier* ou, const std::string& ca_pem, const char* name) {
  ou->set_certificate(ca_pem);
  ou->set_organizational_unit_identifier(name);
}

absl::StatusOr<std::set<std::string>> LoadRevoked(const fs::path& file) {
  if (!fs::exists(file)) return std::set<std::string>();
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kMaxFileBytes));
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  return std::set<std::string>(lines.begin(), lines.end());
}

// Lists of other authorities (intermediates) in the configuration stay.
void ReplaceList(const Certificate& ca, const std::string& list, ::msp::FabricMSPConfig* config) {
  std::vector<std::string> kept;
  for (const std::string& known : config->revocation_list()) {
    auto parsed = RevocationList::Parse(known);
    if (!parsed.ok() || !(*parsed)->SignedBy(ca).ok()) kept.push_back(known);
  }
  kept.push_back(list);
  config->clear_revocation_list();
  for (const std::string& each : kept) config->add_revocation_list(each);
}

template <typename Strings>
void AddMissing(const Strings& from, Strings* to) {
  for (const std::string& each : from) {
    if (std::find(to->begin(), to->end(), each) == to->end()) *to->Add() = each;
  }
}

// A role may be bound to one authority; with several, any of them may give it.
void LetAnyAuthorityGiveRoles(::msp::FabricNodeOUs* ous) {
  if (ous->has_client_ou_identifier()) ous->mutable_client_ou_identifier()->clear_certificate();
  if (ous->has_peer_ou_identifier()) ous->mutable_peer_ou_identifier()->clear_certificate();
  if (ous->has_admin_ou_identifier()) ous->mutable_admin_ou_identifier()->clear_certificate();
  if (ous->has_orderer_ou_identifier()) ous->mutable_orderer_ou_identifier()->clear_certificate();
}

}  // namespace

::msp::MSPConfig MakeMspConfig(const std::string& msp_id, const Certificate& ca,
                               const Certificate& tls_ca) {
  const std::string ca_pem = ca.ToPem();
  ::msp::FabricMSPConfig fabric;
  fabric.set_name(msp_id);
  fabric.add_root_certs(ca_pem);
  fabric.add_tls_root_certs(tls_ca.ToPem());
  const bool sm2 = ca.public_key()->algorithm() == KeyAlgorithm::kSm2;
  fabric.mutable_crypto_config()->set_signature_hash_family(sm2 ? "SM3" : "SHA2");
  fabric.mutable_crypto_config()->set_identity_identifier_hash_function(sm2 ? "SM3" : "SHA256");
  auto* ous = fabric.mutable_fabric_node_ous();
  ous->set_enable(true);
  SetOu(ous->mutable_client_ou_identifier(), ca_pem, "client");
  SetOu(ous->mutable_peer_ou_identifier(), ca_pem, "peer");
  SetOu(ous->mutable_admin_ou_identifier(), ca_pem, "admin");
  SetOu(ous->mutable_orderer_ou_identifier(), ca_pem, "orderer");
  ::msp::MSPConfig config;
  config.set_config(DeterministicBytes(fabric));
  return config;
}

absl::StatusOr<::msp::MSPConfig> LoadMspConfig(const fs::path& file) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(auto config, ParseProto<::msp::MSPConfig>(bytes, "MSPConfig"),
                          file.string());
  SUYUAN_RETURN_IF_ERROR(ParseFabricMspConfig(config), file.string());
  return config;
}

absl::StatusOr<::msp::MSPConfig> MergeMspConfigs(const ::msp::MSPConfig& present,
                                                 const ::msp::MSPConfig& renewed) {
  SUYUAN_ASSIGN_OR_RETURN(const auto before, ParseFabricMspConfig(present));
  SUYUAN_ASSIGN_OR_RETURN(auto merged, ParseFabricMspConfig(renewed));
  if (before.name() != merged.name()) {
    return absl::InvalidArgumentError(
        absl::StrCat("one is of ", before.name(), ", the other of ", merged.name()));
  }
  if (DeterministicBytes(before.crypto_config()) != DeterministicBytes(merged.crypto_config())) {
    return absl::InvalidArgumentError("the two use different hashes");
  }
  AddMissing(before.root_certs(), merged.mutable_root_certs());
  AddMissing(before.intermediate_certs(), merged.mutable_intermediate_certs());
  AddMissing(before.tls_root_certs(), merged.mutable_tls_root_certs());
  AddMissing(before.tls_intermediate_certs(), merged.mutable_tls_intermediate_certs());
  AddMissing(before.admins(), merged.mutable_admins());
  AddMissing(before.revocation_list(), merged.mutable_revocation_list());
  LetAnyAuthorityGiveRoles(merged.mutable_fabric_node_ous());
  ::msp::MSPConfig config = renewed;
  config.set_config(DeterministicBytes(merged));
  return config;
}

absl::StatusOr<::msp::FabricMSPConfig> ParseFabricMspConfig(const ::msp::MSPConfig& config) {
  return ParseProto<::msp::FabricMSPConfig>(config.config(), "FabricMSPConfig");
}

absl::Status RevokeCertificates(const fs::path& dir,
                                const std::vector<CertificatePtr>& certificates, absl::Time now) {
  SUYUAN_ASSIGN_OR_RETURN(const auto ca, CertificateAuthority::Load(dir, "ca"));
  SUYUAN_ASSIGN_OR_RETURN(auto config, LoadMspConfig(dir / "msp.pb"));
  SUYUAN_ASSIGN_OR_RETURN(auto fabric, ParseFabricMspConfig(config));
  SUYUAN_ASSIGN_OR_RETURN(auto revoked, LoadRevoked(dir / "revoked.txt"));
  for (const CertificatePtr& certificate : certificates) {
    SUYUAN_RETURN_IF_ERROR(certificate->SignedBy(ca.certificate()),
                           absl::StrCat("certificate of ", certificate->common_name()));
    revoked.insert(certificate->serial_hex());
  }
  const std::vector<std::string> serials(revoked.begin(), revoked.end());
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string list,
      IssueRevocationList(ca.certificate(), ca.key(), serials, now, ca.certificate().not_after()));
  ReplaceList(ca.certificate(), list, &fabric);
  config.set_config(DeterministicBytes(fabric));
  SUYUAN_RETURN_IF_ERROR(
      WriteFileAtomically(dir / "revoked.txt", absl::StrJoin(serials, "\n") + "\n"));
  return WriteFileAtomically(dir / "msp.pb", DeterministicBytes(config));
}

}  // namespace suyuan
