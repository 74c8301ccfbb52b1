#include "gateway/deliver_proxy.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {
namespace {

using grpc::ByteBuffer;

// The two halves of one stream. The object deletes itself after both are done.
//
// Order that holds: the peer's side ends first (its OnDone finishes the client's
// side), the client's side is done last.
class ProxiedStream final : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  ProxiedStream(std::shared_ptr<grpc::Channel> channel, const std::string& method,
                const grpc::CallbackServerContext& context)
      : channel_(std::move(channel)), stub_(channel_), upstream_(this) {
    upstream_context_.set_deadline(context.deadline());
    stub_.PrepareBidiStreamingCall(&upstream_context_, method, grpc::StubOptions(), &upstream_);
    // Writes are started by the client's reads: the hold keeps the call open for them.
    upstream_.AddHold();
    upstream_.StartCall();
    upstream_.StartRead(&from_peer_);
    StartRead(&from_client_);
  }

  void OnReadDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    if (upstream_ended_) return;
    if (ok) {
      upstream_.StartWrite(&from_client_);
    } else {
      upstream_.StartWritesDone();
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) upstream_context_.TryCancel();
    upstream_.StartRead(&from_peer_);
  }
  void OnCancel() override { upstream_context_.TryCancel(); }
  void OnDone() override { delete this; }

 private:
  class Upstream final : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer> {
   public:
    explicit Upstream(ProxiedStream* stream) : stream_(stream) {}
    void OnReadDone(bool ok) override {
      if (ok) return stream_->StartWrite(&stream_->from_peer_);
      {
        absl::MutexLock lock(&stream_->mutex_);
        stream_->upstream_ended_ = true;
      }
      RemoveHold();
    }
    void OnWriteDone(bool ok) override {
      if (ok) stream_->StartRead(&stream_->from_client_);
    }
    void OnDone(const grpc::Status& status) override { stream_->Finish(status); }

   private:
    ProxiedStream* const stream_;
  };

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
  grpc::ClientContext upstream_context_;
  ByteBuffer from_client_, from_peer_;
  absl::Mutex mutex_;
  bool upstream_ended_ ABSL_GUARDED_BY(mutex_) = false;
  Upstream upstream_;
};

class Refused final : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Refused() {
    Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE,
                        "no peer of the gateway's organisation is reachable; try again"));
  }
  void OnDone() override { delete this; }
};

using RawDeliver = ::protos::Deliver::WithRawCallbackMethod_Deliver<
    ::protos::Deliver::WithRawCallbackMethod_DeliverFiltered<
        ::protos::Deliver::WithRawCallbackMethod_DeliverWithPrivateData<
            ::protos::Deliver::Service>>>;

class DeliverProxy final : public RawDeliver {
 public:
  explicit DeliverProxy(OwnPeerChannel own_peer) : own_peer_(std::move(own_peer)) {}

  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* Deliver(
      grpc::CallbackServerContext* context) override {
    return Open("/protos.Deliver/Deliver", *context);
  }
  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* DeliverFiltered(
      grpc::CallbackServerContext* context) override {
    return Open("/protos.Deliver/DeliverFiltered", *context);
  }
  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* DeliverWithPrivateData(
      grpc::CallbackServerContext* context) override {
    return Open("/protos.Deliver/DeliverWithPrivateData", *context);
  }

 private:
  grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* Open(
      const char* method, const grpc::CallbackServerContext& context) {
    auto channel = own_peer_();
    if (channel == nullptr) return new Refused;
    return new ProxiedStream(std::move(channel), method, context);
  }

  const OwnPeerChannel own_peer_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDeliverProxy(OwnPeerChannel own_peer) {
  return std::make_unique<DeliverProxy>(std::move(own_peer));
}

}  // namespace suyuan
