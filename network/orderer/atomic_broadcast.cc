#include "network/orderer/services.h"
#include "protos/orderer/ab.grpc.pb.h"

namespace suyuan {
namespace {

// Raw messages: Deliver passes stored bytes on, Broadcast answers those that do not parse.
using Base = ::orderer::AtomicBroadcast::WithRawCallbackMethod_Deliver<
    ::orderer::AtomicBroadcast::WithRawCallbackMethod_Broadcast<
        ::orderer::AtomicBroadcast::Service>>;

class AtomicBroadcast final : public Base {
 public:
  AtomicBroadcast(BroadcastService* broadcast, DeliverService* deliver)
      : broadcast_(broadcast),
        deliver_(deliver),
        format_(MakeBlockFormat(
            [](const ChannelConfig& config) { return config.GetPolicy("/Channel/Readers"); })) {}

  BroadcastService::Reactor* Broadcast(grpc::CallbackServerContext*) override {
    return broadcast_->Serve();
  }
  DeliverService::Reactor* Deliver(grpc::CallbackServerContext*) override {
    return deliver_->Serve(format_);
  }

 private:
  BroadcastService* const broadcast_;
  DeliverService* const deliver_;
  const std::shared_ptr<const DeliverFormat> format_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAtomicBroadcast(BroadcastService* broadcast,
                                                   DeliverService* deliver) {
  return std::make_unique<AtomicBroadcast>(broadcast, deliver);
}

}  // namespace suyuan
