// How commands ask a node of the own organisation for what only its admins may ask.
#pragma once

#include <grpcpp/channel.h>

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/cli/peer_client.h"
#include "network/msp/identity.h"
#include "protos/suyuan/node_admin.grpc.pb.h"

namespace suyuan {

// --peer or --orderer, and what else PeerClientOptions holds; `required` or not given at
// all.
void AddNodeOptions(CLI::App* command, PeerClientOptions* options, bool required);

// Not thread-safe.
class AdminClient {
 public:
  // Reads the files; the connection is made by the first call.
  //   any error  names the file
  static absl::StatusOr<std::unique_ptr<AdminClient>> Create(const PeerClientOptions& options);

  const std::string& endpoint() const { return endpoint_; }
  // Blocks that were there.
  absl::StatusOr<uint64_t> Leave(const std::string& channel_id);
  // The parts of a copy as they come, the end last.
  //   kDataLoss  the stream ended without one
  //   an error of `take` ends the copy
  absl::Status Copy(const std::string& channel_id, bool state_hash,
                    const std::function<absl::Status(const ::suyuan::node::CopyPart&)>& take);
  // 0: at the node's height.
  absl::StatusOr<::suyuan::node::LedgerHashes> Hashes(const std::string& channel_id,
                                                      uint64_t height);

 private:
  AdminClient() = default;
  // Fills in identity, time and method, and signs.
  absl::StatusOr<::suyuan::node::SignedRequest> Sign(::suyuan::node::AdminRequest request,
                                                     const char* method) const;

  std::string endpoint_;
  std::shared_ptr<const SigningIdentity> signer_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace suyuan
