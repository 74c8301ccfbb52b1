// Calls from one orderer of a channel to another.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/rpc/credentials.h"
#include "protos/suyuan/ordering_cluster.pb.h"

namespace suyuan {

// Thread-safe. Connections stay open. Destroyed, what is under way fails.
class OrdererLinks {
 public:
  // Runs once, on a thread of gRPC's.
  using Done = absl::AnyInvocable<void(absl::StatusOr<ordering::ForwardReply>)>;

  // `tls` is presented to the others. An answer may take `timeout`.
  static std::unique_ptr<OrdererLinks> Create(const TlsIdentity& tls, absl::Duration timeout);
  virtual ~OrdererLinks() = default;
  // To the orderer at `address`, whose TLS roots are those of `config`'s orderer
  // organisations. The caller keeps requests below 64 MiB.
  virtual void Forward(const std::string& address, const ChannelConfig& config,
                       const ordering::ForwardRequest& request, Done done) = 0;
};

// Which orderer of `config` has this TLS certificate (or its key): its address.
//   kNotFound  none
absl::StatusOr<std::string> FindOwnConsenter(const ChannelConfig& config,
                                             absl::string_view certificate_pem);

}  // namespace suyuan
