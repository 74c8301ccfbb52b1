// protos.Deliver: block streams of a peer, whole and filtered.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <memory>

#include "network/common/thread_pool.h"
#include "network/deliver/deliver_service.h"
#include "network/peer/channels.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {

// DeliverResponse{filtered_block}.
std::shared_ptr<const DeliverFormat> MakeFilteredBlockFormat();
// DeliverResponse{block_and_private_data}. The ledger keeps private values by key, not
// by block, so the map is empty: as on a peer that holds none of the data.
std::shared_ptr<const DeliverFormat> MakePrivateDataFormat();

using PeerDeliverBase = ::protos::Deliver::WithRawCallbackMethod_Deliver<
    ::protos::Deliver::WithRawCallbackMethod_DeliverFiltered<
        ::protos::Deliver::WithRawCallbackMethod_DeliverWithPrivateData<
            ::protos::Deliver::Service>>>;

class PeerDeliverService final : public PeerDeliverBase {
 public:
  // Both outlive the service.
  PeerDeliverService(const Channels* channels, ThreadPool* pool);

  DeliverService::Reactor* Deliver(grpc::CallbackServerContext* context) override {
    return streams_->Serve(blocks_);
  }
  DeliverService::Reactor* DeliverFiltered(grpc::CallbackServerContext* context) override {
    return streams_->Serve(filtered_);
  }
  DeliverService::Reactor* DeliverWithPrivateData(grpc::CallbackServerContext* context) override {
    return streams_->Serve(private_data_);
  }

 private:
  const std::shared_ptr<const DeliverFormat> blocks_, filtered_, private_data_;
  const std::unique_ptr<DeliverService> streams_;
};

}  // namespace suyuan
