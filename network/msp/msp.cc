#include "network/msp/msp.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/msp/bounded_cache.h"
#include "network/msp/membership.h"
#include "network/msp/x509_identity.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

// An alliance member has hundreds of identities; about 10 KB each.
constexpr size_t kMaxCachedIdentities = 4096;
constexpr int kMaxPrincipalDepth = 8;

using VerdictPtr = std::shared_ptr<const Verdict>;

absl::Status DoesNotFit(const Identity& identity, absl::string_view why) {
  return absl::PermissionDeniedError(absl::StrCat("identity ", identity.certificate().subject(),
                                                  " of ", identity.msp_id(), " ", why));
}

class X509Msp final : public Msp {
 public:
  explicit X509Msp(std::unique_ptr<const Membership> membership)
      : membership_(std::move(membership)) {}

  const std::string& id() const override { return membership_->rules().id; }
  HashFamily hash_family() const override { return membership_->rules().hash_family; }
  const std::vector<std::string>& tls_root_certs_pem() const override {
    return membership_->rules().tls_roots_pem;
  }
  const std::vector<std::string>& tls_intermediate_certs_pem() const override {
    return membership_->rules().tls_intermediates_pem;
  }

  absl::Status CheckTls(const CertificatePtr& certificate, absl::Time now) const override;
  absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const override;
  absl::Status Validate(const Identity& identity) const override;
  absl::Status Satisfies(const Identity& identity,
                         const ::common::MSPPrincipal& principal) const override;

 private:
  // Cached. Kept by the whole certificate, not by Identity::id(): a copy with a broken
  // CA signature must not pass for the good one.
  VerdictPtr VerdictOn(const Identity& identity) const;

  // One classification of principal each; `verdict` is that of a valid identity.
  absl::Status Fits(const Identity& identity, const Verdict& verdict,
                    const ::common::MSPPrincipal& principal, int depth) const;
  absl::Status FitsRole(const Identity& identity, const Verdict& verdict,
                        const std::string& principal) const;
  absl::Status FitsUnit(const Identity& identity, const Verdict& verdict,
                        const std::string& principal) const;
  absl::Status FitsIdentity(const Identity& identity, const std::string& principal) const;
  absl::Status FitsAll(const Identity& identity, const Verdict& verdict,
                       const std::string& principal, int depth) const;
  absl::Status CheckMsp(const Identity& identity, const std::string& msp_id) const;

  const std::unique_ptr<const Membership> membership_;
  mutable BoundedCache<IdentityPtr> identities_{kMaxCachedIdentities};
  mutable BoundedCache<VerdictPtr> verdicts_{kMaxCachedIdentities};
  mutable BoundedCache<CertificatePtr> good_tls_{kMaxCachedIdentities};
};

absl::Status X509Msp::CheckTls(const CertificatePtr& certificate, absl::Time now) const {
  const bool in_time = certificate->not_before() <= now && now <= certificate->not_after();
  if (in_time && good_tls_.Find(certificate->fingerprint()) != nullptr) return absl::OkStatus();
  const absl::Status judged = membership_->JudgeTls(certificate, now);
  if (judged.ok()) {
    good_tls_.Insert(certificate->fingerprint(), certificate);
    return judged;
  }
  return absl::UnauthenticatedError(absl::StrCat("the TLS certificate ", certificate->subject(),
                                                 " is not one of ", id(), ": ", judged.message()));
}

absl::StatusOr<IdentityPtr> X509Msp::Deserialize(absl::string_view serialized) const {
  if (IdentityPtr known = identities_.Find(serialized)) return known;
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed,
                          ParseProto<::msp::SerializedIdentity>(serialized, "SerializedIdentity"));
  if (parsed.mspid() != id()) {
    return absl::InvalidArgumentError(
        absl::StrCat("identity is of MSP '", parsed.mspid(), "', not '", id(), "'"));
  }
  SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(parsed.id_bytes()),
                          "SerializedIdentity.id_bytes");
  IdentityPtr identity = MakeX509Identity(id(), std::move(certificate), serialized, hash_family());
  identities_.Insert(serialized, identity);
  return identity;
}

VerdictPtr X509Msp::VerdictOn(const Identity& identity) const {
  const std::string& key = identity.certificate().fingerprint();
  if (VerdictPtr known = verdicts_.Find(key)) return known;
  // The chain keeps shared pointers; the identity's owner keeps the certificate for
  // longer than this call.
  const CertificatePtr borrowed(std::shared_ptr<void>(), &identity.certificate());
  auto verdict = std::make_shared<const Verdict>(membership_->Judge(borrowed));
  verdicts_.Insert(key, verdict);
  return verdict;
}

absl::Status X509Msp::Validate(const Identity& identity) const {
  if (identity.msp_id() != id()) {
    return absl::UnauthenticatedError(
        absl::StrCat("identity is of MSP '", identity.msp_id(), "', not '", id(), "'"));
  }
  return VerdictOn(identity)->status;
}

