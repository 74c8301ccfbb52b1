// Messages as gRPC carries them, for services that take the bytes themselves: gRPC ends a
// stream without a word when it cannot parse a message.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>

namespace suyuan {

// False: not such a message.
bool ParseBuffer(const grpc::ByteBuffer& buffer, google::protobuf::MessageLite* message);
grpc::ByteBuffer SerializeToBuffer(const google::protobuf::MessageLite& message);

grpc::ByteBuffer ToBuffer(const std::string& bytes);
std::string ToBytes(const grpc::ByteBuffer& buffer);

}  // namespace suyuan
