// Is a certificate a member's, and of which role: the rules of one MSP applied.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "network/msp/msp_rules.h"

namespace suyuan {

// What the rules say of one certificate.
struct Verdict {
  absl::Status status;       // kUnauthenticated: why it is not a member
  std::optional<Role> role;  // by its role OU; none when NodeOUs are off
  bool listed_admin = false;
  std::string certifiers;  // SHA-256 over the certificates above it, lowest first
};

// Immutable, thread-safe.
class Membership {
 public:
  //   kInvalidArgument  an intermediate without root, a revoked CA, a unit bound to a
  //                     foreign CA, an admin that is no member
  static absl::StatusOr<std::unique_ptr<const Membership>> Create(MspRules rules);

  const MspRules& rules() const { return rules_; }
  // Runs all checks; costs a signature verification for each link of the chain.
  Verdict Judge(const CertificatePtr& certificate) const;
  // Is it a TLS certificate of the organisation at `now`, and not revoked? Costs the same.
  //   kUnauthenticated  why not
  absl::Status JudgeTls(const CertificatePtr& certificate, absl::Time now) const;

 private:
  explicit Membership(MspRules rules) : rules_(std::move(rules)) {}

  absl::Status CheckCas();
  absl::Status BindUnits();
  absl::Status CheckAdmins() const;

  // The steps of Judge().
  using Chain = std::vector<CertificatePtr>;
  absl::StatusOr<Chain> ChainOf(const CertificatePtr& certificate) const;
  absl::Status CheckParent(const Chain& chain) const;
  absl::Status CheckNotRevoked(const Chain& chain) const;
  absl::Status CheckUnits(const Certificate& certificate, const std::string& certifiers) const;
  absl::StatusOr<std::optional<Role>> RoleOf(const Certificate& certificate,
                                             const std::string& certifiers) const;
  bool IsListedAdmin(const Certificate& certificate) const;

  // A unit rule with the certifiers of its CA; empty: any.
  struct BoundUnit {
    std::string unit;
    std::string certifiers;
    std::optional<Role> role;
  };
  absl::StatusOr<BoundUnit> Bind(const UnitRule& rule, absl::string_view field) const;

  const MspRules rules_;
  // Fingerprints of CAs that certify other CAs: those do not certify members.
  std::set<std::string> upper_cas_;
  std::vector<BoundUnit> units_;
  std::vector<BoundUnit> roles_;
};

}  // namespace suyuan
