// A whole organisation for tests: CAs, an MSP with NodeOUs, and identities.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "network/crypto/testing/test_ca.h"
#include "network/msp/identity.h"
#include "network/msp/msp.h"

namespace suyuan {

// Everything is valid from 2020 to 2040. Aborts on mistakes. Not thread-safe.
class TestOrganization {
 public:
  explicit TestOrganization(std::string msp_id, KeyAlgorithm algorithm = KeyAlgorithm::kEcdsaP256);

  const std::string& msp_id() const { return msp_id_; }
  const TestCa& ca() const { return ca_; }
  const TestCa& tls_ca() const { return tls_ca_; }
  std::string tls_ca_pem() const { return tls_ca_.pem(); }

  // Fresh key and certificate each.
  std::shared_ptr<const SigningIdentity> NewPeer(const std::string& name = "peer0") const;
  std::shared_ptr<const SigningIdentity> NewClient(const std::string& name = "user1") const;
  std::shared_ptr<const SigningIdentity> NewAdmin(const std::string& name = "admin") const;
  std::shared_ptr<const SigningIdentity> NewOrderer(const std::string& name = "orderer0") const;
  std::shared_ptr<const SigningIdentity> NewMember(
      const std::string& name, std::vector<std::string> organizational_units) const;
  // Of a certificate made elsewhere, e.g. by ca().Issue().
  std::shared_ptr<const SigningIdentity> SignerFor(const TestCertificate& member) const;

  // Puts the certificate of `identity` on the CRL that config() carries from now on.
  void Revoke(const SigningIdentity& identity);
  // The same for one of tls_ca().
  void RevokeTls(const CertificatePtr& certificate) { revoked_tls_.push_back(certificate); }

  // NodeOUs on, no admins listed.
  ::msp::FabricMSPConfig fabric_config() const;
  ::msp::MSPConfig config() const;
  std::shared_ptr<const Msp> MakeMsp() const;

 private:
  std::string msp_id_;
  TestCa ca_;
  TestCa tls_ca_;
  std::vector<CertificatePtr> revoked_, revoked_tls_;
};

::msp::MSPConfig WrapMspConfig(const ::msp::FabricMSPConfig& config);

std::shared_ptr<const MspManager> MakeMspManager(
    std::initializer_list<const TestOrganization*> organizations);

}  // namespace suyuan
