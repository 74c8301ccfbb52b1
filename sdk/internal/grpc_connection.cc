// Connection over a gRPC channel. Requests and answers stay bytes here.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>

#include "network/common/status_macros.h"
#include "network/rpc/byte_buffer.h"
#include "network/rpc/credentials.h"
#include "network/rpc/session_client.h"
#include "network/rpc/status_mapping.h"
#include "sdk/connection.h"

namespace suyuan::sdk {
namespace {

// A call of SessionClient as the caller sees it.
class UnaryCall final : public CallHandle {
 public:
  explicit UnaryCall(std::shared_ptr<SessionClient::Handle> call) : call_(std::move(call)) {}
  void Cancel() override { call_->Cancel(); }

 private:
  const std::shared_ptr<SessionClient::Handle> call_;
};

// Owns itself until OnDone.
class StreamCall final : public CallHandle,
                         public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit StreamCall(StreamHandler handler) : handler_(std::move(handler)) {}

  void Start(grpc::GenericStub& stub, const std::string& method, const std::string& request,
             absl::Time deadline, std::shared_ptr<StreamCall> self) {
    self_ = std::move(self);
    if (deadline != absl::InfiniteFuture()) context_.set_deadline(absl::ToChronoTime(deadline));
    request_ = ToBuffer(request);
    stub.PrepareBidiStreamingCall(&context_, method, grpc::StubOptions(), this);
    // Reads are started from outside reactions too (Resume); the hold keeps the
    // call from ending between them.
    AddHold();
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&message_);
    StartCall();
  }

  void Cancel() override { context_.TryCancel(); }

  void Resume() override {
    // kReading: the pause has not been taken note of yet; it is undone.
    State paused = State::kPaused;
    if (state_.compare_exchange_strong(paused, State::kReading)) {
      StartRead(&message_);
      return;
    }
    resume_wanted_ = true;
    paused = State::kPaused;
    if (state_.compare_exchange_strong(paused, State::kReading)) {
      resume_wanted_ = false;
      StartRead(&message_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return EndHold();
    switch (handler_.on_message(ToBytes(message_))) {
      case Flow::kNext:
        StartRead(&message_);
        return;
      case Flow::kPause:
        Pause();
        return;
      case Flow::kStop:
        stopped_ = true;
        context_.TryCancel();
        EndHold();
    }
  }

  void OnDone(const grpc::Status& status) override {
    handler_.on_done(stopped_ ? absl::OkStatus() : FromGrpc(status));
    self_.reset();
  }

 private:
  enum class State { kReading, kPaused, kEnded };

  void Pause() {
    state_ = State::kPaused;
    State paused = State::kPaused;
    if (resume_wanted_.exchange(false) && state_.compare_exchange_strong(paused, State::kReading)) {
      StartRead(&message_);
    }
  }
  void EndHold() {
    if (state_.exchange(State::kEnded) != State::kEnded) RemoveHold();
  }

  StreamHandler handler_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_, message_;
  std::atomic<State> state_{State::kReading};
  std::atomic<bool> resume_wanted_{false};
  bool stopped_ = false;
  std::shared_ptr<StreamCall> self_;
};

class GrpcConnection final : public Connection {
 public:
  GrpcConnection(std::shared_ptr<grpc::Channel> channel, bool share_stream)
      : channel_(std::move(channel)),
        stub_(channel_),
        calls_(SessionClient::Make(channel_, {.share_stream = share_stream})) {}

  std::shared_ptr<CallHandle> Unary(
      absl::string_view method, std::string request, absl::Time deadline,
      std::function<void(absl::StatusOr<std::string>)> done) override {
    return std::make_shared<UnaryCall>(
        calls_->Call(method, std::move(request), deadline, std::move(done)));
  }

  std::shared_ptr<CallHandle> Stream(absl::string_view method, std::string request,
                                     absl::Time deadline, StreamHandler handler) override {
    auto call = std::make_shared<StreamCall>(std::move(handler));
    call->Start(stub_, std::string(method), request, deadline, call);
    return call;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
  const std::shared_ptr<SessionClient> calls_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<Connection>> NewConnection(const ConnectionOptions& options) {
  if (options.endpoint.empty()) {
    return absl::InvalidArgumentError("endpoint: no gateway address given, e.g. 127.0.0.1:7080");
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (!options.tls_ca_pem.empty()) {
    const TlsIdentity identity{options.client_cert_pem, options.client_key_pem};
    credentials =
        MakeChannelCredentials(options.tls_ca_pem, identity.key_pem.empty() ? nullptr : &identity);
  }
  return std::make_shared<GrpcConnection>(
      MakeChannel(options.endpoint, credentials, options.server_name), options.share_stream);
}

}  // namespace suyuan::sdk
