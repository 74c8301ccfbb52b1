// A channel's configuration: Fabric's config tree, parsed, checked, and updated
// only as its own policies ask.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/msp/msp.h"
#include "network/policy/policy.h"
#include "protos/common/common.pb.h"
#include "protos/common/configtx.pb.h"

namespace suyuan {

struct HostPort {
  std::string host;
  int port = 0;
};

struct OrganizationConfig {
  std::string name;  // the group's name in the tree
  std::string msp_id;
  std::vector<HostPort> anchor_peers;          // application organisations
  std::vector<std::string> orderer_endpoints;  // orderer organisations, "host:port"
};

// One orderer of a cluster.
struct ConsenterConfig {
  std::string host;
  int port = 0;
  std::string client_tls_cert;  // PEM, as configured
  std::string server_tls_cert;  // PEM, as configured

  friend bool operator==(const ConsenterConfig& a, const ConsenterConfig& b) {
    return a.host == b.host && a.port == b.port && a.client_tls_cert == b.client_tls_cert &&
           a.server_tls_cert == b.server_tls_cert;
  }
};
// "host:port", which no two of a channel share.
std::string ConsenterAddress(const ConsenterConfig& consenter);

struct OrdererConfig {
  std::string consensus_type;      // "etcdraft" on stock networks, ours: "solo", "etcd"
  std::string consensus_metadata;  // bytes, by type
  // Type "etcd": checked, in the order configured, at least one. Empty otherwise.
  std::vector<ConsenterConfig> consenters;
  bool maintenance = false;
  uint32_t max_message_count = 0;
  uint32_t absolute_max_bytes = 0;
  uint32_t preferred_max_bytes = 0;
  absl::Duration batch_timeout;
  std::map<std::string, OrganizationConfig> organizations;  // by group name
};

struct ApplicationConfig {
  std::map<std::string, OrganizationConfig> organizations;  // by group name
  std::map<std::string, std::string> acls;                  // resource -> policy path
};

// One version of a channel's configuration. Immutable, thread-safe.
class ChannelConfig {
 public:
  // Parses and checks the whole tree.
  //   kInvalidArgument  names the path, e.g. "/Channel/Orderer/BatchSize:
  //                     max_message_count is 0"; an unknown required capability;
  //                     depth over 16, more than 100,000 elements
  static absl::StatusOr<std::shared_ptr<const ChannelConfig>> Create(
      absl::string_view channel_id, const ::common::Config& config);
  // From a CONFIG block (genesis or later): its envelope's ConfigEnvelope.
  static absl::StatusOr<std::shared_ptr<const ChannelConfig>> FromBlock(
      const ::common::Block& block);

  virtual ~ChannelConfig() = default;

  virtual const std::string& channel_id() const = 0;
  virtual uint64_t sequence() const = 0;
  virtual const ::common::Config& proto() const = 0;
  virtual const std::shared_ptr<const MspManager>& msps() const = 0;
  // nullptr when the group is absent.
  virtual const OrdererConfig* orderer() const = 0;
  virtual const ApplicationConfig* application() const = 0;
  // Legacy channel-wide orderer addresses, "host:port".
  virtual const std::vector<std::string>& orderer_addresses() const = 0;

  // By absolute path such as "/Channel/Application/Writers"; a policy that is not
  // defined is one that refuses.
  virtual PolicyPtr GetPolicy(absl::string_view path) const = 0;
  virtual bool HasPolicy(absl::string_view path) const = 0;
  // The policy for a resource such as "peer/Propose" or "event/Block": the
  // channel's ACL or Fabric's default for it.
  virtual PolicyPtr GetAclPolicy(absl::string_view resource) const = 0;
  // True when /Channel/Application's (group "application") or another group's
  // capabilities hold `name`.
  virtual bool HasCapability(absl::string_view group, absl::string_view name) const = 0;

  // Judges a CONFIG_UPDATE (ConfigUpdateEnvelope bytes) against this version and
  // returns the next ConfigEnvelope.config; nothing is changed here.
  //   kInvalidArgument    malformed; another channel; a wrong version, with its path;
  //                       a result that does not pass Create()
  //   kPermissionDenied   a mod_policy is not satisfied, with the path of the element
  virtual absl::StatusOr<::common::Config> ProposeUpdate(
      absl::string_view config_update_envelope) const = 0;

  // Checks a CONFIG envelope's payload (ConfigEnvelope) as a committing peer does:
  // its last_update, judged here, must give exactly its config.
  //   as ProposeUpdate(); kInvalidArgument when the trees differ
  virtual absl::StatusOr<std::shared_ptr<const ChannelConfig>> ValidateConfigEnvelope(
      const ::common::ConfigEnvelope& envelope) const = 0;
};
using ChannelConfigPtr = std::shared_ptr<const ChannelConfig>;

// The smallest update that turns `original` into `updated` (read set, write set,
// versions).
//   kInvalidArgument  they do not differ
absl::StatusOr<::common::ConfigUpdate> ComputeConfigUpdate(absl::string_view channel_id,
                                                           const ::common::Config& original,
                                                           const ::common::Config& updated);

}  // namespace suyuan
