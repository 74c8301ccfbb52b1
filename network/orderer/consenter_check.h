// Is a caller one of a channel's orderers? Asked of its TLS certificate.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/crypto/certificate.h"

namespace suyuan {

// Remembers each channel's orderers until its configuration changes. Thread-safe.
class ConsenterCheck {
 public:
  // `caller` is in force, not revoked, of an orderer organisation, and has the key of one
  // of the orderers that `config` lists.
  //   kPermissionDenied  else; names its subject
  absl::Status Check(const ChannelConfigPtr& config, const CertificatePtr& caller, absl::Time now);

 private:
  struct Orderers {
    ChannelConfigPtr config;     // that names them
    std::set<std::string> keys;  // public ones, DER
  };
  bool IsListed(const ChannelConfigPtr& config, const CertificatePtr& caller);

  absl::Mutex mutex_;
  std::map<std::string, Orderers> channels_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
