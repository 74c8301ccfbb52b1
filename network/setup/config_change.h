// What may be asked of a running channel's configuration, one change each; an update is
// made of one or several. Values that a change leaves as they are keep their bytes, so
// that nobody has to sign for them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/setup/channel_spec.h"

namespace suyuan {

// Changes `root`, a copy of what `current` holds.
//   kNotFound, kAlreadyExists, kInvalidArgument  names the element and why
using ConfigChange =
    std::function<absl::Status(const ChannelConfig& current, ::common::ConfigGroup* root)>;

enum class OrganizationKind { kApplication, kOrderer };

// Takes an organisation in, with the default policies; also one that was removed.
//   kAlreadyExists
ConfigChange AddOrganization(OrganizationKind kind, MemberSpec member);
// Suspends it: what it did stays in the ledger, what its members ask for is refused.
//   kNotFound; kInvalidArgument  it is the last one
ConfigChange RemoveOrganization(OrganizationKind kind, std::string name);
// New certificates, revocation lists, TLS roots, wherever the organisation is a member.
//   kNotFound
ConfigChange SetMsp(std::string name, ::msp::MSPConfig msp);
// Where its peers (anchor peers) or its orderers are: "host:port".
//   kNotFound
ConfigChange SetAddresses(OrganizationKind kind, std::string name,
                          std::vector<std::string> addresses);

struct BatchChange {  // what is absent stays
  std::optional<uint32_t> max_message_count, absolute_max_bytes, preferred_max_bytes;
  std::optional<absl::Duration> timeout;
};
ConfigChange ChangeBatch(BatchChange change);

// `rule` is "ANY|ALL|MAJORITY NAME" (of the sub-groups' policies NAME) or an expression
// such as "OR('OneMSP.admin', 'TwoMSP.admin')". A new policy is changed by the group's
// Admins.
//   kNotFound          no such group; no such policy, unless `may_be_new`
//   kInvalidArgument   not an absolute path; a rule that is none; an MSP that is no member
ConfigChange SetPolicy(std::string path, std::string rule, bool may_be_new);

// The orderers of a channel of type "etcd".
//   kFailedPrecondition  the channel is of another type
//   kNotFound, kAlreadyExists  the consenter, by address
ConfigChange AddConsenter(ConsenterConfig consenter);
ConfigChange RemoveConsenter(std::string address);
ConfigChange ReplaceConsenter(std::string address, ConsenterConfig by);

// To another kind of ordering, in maintenance mode only.
ConfigChange SetConsensusType(std::string type, std::vector<ConsenterConfig> consenters);
// In maintenance mode an orderer takes configuration updates and nothing else.
ConfigChange SetMaintenance(bool on);

}  // namespace suyuan
