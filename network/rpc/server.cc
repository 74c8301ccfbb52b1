#include "network/rpc/server.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/rpc/callback_queue.h"
#include "network/rpc/certificate_of.h"

namespace suyuan {
namespace {

absl::Status CheckTls(const TlsIdentity& tls) {
  SUYUAN_ASSIGN_OR_RETURN(const auto certificate, Certificate::FromPem(tls.certificate_pem),
                          "tls certificate");
  SUYUAN_ASSIGN_OR_RETURN(const auto key, PrivateKey::FromPem(tls.key_pem), "tls key");
  if (certificate->public_key()->ToDer() != key->public_key()->ToDer()) {
    return absl::InvalidArgumentError("tls key: not the key of the tls certificate");
  }
  return absl::OkStatus();
}

void SetKeepAlive(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 2 * 60 * 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
}

class GrpcServer final : public RpcServer {
 public:
  GrpcServer(std::unique_ptr<grpc::Server> server, int port, std::string address)
      : server_(std::move(server)), port_(port), address_(std::move(address)) {}
  ~GrpcServer() override { Stop(kStopGrace); }

  int port() const override { return port_; }
  const std::string& address() const override { return address_; }

  void Stop(absl::Duration grace) override {
    server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
    server_->Wait();
  }

 private:
  std::unique_ptr<grpc::Server> server_;
  int port_;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(
    const RpcServerOptions& options, const std::vector<grpc::Service*>& services) {
  SUYUAN_RETURN_IF_ERROR(CheckTls(options.tls));
  KeepCallbackQueue();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(
      options.listen, MakeServerCredentials(options.tls, "", options.require_client_certificate),
      &port);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.SetMaxSendMessageSize(options.max_message_bytes);
  // Two processes on one port would share its callers at random.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  SetKeepAlive(builder);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen,
                                               ": the address is in use or not this machine's"));
  }
  const std::string host = options.listen.substr(0, options.listen.rfind(':'));
  return std::make_unique<GrpcServer>(std::move(server), port, absl::StrCat(host, ":", port));
}

absl::StatusOr<CertificatePtr> CallerCertificate(const grpc::ServerContextBase& context) {
  return CertificateOf(context.auth_context().get());
}

}  // namespace suyuan
