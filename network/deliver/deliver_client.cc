#include "network/deliver/deliver_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/rpc/certificate_of.h"
#include "network/rpc/status_mapping.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {
namespace {

absl::Status AsEnd(const grpc::Status& end) {
  return end.ok() ? absl::UnavailableError("the stream ended") : FromGrpc(end);
}

// Service is ::orderer::AtomicBroadcast or ::protos::Deliver: they differ in the
// response's type alone. One operation at a time is under way in the queue.
template <typename Service, typename Response>
class Stream final : public DeliverClient {
 public:
  Stream(std::shared_ptr<grpc::Channel> channel, const ::common::Envelope& seek)
      : seek_(seek), stub_(Service::NewStub(channel)) {
    stream_ = stub_->PrepareAsyncDeliver(&context_, &queue_);
    stream_->StartCall(this);
    pending_ = Operation::kStart;
  }

  ~Stream() override {
    context_.TryCancel();
    if (pending_ != Operation::kNone) {
      Await();
      pending_ = Operation::kNone;
    }
    if (end_.ok()) Finish();
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  absl::StatusOr<::common::Block> Next(absl::Time deadline) override {
    while (true) {
      SUYUAN_RETURN_IF_ERROR(end_);
      if (pending_ == Operation::kNone) {
        stream_->Read(&response_, this);
        pending_ = Operation::kRead;
      }
      void* tag;
      bool ok = false;
      if (queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(deadline)) !=
          grpc::CompletionQueue::GOT_EVENT) {
        return absl::DeadlineExceededError("no block in time");
      }
      const Operation done = std::exchange(pending_, Operation::kNone);
      if (!ok) {
        Finish();
        return end_;
      }
      if (done == Operation::kStart) {
        stream_->Write(seek_, this);
        pending_ = Operation::kWrite;
      }
      if (done == Operation::kRead) return Take();
    }
  }

  void Cancel() override { context_.TryCancel(); }

  std::string NodeSubject() const override {
    const auto certificate = CertificateOf(context_.auth_context().get());
    return certificate.ok() ? (*certificate)->subject() : "";
  }

 private:
  enum class Operation { kNone, kStart, kWrite, kRead };

  // Until the operation under way is over.
  void Await() {
    void* tag;
    bool ok;
    queue_.Next(&tag, &ok);
  }

  absl::StatusOr<::common::Block> Take() {
    if (response_.has_block()) return std::move(*response_.mutable_block());
    context_.TryCancel();
    Finish();
    const std::string status = ::common::Status_Name(response_.status());
    return end_ = absl::UnavailableError(absl::StrCat("the seek was answered with ", status));
  }

  // Waits for the status of a call that is over or cancelled; `end_` tells it.
  void Finish() {
    grpc::Status end;
    stream_->Finish(&end, this);
    Await();
    end_ = AsEnd(end);
  }

  const ::common::Envelope seek_;
  const std::unique_ptr<typename Service::Stub> stub_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<::common::Envelope, Response>> stream_;
  Operation pending_ = Operation::kNone;
  Response response_;
  absl::Status end_;  // not OK: the call is over
};

}  // namespace

std::unique_ptr<DeliverClient> DeliverClient::Open(DeliverNode kind,
                                                   std::shared_ptr<grpc::Channel> channel,
                                                   const ::common::Envelope& seek) {
  if (kind == DeliverNode::kOrderer) {
    using Orderer = Stream<::orderer::AtomicBroadcast, ::orderer::DeliverResponse>;
    return std::make_unique<Orderer>(std::move(channel), seek);
  }
  using Peer = Stream<::protos::Deliver, ::protos::DeliverResponse>;
  return std::make_unique<Peer>(std::move(channel), seek);
}

}  // namespace suyuan
