#include "network/orderer/consenter_check.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {

absl::Status ConsenterCheck::Check(const ChannelConfigPtr& config, const CertificatePtr& caller,
                                   absl::Time now) {
  if (!IsListed(config, caller)) {
    return absl::PermissionDeniedError(absl::StrCat("the caller's TLS certificate (",
                                                    caller->subject(),
                                                    ") is not that of an orderer of this channel"));
  }
  std::string reasons;
  for (const auto& [name, organization] : config->orderer()->organizations) {
    const Msp* msp = config->msps()->Find(organization.msp_id);
    if (msp == nullptr) continue;
    const absl::Status checked = msp->CheckTls(caller, now);
    if (checked.ok()) return checked;
    absl::StrAppend(&reasons, "; ", checked.message());
  }
  return absl::PermissionDeniedError(
      absl::StrCat("the caller is of none of the orderer organisations", reasons));
}

bool ConsenterCheck::IsListed(const ChannelConfigPtr& config, const CertificatePtr& caller) {
  const std::string key = caller->public_key()->ToDer();
  absl::MutexLock lock(&mutex_);
  Orderers& known = channels_[config->channel_id()];
  if (known.config != config) {
    known = {.config = config};
    for (const ConsenterConfig& consenter : config->orderer()->consenters) {
      const auto theirs = Certificate::FromPem(consenter.client_tls_cert);
      if (theirs.ok()) known.keys.insert((*theirs)->public_key()->ToDer());
    }
  }
  return known.keys.count(key) != 0;
}

}  // namespace suyuan
