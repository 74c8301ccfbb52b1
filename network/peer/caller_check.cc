#include "network/peer/caller_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/rpc/server.h"

namespace suyuan {
namespace {

constexpr size_t kMaxRemembered = 10'000;

absl::Status ParseAll(const std::vector<std::string>& pems, std::vector<CertificatePtr>* out) {
  for (const std::string& pem : pems) {
    SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(pem),
                            "TLS certificate of the MSP");
    out->push_back(std::move(certificate));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<CallerCheck>> CallerCheck::Create(const Msp& organisation,
                                                                 const Clock* clock) {
  std::unique_ptr<CallerCheck> check(new CallerCheck(organisation.id(), clock));
  SUYUAN_RETURN_IF_ERROR(ParseAll(organisation.tls_root_certs_pem(), &check->roots_));
  SUYUAN_RETURN_IF_ERROR(
      ParseAll(organisation.tls_intermediate_certs_pem(), &check->intermediates_));
  return check;
}

absl::Status CallerCheck::OwnOrganisation(const grpc::ServerContextBase& context) const {
  const auto certificate = CallerCertificate(context);
  if (!certificate.ok()) {
    return absl::PermissionDeniedError(
        absl::StrCat("only for callers with a TLS certificate of ", msp_id_));
  }
  return OwnOrganisation(*certificate);
}

absl::Status CallerCheck::OwnOrganisation(const CertificatePtr& certificate) const {
  const absl::Time now = clock_->Now();
  const bool in_time = certificate->not_before() <= now && now <= certificate->not_after();
  if (in_time) {
    absl::MutexLock lock(&mutex_);
    if (good_.contains(certificate->fingerprint())) return absl::OkStatus();
  }
  const absl::Status chain = BuildChain(certificate, roots_, intermediates_, now).status();
  if (!chain.ok()) {
    return absl::PermissionDeniedError(absl::StrCat("the caller's TLS certificate is not one of ",
                                                    msp_id_, ": ", chain.message()));
  }
  absl::MutexLock lock(&mutex_);
  if (good_.size() >= kMaxRemembered) good_.clear();
  good_.insert(certificate->fingerprint());
  return absl::OkStatus();
}

}  // namespace suyuan
