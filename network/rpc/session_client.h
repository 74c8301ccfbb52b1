// Unary calls over one channel: together on one stream where the server has suyuan.rpc.Session
// (session_server.h), each by itself where it does not.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan {

struct SessionClientOptions {
  // False: each call by itself.
  bool share_stream = true;
};

// Thread-safe. Stays alive for its calls.
class SessionClient {
 public:
  // The method's response, or:
  //   kDeadlineExceeded  by the deadline there was no answer
  //   kCancelled         Cancel()
  //   kUnavailable       no connection, or it or the server ended before the answer: the call may
  //                      have been carried out
  //   others             the server's, with its details as ToGrpc() sends them
  // Runs once, on a thread of gRPC that others wait for: it must not block. It may run before
  // Call() returns.
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  // Cancels one call; harmless when it is over.
  class Handle {
   public:
    virtual ~Handle() = default;
    virtual void Cancel() = 0;
  };

  static std::shared_ptr<SessionClient> Make(std::shared_ptr<grpc::Channel> channel,
                                             const SessionClientOptions& options = {});
  virtual ~SessionClient() = default;

  // `method` as in HTTP/2: "/gateway.Gateway/Endorse". Messages of more than 256 KiB always go by
  // themselves, so that others need not wait behind them.
  virtual std::shared_ptr<Handle> Call(absl::string_view method, std::string message,
                                       absl::Time deadline, Done done) = 0;
};

}  // namespace suyuan
