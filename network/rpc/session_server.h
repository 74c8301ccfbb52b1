// Serves suyuan.rpc.Session (protos/suyuan/session.proto): many unary calls over one stream.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"

namespace suyuan {

// One call. Thread-safe; may be kept for as long as the answer takes.
class SessionCall {
 public:
  virtual ~SessionCall() = default;

  virtual const std::string& message() const = 0;  // the method's request
  virtual absl::Time deadline() const = 0;
  // As CallerCertificate() of server.h.
  virtual const absl::StatusOr<CertificatePtr>& caller() const = 0;
  // `hook` runs once when the caller does not wait any more, at once when that is so; not after
  // the answer.
  virtual void OnCancel(std::function<void()> hook) = 0;

  // The first answer counts: the method's response, or with an error nothing. A response of more
  // than 100 MiB becomes RESOURCE_EXHAUSTED.
  virtual void Answer(const absl::Status& status, std::string response) = 0;
};
using SessionCallPtr = std::shared_ptr<SessionCall>;

// Runs on a thread of gRPC, which it must not keep: real work goes to a pool.
using SessionHandler = std::function<void(SessionCallPtr call)>;

struct SessionLimits {
  // Of one stream: beyond any of them it is not read, so that the caller's writes wait.
  size_t max_calls = 4096;                       // under way
  size_t max_request_bytes = size_t{256} << 20;  // of those
  size_t max_answer_bytes = size_t{64} << 20;    // not sent yet
};

class SessionServer {
 public:
  static std::unique_ptr<SessionServer> Make(const SessionLimits& limits = {});
  virtual ~SessionServer() = default;

  // Before the server that serves it starts. Calls of other methods get UNIMPLEMENTED.
  virtual void Handle(std::string method, SessionHandler handler) = 0;
  virtual grpc::Service* service() = 0;

  // Takes up no more calls: each stream ends once its calls are answered, and callers know which
  // were not taken up. Returns at once.
  virtual void Drain() = 0;
};

}  // namespace suyuan