absl::Status X509Msp::Satisfies(const Identity& identity,
                                const ::common::MSPPrincipal& principal) const {
  if (identity.msp_id() != id()) return DoesNotFit(identity, absl::StrCat("is not of ", id()));
  const VerdictPtr verdict = VerdictOn(identity);
  if (!verdict->status.ok()) return absl::PermissionDeniedError(verdict->status.message());
  return Fits(identity, *verdict, principal, kMaxPrincipalDepth);
}

absl::Status X509Msp::Fits(const Identity& identity, const Verdict& verdict,
                           const ::common::MSPPrincipal& principal, int depth) const {
  switch (principal.principal_classification()) {
    case ::common::MSPPrincipal::ROLE:
      return FitsRole(identity, verdict, principal.principal());
    case ::common::MSPPrincipal::ORGANIZATION_UNIT:
      return FitsUnit(identity, verdict, principal.principal());
    case ::common::MSPPrincipal::IDENTITY:
      return FitsIdentity(identity, principal.principal());
    case ::common::MSPPrincipal::COMBINED:
      return FitsAll(identity, verdict, principal.principal(), depth);
    default:
      return absl::InvalidArgumentError(absl::StrCat(
          "MSPPrincipal.principal_classification: ",
          static_cast<int>(principal.principal_classification()), " is not supported"));
  }
}

absl::Status X509Msp::CheckMsp(const Identity& identity, const std::string& msp_id) const {
  if (msp_id == id()) return absl::OkStatus();
  return DoesNotFit(identity, absl::StrCat("is not of MSP '", msp_id, "'"));
}

absl::Status X509Msp::FitsRole(const Identity& identity, const Verdict& verdict,
                               const std::string& principal) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto role, ParseProto<::common::MSPRole>(principal, "MSPRole"));
  SUYUAN_RETURN_IF_ERROR(CheckMsp(identity, role.msp_identifier()));
  switch (role.role()) {
    case ::common::MSPRole::MEMBER:
      return absl::OkStatus();
    case ::common::MSPRole::ADMIN:
      if (verdict.listed_admin) return absl::OkStatus();
      [[fallthrough]];
    case ::common::MSPRole::CLIENT:
    case ::common::MSPRole::PEER:
    case ::common::MSPRole::ORDERER:
      if (verdict.role == role.role()) return absl::OkStatus();
      return DoesNotFit(identity, absl::StrCat("is not of role ",
                                               ::common::MSPRole::MSPRoleType_Name(role.role())));
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("MSPRole.role: unknown ", static_cast<int>(role.role())));
  }
}

// Equality with the certifiers too, as stock Fabric does: an empty
// certifiers_identifier fits nobody.
absl::Status X509Msp::FitsUnit(const Identity& identity, const Verdict& verdict,
                               const std::string& principal) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto unit,
                          ParseProto<::common::OrganizationUnit>(principal, "OrganizationUnit"));
  SUYUAN_RETURN_IF_ERROR(CheckMsp(identity, unit.msp_identifier()));
  for (const std::string& own : identity.certificate().organizational_units()) {
    if (own == unit.organizational_unit_identifier() &&
        verdict.certifiers == unit.certifiers_identifier()) {
      return absl::OkStatus();
    }
  }
  return DoesNotFit(identity, absl::StrCat("does not carry the certified unit '",
                                           unit.organizational_unit_identifier(), "'"));
}

absl::Status X509Msp::FitsIdentity(const Identity& identity, const std::string& principal) const {
  SUYUAN_ASSIGN_OR_RETURN(
      const auto named, ParseProto<::msp::SerializedIdentity>(principal, "MSPPrincipal.principal"));
  SUYUAN_RETURN_IF_ERROR(CheckMsp(identity, named.mspid()));
  SUYUAN_ASSIGN_OR_RETURN(const IdentityPtr wanted, Deserialize(principal));
  if (wanted->id() == identity.id()) return absl::OkStatus();
  return DoesNotFit(identity, "is not the one identity that is asked for");
}

absl::Status X509Msp::FitsAll(const Identity& identity, const Verdict& verdict,
                              const std::string& principal, int depth) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto all,
                          ParseProto<::common::CombinedPrincipal>(principal, "CombinedPrincipal"));
  if (all.principals().empty() || depth == 0) {
    return absl::InvalidArgumentError(depth == 0 ? "CombinedPrincipal: nested too deeply"
                                                 : "CombinedPrincipal.principals: none");
  }
  for (const ::common::MSPPrincipal& one : all.principals()) {
    SUYUAN_RETURN_IF_ERROR(Fits(identity, verdict, one, depth - 1));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Msp>> Msp::Create(const ::msp::MSPConfig& config) {
  SUYUAN_ASSIGN_OR_RETURN(MspRules rules, ParseMspRules(config), "MSPConfig");
  const std::string context = absl::StrCat("MSP ", rules.id);
  SUYUAN_ASSIGN_OR_RETURN(auto membership, Membership::Create(std::move(rules)), context);
  return std::make_shared<const X509Msp>(std::move(membership));
}

std::string TlsRootsPem(const Msp& msp) {
  std::string all;
  for (const std::string& pem : msp.tls_root_certs_pem()) absl::StrAppend(&all, pem, "\n");
  for (const std::string& pem : msp.tls_intermediate_certs_pem()) absl::StrAppend(&all, pem, "\n");
  return all;
}

}  // namespace suyuan
