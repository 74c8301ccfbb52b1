#include "network/rpc/certificate_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

constexpr absl::Duration kTellAgain = absl::Hours(24);

prometheus::Labels LabelsOf(const WatchedCertificate& watched) {
  return {{"kind", watched.kind},
          {"subject", watched.certificate->subject()},
          {"serial", watched.certificate->serial_hex()}};
}

const char* Advice(const WatchedCertificate& watched) {
  if (watched.kind == "ca" || watched.kind == "tls_ca") {
    return "renew the CA and update the organisation's MSP in every channel";
  }
  return "have a new one signed, put it in the file's place and restart the node";
}

}  // namespace

CertificateWatch::CertificateWatch(CertificateWatchDeps deps)
    : deps_(std::move(deps)),
      expiry_(prometheus::BuildGauge()
                  .Name(absl::StrCat(deps_.prefix, "_certificate_expiry_seconds"))
                  .Help("Unix time at which the certificate ends")
                  .Register(*deps_.registry)) {
  Check();
  thread_ = std::thread([this] { Run(); });
}

CertificateWatch::~CertificateWatch() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void CertificateWatch::Run() {
  while (!AwaitStop()) Check();
}

bool CertificateWatch::AwaitStop() {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&stopping_), deps_.interval);
}

std::vector<WatchedCertificate> CertificateWatch::Check() {
  const std::vector<WatchedCertificate> all = deps_.certificates();
  const absl::Time now = deps_.clock->Now();
  std::vector<WatchedCertificate> told;
  absl::MutexLock lock(&check_mutex_);
  std::map<std::string, Seen> before;
  before.swap(seen_);
  for (const WatchedCertificate& watched : all) {
    const std::string key = absl::StrCat(watched.kind, watched.certificate->fingerprint());
    // One organisation may be in several channels.
    if (seen_.count(key) != 0) continue;
    const auto known = before.find(key);
    Seen& seen = seen_[key] = known == before.end() ? Seen{} : known->second;
    if (known != before.end()) before.erase(known);
    if (seen.gauge == nullptr) {
      seen.gauge = &expiry_.Add(LabelsOf(watched));
      seen.gauge->Set(absl::ToDoubleSeconds(watched.certificate->not_after() - absl::UnixEpoch()));
    }
    const Expiry expiry = JudgeExpiry(*watched.certificate, now);
    if (expiry == Expiry::kFarOff || now - seen.last_told < kTellAgain) continue;
    seen.last_told = now;
    Tell(watched, expiry, now);
    told.push_back(watched);
  }
  for (const auto& [key, gone] : before) expiry_.Remove(gone.gauge);
  return told;
}

void CertificateWatch::Tell(const WatchedCertificate& watched, Expiry expiry,
                            absl::Time now) const {
  const absl::Time end = watched.certificate->not_after();
  const LogFields fields = {{"kind", watched.kind},
                            {"subject", watched.certificate->subject()},
                            {"where", watched.where},
                            {"end", absl::FormatTime(absl::RFC3339_sec, end, absl::UTCTimeZone())},
                            {"days_left", absl::ToInt64Hours(end - now) / 24},
                            {"do", Advice(watched)}};
  if (expiry == Expiry::kPast) {
    log_.Error("a certificate has expired", fields);
  } else {
    log_.Warn("a certificate expires soon", fields);
  }
}

}  // namespace suyuan
