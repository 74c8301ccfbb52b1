#include "network/cli/node_address.h"

#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/rpc/credentials.h"

namespace suyuan {

absl::StatusOr<std::shared_ptr<grpc::Channel>> DialNode(const NodeAddress& address) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string roots, ReadFile(address.tls_ca));
  return MakeChannel(address.endpoint, MakeChannelCredentials(roots, nullptr), address.server_name);
}

}  // namespace suyuan
