#include "gateway/node_pool.h"

#include "network/rpc/timer.h"

namespace suyuan {

PeerClientPtr NodePool::Peer(const PeerAddress& address) {
  absl::MutexLock lock(&mutex_);
  auto& slot = peers_[{address.endpoint, address.tls_roots_pem, address.own}];
  auto client = slot.lock();
  if (client == nullptr) slot = client = std::make_shared<PeerClient>(address, tls_);
  return client;
}

OrdererClientPtr NodePool::Orderer(const OrdererAddress& address) {
  absl::MutexLock lock(&mutex_);
  auto& slot = orderers_[{address.endpoint, address.tls_roots_pem}];
  auto client = slot.lock();
  if (client == nullptr) {
    slot = client = std::make_shared<OrdererClient>(address, tls_, orderer_timeout_);
  }
  return client;
}

void NodePool::ShutdownAfter(absl::Duration grace) {
  absl::MutexLock lock(&mutex_);
  for (auto& [key, client] : orderers_) {
    RunAfter(grace, [client = client] {
      if (auto orderer = client.lock()) orderer->Shutdown();
    });
  }
}

}  // namespace suyuan
