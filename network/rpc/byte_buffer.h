// Messages as gRPC carries them, for services that take the bytes themselves: gRPC ends a
// stream without a word when it cannot parse a message.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

namespace suyuan {

// False: not such a message.
bool ParseBuffer(const grpc::ByteBuffer& buffer, google::protobuf::MessageLite* message);
grpc::ByteBuffer SerializeToBuffer(const google::protobuf::MessageLite& message);

}  // namespace suyuan
