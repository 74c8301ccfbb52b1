// The transport below Gateway: serialised messages to gRPC methods. Mock it to test
// an application without a network.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan::sdk {

// A running call; destroying the handle does not stop it. Thread-safe.
class CallHandle {
 public:
  virtual ~CallHandle() = default;
  // The call ends soon with kCancelled (unless it is over).
  virtual void Cancel() = 0;
  // Streams: reads on after Flow::kPause.
  virtual void Resume() {}
};

// What a stream's reader wants after a message.
enum class Flow {
  kNext,   // the next message
  kPause,  // nothing until CallHandle::Resume(): the server is slowed down
  kStop,   // the end of the stream
};

// Receives a stream's messages, one at a time, in order, on a transport thread.
struct StreamHandler {
  std::function<Flow(std::string message)> on_message;
  // Once, last. OK when the server or on_message ended the stream.
  std::function<void(absl::Status status)> on_done;
};

// Thread-safe.
class Connection {
 public:
  virtual ~Connection() = default;

  // One request, one answer. `method` is "/gateway.Gateway/Evaluate" and the like.
  // `done` is called once, from a transport thread or from the calling one; the
  // Status has gRPC's code and, as payload "google.rpc.Status", its details.
  virtual std::shared_ptr<CallHandle> Unary(
      absl::string_view method, std::string request, absl::Time deadline,
      std::function<void(absl::StatusOr<std::string>)> done) = 0;

  // One request, many answers (also for bidirectional methods, whose single request
  // this is).
  virtual std::shared_ptr<CallHandle> Stream(absl::string_view method, std::string request,
                                             absl::Time deadline, StreamHandler handler) = 0;
};

struct ConnectionOptions {
  std::string endpoint;     // "host:port"
  std::string tls_ca_pem;   // trusted roots; empty: no TLS (test networks only)
  std::string server_name;  // name to check in the certificate, when not the host
  std::string client_cert_pem, client_key_pem;  // mutual TLS, when the gateway asks
  // Calls share one long-lived stream where the gateway offers it, which costs both sides a
  // fraction. False: each call by itself, for what ends long streams on the way.
  bool share_stream = true;
};

// Connects lazily. kInvalidArgument: no endpoint.
absl::StatusOr<std::shared_ptr<Connection>> NewConnection(const ConnectionOptions& options);

}  // namespace suyuan::sdk
