#include "network/rpc/certificate_of.h"

#include <string>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace suyuan {
namespace {

// Certificates by their PEM text: a caller's is asked for at each of its calls, and parsing one
// takes longer than checking a signature.
class ParsedCertificates {
 public:
  absl::StatusOr<CertificatePtr> Parse(const std::string& pem) {
    {
      absl::MutexLock lock(&mutex_);
      const auto known = known_.find(pem);
      if (known != known_.end()) return known->second;
    }
    auto parsed = Certificate::FromPem(pem);
    if (!parsed.ok()) return parsed;
    absl::MutexLock lock(&mutex_);
    // Whoever is asked for a thousandth certificate forgets them all; each is a few kilobytes.
    if (known_.size() >= kRemembered) known_.clear();
    known_.emplace(pem, *parsed);
    return parsed;
  }

 private:
  static constexpr size_t kRemembered = 1000;
  absl::Mutex mutex_;
  std::unordered_map<std::string, CertificatePtr> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<CertificatePtr> CertificateOf(const grpc::AuthContext* context) {
  static ParsedCertificates& parsed = *new ParsedCertificates;
  if (context == nullptr) return absl::UnauthenticatedError("the caller did not use TLS");
  const auto values = context->FindPropertyValues("x509_pem_cert");
  if (values.empty()) {
    return absl::UnauthenticatedError("the caller presented no TLS client certificate");
  }
  return parsed.Parse(std::string(values[0].data(), values[0].size()));
}

}  // namespace suyuan
