#include "network/peer/deliver_service.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/peer/filtered_block.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr int kFilteredBlockField = ::protos::DeliverResponse::kFilteredBlockFieldNumber;

PolicyPtr BlockPolicy(const ChannelConfig& config) { return config.GetAclPolicy("event/Block"); }

class FilteredBlockFormat final : public DeliverFormat {
 public:
  PolicyPtr Policy(const ChannelConfig& config) const override {
    return config.GetAclPolicy("event/FilteredBlock");
  }
  absl::StatusOr<grpc::ByteBuffer> Format(DeliverItem item) const override {
    SUYUAN_ASSIGN_OR_RETURN(const auto block, ParseProto<::common::Block>(item.block, "block"));
    const std::string& channel_id = item.channel.config()->channel_id();
    return SingleField(kFilteredBlockField,
                       MakeFilteredBlock(channel_id, block).SerializeAsString());
  }
};

class PrivateDataFormat final : public DeliverFormat {
 public:
  PolicyPtr Policy(const ChannelConfig& config) const override { return BlockPolicy(config); }
  absl::StatusOr<grpc::ByteBuffer> Format(DeliverItem item) const override {
    ::protos::DeliverResponse response;
    if (!response.mutable_block_and_private_data()->mutable_block()->ParseFromString(item.block)) {
      return absl::DataLossError("malformed block");
    }
    return SingleField(::protos::DeliverResponse::kBlockAndPrivateDataFieldNumber,
                       response.block_and_private_data().SerializeAsString());
  }
};

}  // namespace

std::shared_ptr<const DeliverFormat> MakeFilteredBlockFormat() {
  return std::make_shared<FilteredBlockFormat>();
}

std::shared_ptr<const DeliverFormat> MakePrivateDataFormat() {
  return std::make_shared<PrivateDataFormat>();
}

PeerDeliverService::PeerDeliverService(const Channels* channels, ThreadPool* pool)
    : blocks_(MakeBlockFormat(BlockPolicy)),
      filtered_(MakeFilteredBlockFormat()),
      private_data_(MakePrivateDataFormat()),
      streams_(DeliverService::Create(
          {.find = [channels](const std::string& id) -> std::shared_ptr<DeliverChannel> {
             return channels->Get(id);
           },
           .pool = pool})) {}

}  // namespace suyuan
