// Which organisation vouches for an identity, and in what role.
//
// Rules: X.509 chain to the MSP's roots as of one second after the member
// certificate's NotBefore (expiry is enforced elsewhere, as Fabric does), CRLs,
// NodeOUs (exactly one role OU when enabled), organizational unit identifiers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "network/msp/identity.h"
#include "protos/msp/msp_config.pb.h"
#include "protos/msp/msp_principal.pb.h"

namespace suyuan {

// One organisation's membership rules. Immutable, thread-safe.
class Msp {
 public:
  // `config` is the msp.MSPConfig of a channel's configuration (type 0).
  //   kInvalidArgument  names the field: unknown type, bad or expired-at-issue
  //                     certificate, intermediate without root, bad CRL, no root,
  //                     unknown hash family, admin that is not a member
  static absl::StatusOr<std::shared_ptr<const Msp>> Create(const ::msp::MSPConfig& config);
  virtual ~Msp() = default;

  virtual const std::string& id() const = 0;
  virtual HashFamily hash_family() const = 0;
  // TLS roots and intermediates, PEM, for verifying this organisation's servers.
  virtual const std::vector<std::string>& tls_root_certs_pem() const = 0;
  virtual const std::vector<std::string>& tls_intermediate_certs_pem() const = 0;

  // OK when `certificate` is a TLS certificate of this organisation that is in force at
  // `now` and on none of its revocation lists. Good ones are remembered.
  //   kUnauthenticated  names the subject and tells why not
  virtual absl::Status CheckTls(const CertificatePtr& certificate, absl::Time now) const = 0;

  // Parses; does not validate. Results are cached by the bytes.
  //   kInvalidArgument  another MSP's id, or not a certificate
  virtual absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const = 0;

  // OK when `identity` is a member. Results are cached.
  //   kUnauthenticated  chain, revocation, or role OU; the message tells which
  virtual absl::Status Validate(const Identity& identity) const = 0;

  // OK when `identity` is valid and fits `principal` (classifications ROLE, OU,
  // IDENTITY, COMBINED; ANONYMITY is refused).
  //   kPermissionDenied  it does not fit
  //   kInvalidArgument   the principal is malformed
  virtual absl::Status Satisfies(const Identity& identity,
                                 const ::common::MSPPrincipal& principal) const = 0;
};

// TLS roots and intermediates as one PEM text, for clients of the organisation's servers.
std::string TlsRootsPem(const Msp& msp);

// The MSPs of one channel configuration. Immutable, thread-safe.
class MspManager {
 public:
  //   kInvalidArgument  two MSPs of one id
  static absl::StatusOr<std::shared_ptr<const MspManager>> Create(
      std::vector<std::shared_ptr<const Msp>> msps);
  virtual ~MspManager() = default;

  // Parses without validating. Cached by the bytes (bounded).
  //   kInvalidArgument  not a SerializedIdentity, unknown MSP, or not a certificate
  virtual absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const = 0;
  virtual absl::Status Validate(const Identity& identity) const = 0;
  virtual absl::Status Satisfies(const Identity& identity,
                                 const ::common::MSPPrincipal& principal) const = 0;
  // nullptr when unknown.
  virtual const Msp* Find(absl::string_view msp_id) const = 0;
  // Sorted by id.
  virtual const std::vector<std::shared_ptr<const Msp>>& msps() const = 0;
};

}  // namespace suyuan
