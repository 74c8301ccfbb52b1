// A gRPC server with TLS, and what a service may ask about its caller.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"
#include "network/rpc/credentials.h"

namespace suyuan {

// What calls under way get when a process stops. Streams last as long as their reader
// likes and use all of it, so it is short: a stop takes well under half a second.
inline constexpr absl::Duration kStopGrace = absl::Milliseconds(250);

struct RpcServerOptions {
  std::string listen = "127.0.0.1:0";  // port 0: any free port
  TlsIdentity tls;
  // False: callers need no client certificate (but one is asked for).
  bool require_client_certificate = false;
  int max_message_bytes = 100 << 20;
};

// Services outlive the server. Stops in the destructor, with kStopGrace.
class RpcServer {
 public:
  //   kUnavailable      the address cannot be bound; names it
  //   kInvalidArgument  bad certificate or key
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(
      const RpcServerOptions& options, const std::vector<grpc::Service*>& services);
  virtual ~RpcServer() = default;
  virtual int port() const = 0;
  virtual const std::string& address() const = 0;  // "host:port" as bound
  // Lets running calls end for at most `grace`, then cancels them.
  virtual void Stop(absl::Duration grace) = 0;
};

// The client's TLS certificate. The handshake proved that it holds the key; nobody
// has checked yet who issued it (organisations come and go with the channel
// configuration): ask Msp::CheckTls() of the organisation it should be of.
//   kUnauthenticated  it presented none
absl::StatusOr<CertificatePtr> CallerCertificate(const grpc::ServerContextBase& context);

}  // namespace suyuan
