// What `suyuan channel genesis` shall make: a channel's first configuration.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "protos/msp/msp_config.pb.h"

namespace suyuan {

// A member organisation as the configuration tree will hold it.
struct MemberSpec {
  std::string name;  // the group's name
  std::string msp_id;
  ::msp::MSPConfig msp;
  std::vector<HostPort> peers;         // application: become AnchorPeers
  std::vector<std::string> endpoints;  // orderer: "host:port"
};

struct BatchSpec {
  uint32_t max_message_count = 500;
  uint32_t absolute_max_bytes = 10u << 20;  // a larger message is refused
  uint32_t preferred_max_bytes = 2u << 20;  // a larger message gets its own block
  absl::Duration timeout = absl::Milliseconds(200);
};

struct ChannelSpec {
  std::string channel_id;
  std::vector<MemberSpec> application;
  std::string application_capability = "V2_5";
  std::vector<MemberSpec> orderer;
  std::string consensus_type = "solo";
  std::vector<ConsenterConfig> consenters;  // of type "etcd": the orderer set
  BatchSpec batch;
};

// Reads channel.yaml, and each organisation's msp.pb from organizationsDir:
//   channel: trace
//   organizationsDir: ./organizations
//   application:
//     capability: V2_5
//     organizations: [{name: producer, mspId: ProducerMSP, peers: ["127.0.0.1:7051"]}]
//   orderer:
//     type: etcd          # or solo (default), without consenters
//     consenters: [{endpoint: "127.0.0.1:7050", tlsCert: organizations/.../tls.pem}]
//     organizations: [{name: supervisor, mspId: SupervisorMSP, endpoints: ["127.0.0.1:7050"]}]
//     batch: {maxMessageCount: 500, absoluteMaxBytes: 10MiB, preferredMaxBytes: 2MiB, timeout:
//     200ms}
//   kInvalidArgument  every mistake, one a line
absl::StatusOr<ChannelSpec> ReadChannelSpec(const std::filesystem::path& file);

// "host:port".  kInvalidArgument
absl::StatusOr<HostPort> ParseHostPort(absl::string_view text);

}  // namespace suyuan
