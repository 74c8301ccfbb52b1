// The orderer's gRPC services.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/deliver/deliver_service.h"
#include "network/msp/msp.h"
#include "network/orderer/broadcast.h"
#include "network/orderer/ordering_channels.h"

namespace suyuan {

// orderer.AtomicBroadcast. Readers of blocks need /Channel/Readers.
std::unique_ptr<grpc::Service> MakeAtomicBroadcast(BroadcastService* broadcast,
                                                   DeliverService* deliver);

struct ParticipationDeps {
  OrderingChannels* channels = nullptr;
  // The orderer's own organisation: its admins may join, list and remove.
  std::shared_ptr<const Msp> msp;
  ThreadPool* pool = nullptr;
  const Clock* clock = Clock::System();
  std::shared_ptr<EtcdClient> etcd;  // nullptr: the orderer orders alone
};

// suyuan.orderer.Participation.
//   UNAUTHENTICATED    the identity or its signature is not good, or it expired
//   PERMISSION_DENIED  not an admin of the orderer's organisation
//   INVALID_ARGUMENT   malformed, another method, or a timestamp more than 15 min off
std::unique_ptr<grpc::Service> MakeParticipation(ParticipationDeps deps);

struct ClusterDeps {
  OrderingChannels* channels = nullptr;
  ThreadPool* pool = nullptr;
  const Clock* clock = Clock::System();
};

// suyuan.ordering.Cluster: for the other orderers of a channel.
std::unique_ptr<grpc::Service> MakeClusterService(ClusterDeps deps);

}  // namespace suyuan
