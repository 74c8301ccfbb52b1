// From what a transaction touched to the sets of organisations that may endorse it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/endorsement_plan.h"
#include "network/channel/channel_config.h"
#include "protos/peer/proposal_response.pb.h"
#include "protos/suyuan/peer_link.pb.h"

namespace suyuan {

// Who may endorse a transaction.
struct EndorsementRule {
  std::vector<Layout> layouts;          // enough for every policy, smallest first
  std::vector<std::string> chaincodes;  // that each endorser must run
  // Only these organisations' peers may see the collections that are read; absent: any.
  std::optional<std::set<std::string>> members;
};

// By chaincode name; each chaincode of the interest that is not a system chaincode
// is present.
using Definitions = std::map<std::string, ::suyuan::peer::DefinitionReply>;

// Policies of the chaincodes, of written collections and of keys, together.
//   kInvalidArgument  a definition or policy is malformed
//   kNotFound         a chaincode or collection is not defined: "No metadata was
//                     found for chaincode X in channel C"
absl::StatusOr<EndorsementRule> RuleFor(const ::protos::ChaincodeInterest& interest,
                                        const Definitions& definitions,
                                        const ChannelConfig& config);

}  // namespace suyuan
