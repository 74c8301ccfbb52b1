#include "network/msp/testing/test_organization.h"

#include "network/common/check.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  SUYUAN_CHECK(value.ok());
  return *std::move(value);
}

}  // namespace

TestOrganization::TestOrganization(std::string msp_id, KeyAlgorithm algorithm)
    : msp_id_(std::move(msp_id)),
      ca_("ca." + msp_id_, algorithm),
      tls_ca_("tlsca." + msp_id_, KeyAlgorithm::kEcdsaP256) {}

std::shared_ptr<const SigningIdentity> TestOrganization::NewPeer(const std::string& name) const {
  return NewMember(name, {"peer"});
}
std::shared_ptr<const SigningIdentity> TestOrganization::NewClient(const std::string& name) const {
  return NewMember(name, {"client"});
}
std::shared_ptr<const SigningIdentity> TestOrganization::NewAdmin(const std::string& name) const {
  return NewMember(name, {"admin"});
}
std::shared_ptr<const SigningIdentity> TestOrganization::NewOrderer(const std::string& name) const {
  return NewMember(name, {"orderer"});
}

std::shared_ptr<const SigningIdentity> TestOrganization::NewMember(
    const std::string& name, std::vector<std::string> organizational_units) const {
  return SignerFor(ca_.Issue(name, std::move(organizational_units)));
}

std::shared_ptr<const SigningIdentity> TestOrganization::SignerFor(
    const TestCertificate& member) const {
  return Must(MakeSigningIdentity(msp_id_, member.certificate->ToPem(), member.key->ToPem()));
}

void TestOrganization::Revoke(const SigningIdentity& identity) {
  ::msp::SerializedIdentity parsed;
  SUYUAN_CHECK(parsed.ParseFromString(identity.serialized()));
  revoked_.push_back(Must(Certificate::FromPem(parsed.id_bytes())));
}

::msp::FabricMSPConfig TestOrganization::fabric_config() const {
  ::msp::FabricMSPConfig config;
  config.set_name(msp_id_);
  config.add_root_certs(ca_.pem());
  config.add_tls_root_certs(tls_ca_.pem());
  config.mutable_crypto_config()->set_signature_hash_family("SHA2");
  config.mutable_crypto_config()->set_identity_identifier_hash_function("SHA256");
  ::msp::FabricNodeOUs& units = *config.mutable_fabric_node_ous();
  units.set_enable(true);
  units.mutable_client_ou_identifier()->set_organizational_unit_identifier("client");
  units.mutable_peer_ou_identifier()->set_organizational_unit_identifier("peer");
  units.mutable_admin_ou_identifier()->set_organizational_unit_identifier("admin");
  units.mutable_orderer_ou_identifier()->set_organizational_unit_identifier("orderer");
  if (!revoked_.empty()) config.add_revocation_list(ca_.RevocationListPem(revoked_));
  if (!revoked_tls_.empty()) config.add_revocation_list(tls_ca_.RevocationListPem(revoked_tls_));
  return config;
}

::msp::MSPConfig TestOrganization::config() const { return WrapMspConfig(fabric_config()); }

std::shared_ptr<const Msp> TestOrganization::MakeMsp() const { return Must(Msp::Create(config())); }

::msp::MSPConfig WrapMspConfig(const ::msp::FabricMSPConfig& config) {
  ::msp::MSPConfig wrapped;
  wrapped.set_config(config.SerializeAsString());
  return wrapped;
}

std::shared_ptr<const MspManager> MakeMspManager(
    std::initializer_list<const TestOrganization*> organizations) {
  std::vector<std::shared_ptr<const Msp>> msps;
  for (const TestOrganization* organization : organizations) {
    msps.push_back(organization->MakeMsp());
  }
  return Must(MspManager::Create(std::move(msps)));
}

}  // namespace suyuan
