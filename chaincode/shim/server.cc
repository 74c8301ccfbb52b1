#include "chaincode/shim/server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/shim/peer_stream.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/thread_pool.h"
#include "network/rpc/credentials.h"
#include "protos/peer/chaincode_shim.grpc.pb.h"

namespace suyuan {
namespace {

using ::protos::ChaincodeMessage;

constexpr int kMaxMessageBytes = 100 << 20;

// gRPC's side of a PeerStream. Deletes itself at the end of the call.
class Reactor final : public grpc::ServerBidiReactor<ChaincodeMessage, ChaincodeMessage> {
 public:
  explicit Reactor(PeerStream::Deps deps) {
    deps.wake_writer = [this] { WriteNext(); };
    stream_ = std::make_shared<PeerStream>(std::move(deps));
    stream_->Start();
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      stream_->Receive(std::move(incoming_));
      incoming_.Clear();
      StartRead(&incoming_);
    } else if (stream_->Close()) {
      Finish(grpc::Status::OK);
    }
  }
  void OnWriteDone(bool ok) override { WriteNext(); }
  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    auto step = stream_->NextToSend();
    if (step.message) {
      outgoing_ = *std::move(step.message);
      StartWrite(&outgoing_);
    } else if (step.end) {
      Finish(grpc::Status::OK);
    }
  }

  std::shared_ptr<PeerStream> stream_;
  ChaincodeMessage incoming_;
  ChaincodeMessage outgoing_;
};

class Service final : public ::protos::Chaincode::CallbackService {
 public:
  Service(const ChaincodeServerOptions& options, Chaincode* chaincode, ThreadPool* pool)
      : options_(options), chaincode_(chaincode), pool_(pool) {}

  grpc::ServerBidiReactor<ChaincodeMessage, ChaincodeMessage>* Connect(
      grpc::CallbackServerContext* context) override {
    return new Reactor({chaincode_, pool_, options_.max_queued, options_.chaincode_id, {}});
  }

 private:
  const ChaincodeServerOptions options_;
  Chaincode* const chaincode_;
  ThreadPool* const pool_;
};

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(
    const ChaincodeServerOptions& options) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate and a key");
  }
  if (options.tls_certificate.empty()) {
    if (!options.client_roots.empty()) {
      return absl::InvalidArgumentError("client roots need a TLS certificate and key");
    }
    return grpc::InsecureServerCredentials();
  }
  SUYUAN_ASSIGN_OR_RETURN(const TlsIdentity tls,
                          LoadTlsIdentity(options.tls_certificate, options.tls_key));
  std::string roots;
  if (!options.client_roots.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(roots, ReadFile(options.client_roots));
  }
  return MakeServerCredentials(tls, roots, /*require_client_certificate=*/!roots.empty());
}

class GrpcChaincodeServer final : public ChaincodeServer {
 public:
  GrpcChaincodeServer(const ChaincodeServerOptions& options, Chaincode* chaincode)
      : pool_(static_cast<size_t>(options.threads)), service_(options, chaincode, &pool_) {}
  ~GrpcChaincodeServer() override {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  absl::Status Listen(const ChaincodeServerOptions& options) {
    SUYUAN_ASSIGN_OR_RETURN(const auto credentials, Credentials(options));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options.address, credentials, &port);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetMaxSendMessageSize(kMaxMessageBytes);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", options.address));
    }
    address_ = absl::StrCat(options.address.substr(0, options.address.rfind(':')), ":", port);
    return absl::OkStatus();
  }
  const std::string& address() const override { return address_; }

 private:
  ThreadPool pool_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ChaincodeServer>> ChaincodeServer::Start(
    const ChaincodeServerOptions& options, Chaincode* chaincode) {
  if (options.chaincode_id.empty()) {
    return absl::InvalidArgumentError("the chaincode id (package id) is missing");
  }
  if (options.threads < 1) return absl::InvalidArgumentError("threads must be above 0");
  auto server = std::make_unique<GrpcChaincodeServer>(options, chaincode);
  SUYUAN_RETURN_IF_ERROR(server->Listen(options));
  return server;
}

}  // namespace suyuan
