// Is a caller of the peer's own organisation? Asked of its TLS client certificate.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/common/clock.h"
#include "network/common/log.h"
#include "network/crypto/certificate.h"
#include "network/msp/msp.h"

namespace suyuan {

// Thread-safe.
class CallerCheck {
 public:
  // `organisation`: its TLS roots and revocation lists decide.
  explicit CallerCheck(std::shared_ptr<const Msp> organisation,
                       const Clock* clock = Clock::System())
      : organisation_(std::move(organisation)), clock_(clock) {}

  // A refusal is logged, with the certificate's subject.
  //   kPermissionDenied  no client certificate, or not one of the organisation's, expired
  //                      or revoked
  absl::Status OwnOrganisation(const grpc::ServerContextBase& context) const;
  absl::Status OwnOrganisation(const absl::StatusOr<CertificatePtr>& certificate) const;

 private:
  const std::shared_ptr<const Msp> organisation_;
  const Clock* const clock_;
  const Log log_{"peer"};
};

}  // namespace suyuan
