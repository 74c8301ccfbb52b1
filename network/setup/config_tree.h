// Builds pieces of a channel's configuration tree, with Fabric's default policies.
#pragma once

#include <string>
#include <vector>

#include "network/setup/channel_spec.h"
#include "protos/common/configtx.pb.h"

namespace suyuan {

// Puts a value under `key`, changed only by the group's Admins.
void SetConfigValue(::common::ConfigGroup* group, const std::string& key,
                    const google::protobuf::Message& value,
                    const std::string& mod_policy = "Admins");

// An organisation's group: its MSP, addresses, and the policies Readers, Writers,
// Admins, and for applications Endorsement (any of its peers).
::common::ConfigGroup MakeApplicationOrganization(const MemberSpec& member);
::common::ConfigGroup MakeOrdererOrganization(const MemberSpec& member);

// ConsensusType.metadata of a channel that these orderers order.
std::string ConsenterMetadata(const std::vector<ConsenterConfig>& consenters);

void SetBatch(const BatchSpec& batch, ::common::ConfigGroup* orderer);

// The whole tree, sequence 0.
::common::Config MakeConfig(const ChannelSpec& spec);

}  // namespace suyuan
