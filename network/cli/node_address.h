// Where a node is, and how it proves to be itself.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace suyuan {

struct NodeAddress {
  std::string endpoint;     // host:port
  std::string tls_ca;       // PEM file
  std::string server_name;  // empty: the endpoint's
};

// Reads the file; the connection is made by the first call.
//   any error  names the file
absl::StatusOr<std::shared_ptr<grpc::Channel>> DialNode(const NodeAddress& address);

}  // namespace suyuan
