// Who signed: an identity as an MSP sees it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"

namespace suyuan {

// A certificate under the name of an MSP. Being an Identity says nothing of being
// valid: ask the Msp. Immutable, thread-safe.
class Identity {
 public:
  virtual ~Identity() = default;
  virtual const std::string& msp_id() const = 0;
  virtual const Certificate& certificate() const = 0;
  // The msp.SerializedIdentity as received: what is called creator or endorser.
  virtual const std::string& serialized() const = 0;
  // One key for one (MSP id, certificate): signature sets are de-duplicated by it.
  virtual const std::string& id() const = 0;
  // When the certificate ends. Not part of validity (see Msp::Validate).
  virtual absl::Time expires_at() const = 0;
  //   kUnauthenticated  `signature` is not this identity's over the message parts
  virtual absl::Status Verify(std::initializer_list<absl::string_view> message,
                              absl::string_view signature) const = 0;
};
using IdentityPtr = std::shared_ptr<const Identity>;

// An identity with a way to sign: a key file, or a callback so that a hardware key
// works. Thread-safe.
class SigningIdentity {
 public:
  virtual ~SigningIdentity() = default;
  virtual const std::string& serialized() const = 0;  // msp.SerializedIdentity
  virtual const std::string& msp_id() const = 0;
  virtual absl::StatusOr<std::string> Sign(
      std::initializer_list<absl::string_view> message) const = 0;
};

// From a certificate and the private key that belongs to it, both PEM.
//   kInvalidArgument  malformed, or the key is not the certificate's
absl::StatusOr<std::shared_ptr<const SigningIdentity>> MakeSigningIdentity(
    absl::string_view msp_id, absl::string_view certificate_pem, absl::string_view key_pem,
    HashFamily family = HashFamily::kSha2);

}  // namespace suyuan
