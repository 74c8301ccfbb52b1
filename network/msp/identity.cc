#include "network/msp/identity.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/msp/x509_identity.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

class X509Identity final : public Identity {
 public:
  X509Identity(absl::string_view msp_id, CertificatePtr certificate, absl::string_view serialized,
               HashFamily family)
      : msp_id_(msp_id),
        certificate_(std::move(certificate)),
        serialized_(serialized),
        id_(absl::StrCat(msp_id, absl::string_view("\0", 1), certificate_->content_fingerprint())),
        family_(family) {}

  const std::string& msp_id() const override { return msp_id_; }
  const Certificate& certificate() const override { return *certificate_; }
  const std::string& serialized() const override { return serialized_; }
  const std::string& id() const override { return id_; }
  absl::Time expires_at() const override { return certificate_->not_after(); }
  absl::Status Verify(std::initializer_list<absl::string_view> message,
                      absl::string_view signature) const override {
    return certificate_->public_key()->Verify(family_, message, signature);
  }

 private:
  const std::string msp_id_;
  const CertificatePtr certificate_;
  const std::string serialized_;
  const std::string id_;
  const HashFamily family_;
};

class KeySigningIdentity final : public SigningIdentity {
 public:
  KeySigningIdentity(absl::string_view msp_id, std::string serialized,
                     std::shared_ptr<const PrivateKey> key, HashFamily family)
      : msp_id_(msp_id),
        serialized_(std::move(serialized)),
        key_(std::move(key)),
        family_(family) {}

  const std::string& serialized() const override { return serialized_; }
  const std::string& msp_id() const override { return msp_id_; }
  absl::StatusOr<std::string> Sign(
      std::initializer_list<absl::string_view> message) const override {
    return key_->Sign(family_, message);
  }

 private:
  const std::string msp_id_;
  const std::string serialized_;
  const std::shared_ptr<const PrivateKey> key_;
  const HashFamily family_;
};

}  // namespace

IdentityPtr MakeX509Identity(absl::string_view msp_id, CertificatePtr certificate,
                             absl::string_view serialized, HashFamily family) {
  return std::make_shared<const X509Identity>(msp_id, std::move(certificate), serialized, family);
}

std::string SerializeIdentity(absl::string_view msp_id, absl::string_view certificate_pem) {
  ::msp::SerializedIdentity identity;
  identity.set_mspid(msp_id.data(), msp_id.size());
  identity.set_id_bytes(certificate_pem.data(), certificate_pem.size());
  return identity.SerializeAsString();
}

absl::StatusOr<std::shared_ptr<const SigningIdentity>> MakeSigningIdentity(
    absl::string_view msp_id, absl::string_view certificate_pem, absl::string_view key_pem,
    HashFamily family) {
  SUYUAN_ASSIGN_OR_RETURN(const CertificatePtr certificate, Certificate::FromPem(certificate_pem),
                          "certificate");
  SUYUAN_ASSIGN_OR_RETURN(std::shared_ptr<const PrivateKey> key, PrivateKey::FromPem(key_pem),
                          "private key");
  if (key->public_key()->ToDer() != certificate->public_key()->ToDer()) {
    return absl::InvalidArgumentError(
        absl::StrCat("private key is not that of certificate ", certificate->subject()));
  }
  return std::make_shared<const KeySigningIdentity>(
      msp_id, SerializeIdentity(msp_id, certificate_pem), std::move(key), family);
}

}  // namespace suyuan
