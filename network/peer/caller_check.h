// Is a caller of the peer's own organisation? Asked of its TLS client certificate.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/common/clock.h"
#include "network/crypto/certificate.h"
#include "network/msp/msp.h"

namespace suyuan {

// Thread-safe.
class CallerCheck {
 public:
  // `organisation`: its TLS roots decide.
  //   kInvalidArgument  a TLS certificate of the MSP does not parse
  static absl::StatusOr<std::unique_ptr<CallerCheck>> Create(const Msp& organisation,
                                                             const Clock* clock = Clock::System());

  //   kPermissionDenied  no client certificate, or not one of the organisation's
  absl::Status OwnOrganisation(const grpc::ServerContextBase& context) const;
  absl::Status OwnOrganisation(const CertificatePtr& certificate) const;

 private:
  CallerCheck(std::string msp_id, const Clock* clock) : msp_id_(std::move(msp_id)), clock_(clock) {}

  const std::string msp_id_;
  const Clock* const clock_;
  std::vector<CertificatePtr> roots_, intermediates_;
  mutable absl::Mutex mutex_;
  // Fingerprints of certificates found good; their end is looked at each time.
  mutable absl::flat_hash_set<std::string> good_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
