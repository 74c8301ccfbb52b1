// Changes of a running channel's configuration, as files that pass from
// administrator to administrator until enough have signed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/msp/identity.h"
#include "network/setup/channel_spec.h"

namespace suyuan {

enum class OrganizationChange { kAddApplication, kAddOrderer, kSetMsp };

struct UpdateSpec {
  struct Organization {
    OrganizationChange change;
    MemberSpec member;  // kSetMsp: name and msp alone
  };
  std::vector<Organization> organizations;
  // 0: unchanged
  uint32_t max_message_count = 0;
  uint32_t preferred_max_bytes = 0;
  absl::Duration batch_timeout;
};

// An update file: ConfigUpdateEnvelope bytes without signatures.
//   kInvalidArgument  nothing would change, or the result is no valid configuration
//   kAlreadyExists    an added organisation is there
//   kNotFound         kSetMsp of an organisation that is not there
absl::StatusOr<std::string> MakeConfigUpdate(const ChannelConfig& current, const UpdateSpec& spec);

// `update_file` with one more ConfigSignature.
absl::StatusOr<std::string> AddConfigSignature(absl::string_view update_file,
                                               const SigningIdentity& signer);

// The CONFIG_UPDATE envelope for an orderer's Broadcast.
absl::StatusOr<std::string> MakeUpdateEnvelope(absl::string_view update_file,
                                               const SigningIdentity& submitter, absl::Time now);

}  // namespace suyuan
