// A node's blocks of one channel as a client reads them: from an orderer's
// orderer.AtomicBroadcast or a peer's protos.Deliver.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/rpc/credentials.h"
#include "protos/common/common.pb.h"

namespace suyuan {

enum class DeliverNode { kOrderer, kPeer };

// One call. One thread at a time but for Cancel().
class DeliverClient {
 public:
  // Begins the call; does not wait for anything.
  static std::unique_ptr<DeliverClient> Open(DeliverNode kind,
                                             std::shared_ptr<grpc::Channel> channel,
                                             const ::common::Envelope& seek);
  // Ends the call.
  virtual ~DeliverClient() = default;

  //   kDeadlineExceeded  none by `deadline`; the stream goes on
  //   others             how the node, or the connection to it, ended the stream; told
  //                      again by each further call
  virtual absl::StatusOr<::common::Block> Next(absl::Time deadline) = 0;
  // Next() soon returns kCancelled. Thread-safe.
  virtual void Cancel() = 0;
  // Of the node's TLS certificate; asked only after a block has come. Empty when it
  // cannot be told.
  virtual std::string NodeSubject() const = 0;
};

}  // namespace suyuan
