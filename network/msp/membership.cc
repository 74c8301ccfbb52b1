#include "network/msp/membership.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

absl::Status Refuse(const Certificate& certificate, absl::string_view why) {
  return absl::UnauthenticatedError(absl::StrCat("certificate ", certificate.subject(), ": ", why));
}

absl::Status AsInvalid(const absl::Status& status, absl::string_view field) {
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", status.message()));
}

std::string HashOf(absl::Span<const CertificatePtr> chain) {
  Sha256Stream hash;
  for (const CertificatePtr& certificate : chain) hash.Update(certificate->der());
  return hash.Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Membership>> Membership::Create(MspRules rules) {
  std::unique_ptr<Membership> membership(new Membership(std::move(rules)));
  SUYUAN_RETURN_IF_ERROR(membership->CheckCas());
  SUYUAN_RETURN_IF_ERROR(membership->BindUnits());
  SUYUAN_RETURN_IF_ERROR(membership->CheckAdmins());
  return std::unique_ptr<const Membership>(std::move(membership));
}

absl::Status Membership::CheckCas() {
  for (const CertificatePtr& ca : rules_.roots) {
    SUYUAN_RETURN_IF_ERROR(AsInvalid(ChainOf(ca).status(), "root_certs"));
  }
  for (const CertificatePtr& ca : rules_.intermediates) {
    auto chain = ChainOf(ca);
    SUYUAN_RETURN_IF_ERROR(AsInvalid(chain.status(), "intermediate_certs"));
    SUYUAN_RETURN_IF_ERROR(AsInvalid(CheckNotRevoked(*chain), "intermediate_certs"));
    for (size_t i = 1; i < chain->size(); ++i) upper_cas_.insert((*chain)[i]->fingerprint());
  }
  return absl::OkStatus();
}

absl::StatusOr<Membership::BoundUnit> Membership::Bind(const UnitRule& rule,
                                                       absl::string_view field) const {
  BoundUnit bound{rule.unit, "", std::nullopt};
  if (rule.ca == nullptr) return bound;
  for (const auto* cas : {&rules_.roots, &rules_.intermediates}) {
    for (const CertificatePtr& ca : *cas) {
      if (ca->fingerprint() != rule.ca->fingerprint()) continue;
      SUYUAN_ASSIGN_OR_RETURN(const Chain chain, ChainOf(ca));
      bound.certifiers = HashOf(chain);
      return bound;
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      field, ": ", rule.ca->subject(), " is not one of the MSP's root or intermediate CAs"));
}

absl::Status Membership::BindUnits() {
  for (const UnitRule& rule : rules_.units) {
    SUYUAN_ASSIGN_OR_RETURN(BoundUnit unit, Bind(rule, "organizational_unit_identifiers"));
    units_.push_back(std::move(unit));
  }
  for (const RoleRule& rule : rules_.roles) {
    SUYUAN_ASSIGN_OR_RETURN(BoundUnit unit, Bind(rule.unit, "fabric_node_ous"));
    unit.role = rule.role;
    roles_.push_back(std::move(unit));
  }
  return absl::OkStatus();
}

absl::Status Membership::CheckAdmins() const {
  for (const CertificatePtr& admin : rules_.admins) {
    const Verdict verdict = Judge(admin);
    SUYUAN_RETURN_IF_ERROR(AsInvalid(verdict.status, "admins"));
    if (verdict.role && *verdict.role != ::common::MSPRole::ADMIN &&
        *verdict.role != ::common::MSPRole::CLIENT) {
      return absl::InvalidArgumentError(
          absl::StrCat("admins: ", admin->subject(), " is neither an admin nor a client"));
    }
  }
  return absl::OkStatus();
}

Verdict Membership::Judge(const CertificatePtr& certificate) const {
  Verdict verdict;
  verdict.status = [&]() -> absl::Status {
    if (certificate->is_ca()) return Refuse(*certificate, "is a CA's, not a member's");
    SUYUAN_ASSIGN_OR_RETURN(const Chain chain, ChainOf(certificate));
    SUYUAN_RETURN_IF_ERROR(CheckParent(chain));
    SUYUAN_RETURN_IF_ERROR(CheckNotRevoked(chain));
    verdict.certifiers = HashOf(absl::MakeConstSpan(chain).subspan(1));
    SUYUAN_RETURN_IF_ERROR(CheckUnits(*certificate, verdict.certifiers));
    SUYUAN_ASSIGN_OR_RETURN(verdict.role, RoleOf(*certificate, verdict.certifiers));
    verdict.listed_admin = IsListedAdmin(*certificate);
    return absl::OkStatus();
  }();
  return verdict;
}

absl::Status Membership::JudgeTls(const CertificatePtr& certificate, absl::Time now) const {
  SUYUAN_ASSIGN_OR_RETURN(const Chain chain,
                          BuildChain(certificate, rules_.tls_roots, rules_.tls_intermediates, now));
  return CheckNotRevoked(chain);
}

// As of the certificate's own start: expiry is enforced where clocks are, so that a
// block is judged alike whenever it is replayed.
absl::StatusOr<Membership::Chain> Membership::ChainOf(const CertificatePtr& certificate) const {
  return BuildChain(certificate, rules_.roots, rules_.intermediates,
                    certificate->not_before() + absl::Seconds(1));
}

absl::Status Membership::CheckParent(const Chain& chain) const {
  if (chain.size() < 2) return Refuse(*chain.front(), "no CA of the MSP certifies it");
  if (upper_cas_.contains(chain[1]->fingerprint())) {
    return Refuse(*chain.front(), absl::StrCat(chain[1]->subject(), " certifies CAs, not members"));
  }
  return absl::OkStatus();
}

absl::Status Membership::CheckNotRevoked(const Chain& chain) const {
  if (chain.size() < 2) return absl::OkStatus();
  for (const auto& list : rules_.revocation_lists) {
    if (list->Revokes(*chain[0]) && list->SignedBy(*chain[1]).ok()) {
      return Refuse(*chain[0], "has been revoked");
    }
  }
  return absl::OkStatus();
}

absl::Status Membership::CheckUnits(const Certificate& certificate,
                                    const std::string& certifiers) const {
  if (units_.empty()) return absl::OkStatus();
  for (const BoundUnit& rule : units_) {
    for (const std::string& unit : certificate.organizational_units()) {
      if (unit == rule.unit && (rule.certifiers.empty() || rule.certifiers == certifiers)) {
        return absl::OkStatus();
      }
    }
  }
  return Refuse(certificate, "none of its organizational units is one of the MSP's");
}

absl::StatusOr<std::optional<Role>> Membership::RoleOf(const Certificate& certificate,
                                                       const std::string& certifiers) const {
  if (!rules_.node_ous) return std::optional<Role>();
  std::optional<Role> found;
  for (const std::string& unit : certificate.organizational_units()) {
    for (const BoundUnit& rule : roles_) {
      if (unit != rule.unit) continue;
      if (!rule.certifiers.empty() && rule.certifiers != certifiers) {
        return Refuse(certificate,
                      absl::StrCat("its unit '", unit, "' is not from the CA of that role"));
      }
      if (found) return Refuse(certificate, "carries more than one role unit");
      found = rule.role;
      break;
    }
  }
  if (!found)
    return Refuse(certificate, "carries none of the role units client, peer, admin, orderer");
  return found;
}

bool Membership::IsListedAdmin(const Certificate& certificate) const {
  for (const CertificatePtr& admin : rules_.admins) {
    if (admin->content_fingerprint() == certificate.content_fingerprint()) return true;
  }
  return false;
}

}  // namespace suyuan
