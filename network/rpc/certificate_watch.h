// Warns of certificates that end soon, in log and metrics, for as long as a node runs.
#pragma once

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/common/clock.h"
#include "network/common/log.h"
#include "network/crypto/watched_certificate.h"

namespace suyuan {

struct CertificateWatchDeps {
  std::shared_ptr<prometheus::Registry> registry;
  std::string prefix;  // "suyuan_peer"
  // All there are now: channels and their organisations come and go. Thread-safe; called
  // from the watch's thread.
  std::function<std::vector<WatchedCertificate>()> certificates;
  const Clock* clock = Clock::System();
  // Between two checks; new channels are seen by then.
  absl::Duration interval = absl::Minutes(5);
};

// The metric PREFIX_certificate_expiry_seconds{kind,subject,serial} is the Unix time at
// which a certificate ends. From kExpiryWarning before it a warning is logged once a day,
// after it an error. Thread-safe. Checks when it begins, then on a thread of its own.
class CertificateWatch {
 public:
  explicit CertificateWatch(CertificateWatchDeps deps);
  ~CertificateWatch();

  // One look at all; the certificates that were told of.
  std::vector<WatchedCertificate> Check();

 private:
  struct Seen {
    prometheus::Gauge* gauge = nullptr;
    absl::Time last_told = absl::InfinitePast();
  };

  void Run();
  bool AwaitStop();  // or the next check
  void Tell(const WatchedCertificate& watched, Expiry expiry, absl::Time now) const;

  const CertificateWatchDeps deps_;
  const Log log_{"certificates"};
  prometheus::Family<prometheus::Gauge>& expiry_;
  absl::Mutex check_mutex_;
  std::map<std::string, Seen> seen_ ABSL_GUARDED_BY(check_mutex_);  // by fingerprint and kind
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace suyuan
