#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/support/slice.h>

#include <utility>

#include "network/deliver/deliver_service.h"

namespace suyuan {
namespace {

// The slice owns the string.
grpc::Slice OwningSlice(std::string content) {
  auto* owned = new std::string(std::move(content));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
}

class BlockFormat final : public DeliverFormat {
 public:
  explicit BlockFormat(PolicyOf policy) : policy_(std::move(policy)) {}
  PolicyPtr Policy(const ChannelConfig& config) const override { return policy_(config); }
  absl::StatusOr<grpc::ByteBuffer> Format(DeliverItem item) const override {
    return SingleField(2, std::move(item.block));
  }

 private:
  const PolicyOf policy_;
};

}  // namespace

std::shared_ptr<const DeliverFormat> MakeBlockFormat(PolicyOf policy) {
  return std::make_shared<BlockFormat>(std::move(policy));
}

grpc::ByteBuffer SingleField(int number, std::string content) {
  using google::protobuf::io::CodedOutputStream;
  constexpr uint32_t kLengthDelimited = 2;
  uint8_t head[16];
  uint8_t* end = CodedOutputStream::WriteTagToArray(
      static_cast<uint32_t>(number) << 3 | kLengthDelimited, head);
  end = CodedOutputStream::WriteVarint64ToArray(content.size(), end);
  const grpc::Slice slices[] = {grpc::Slice(head, static_cast<size_t>(end - head)),
                                OwningSlice(std::move(content))};
  return grpc::ByteBuffer(slices, 2);
}

}  // namespace suyuan
