// Block streams for clients of the gateway: protos.Deliver, passed on to a peer of the
// gateway's own organisation message by message. The client's signed seek request is
// what the peer judges; the gateway neither reads nor changes anything.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>

namespace suyuan {

// Gives a channel to an own peer that is reachable now; nullptr when there is none
// (the stream then ends with UNAVAILABLE). Thread-safe.
using OwnPeerChannel = std::function<std::shared_ptr<grpc::Channel>()>;

// One message each way is held per stream: a slow client slows the peer's stream.
std::unique_ptr<grpc::Service> MakeDeliverProxy(OwnPeerChannel own_peer);

}  // namespace suyuan
