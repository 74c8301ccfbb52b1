#include "network/rpc/callback_queue.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <new>

namespace suyuan {
namespace {

// A channel without credentials fails each call at once, without a socket; its first
// callback takes the queue for as long as the channel lives: for ever, in static storage,
// where a leak checker sees it held.
bool HoldQueue() {
  using Channel = std::shared_ptr<grpc::Channel>;
  alignas(Channel) static char storage[sizeof(Channel)];
  const Channel& channel = *new (storage) Channel(grpc::CreateChannel("none", nullptr));
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request, response;
  };
  auto call = std::make_shared<Call>();
  const grpc::Slice nothing;
  call->request = grpc::ByteBuffer(&nothing, 1);
  grpc::GenericStub(channel).UnaryCall(&call->context, "/none/None", grpc::StubOptions(),
                                       &call->request, &call->response,
                                       [call](const grpc::Status&) {});
  return true;
}

}  // namespace

void KeepCallbackQueue() {
  static const bool held = HoldQueue();
  static_cast<void>(held);
}

}  // namespace suyuan
