// The gateway's connections: one for each peer and orderer, shared by all channels.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/orderer_client.h"
#include "gateway/peer_client.h"

namespace suyuan {

// Thread-safe. A node that no channel uses any more is dropped with its last user.
class NodePool {
 public:
  NodePool(TlsIdentity tls, absl::Duration orderer_timeout)
      : tls_(std::move(tls)), orderer_timeout_(orderer_timeout) {}

  // Same endpoint, roots and standing: same client.
  PeerClientPtr Peer(const PeerAddress& address);
  OrdererClientPtr Orderer(const OrdererAddress& address);

  // Transactions still waiting for an orderer's answer then fail.
  void ShutdownAfter(absl::Duration grace);

 private:
  const TlsIdentity tls_;
  const absl::Duration orderer_timeout_;
  absl::Mutex mutex_;
  std::map<std::tuple<std::string, std::string, bool>, std::weak_ptr<PeerClient>> peers_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::tuple<std::string, std::string>, std::weak_ptr<OrdererClient>> orderers_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
