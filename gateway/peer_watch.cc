#include "gateway/peer_watch.h"

#include <utility>

#include "absl/time/clock.h"
#include "network/rpc/status_mapping.h"
#include "network/rpc/timer.h"

namespace suyuan {
namespace {

// How soon to ask again: a peer that has no such service will hardly grow one, one
// that refuses may be joining the channel now.
absl::Duration RetryDelay(const absl::Status& status) {
  if (absl::IsUnimplemented(status)) return absl::Seconds(30);
  if (absl::IsUnavailable(status) || status.ok()) return absl::Milliseconds(20);
  return absl::Milliseconds(250);
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t nanos = absl::ToUnixNanos(time);
  out.set_seconds(nanos / 1'000'000'000);
  out.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return out;
}

}  // namespace

class PeerWatch::Stream final : public grpc::ClientReadReactor<::suyuan::peer::ChannelUpdate> {
 public:
  Stream(std::shared_ptr<PeerWatch> owner, ::suyuan::peer::SignedWatchRequest request,
         bool wait_for_ready)
      : owner_(std::move(owner)), request_(std::move(request)) {
    context_.set_wait_for_ready(wait_for_ready);
  }
  void Run() {
    owner_->peer_->link().async()->Watch(&context_, &request_, this);
    StartRead(&update_);
    StartCall();
  }
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (!owner_->stopped()) owner_->events_.update(update_);
    update_.Clear();
    StartRead(&update_);
  }
  void OnDone(const grpc::Status& status) override {
    auto owner = std::move(owner_);
    {
      absl::MutexLock lock(&owner->mutex_);
      owner->stream_ = nullptr;
    }
    owner->Ended(FromGrpc(status));
    delete this;
  }

 private:
  std::shared_ptr<PeerWatch> owner_;
  ::suyuan::peer::SignedWatchRequest request_;
  ::suyuan::peer::ChannelUpdate update_;
  grpc::ClientContext context_;
};

PeerWatch::PeerWatch(PeerClientPtr peer, std::string channel_id,
                     std::shared_ptr<const SigningIdentity> identity, PeerWatchEvents events)
    : peer_(std::move(peer)),
      channel_id_(std::move(channel_id)),
      identity_(std::move(identity)),
      events_(std::move(events)) {}

void PeerWatch::Start() { Open(/*wait_for_ready=*/false); }

void PeerWatch::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  if (stream_ != nullptr) stream_->Cancel();
}

bool PeerWatch::stopped() {
  absl::MutexLock lock(&mutex_);
  return stopped_;
}

void PeerWatch::Open(bool wait_for_ready) {
  ::suyuan::peer::WatchRequest request;
  request.set_channel_id(channel_id_);
  request.set_identity(identity_->serialized());
  *request.mutable_timestamp() = ToTimestamp(absl::Now());
  request.set_start_block(events_.start_block());
  ::suyuan::peer::SignedWatchRequest signed_request;
  signed_request.set_request(request.SerializeAsString());
  auto signature = identity_->Sign({signed_request.request()});
  if (!signature.ok()) return Ended(signature.status());
  signed_request.set_signature(*std::move(signature));

  auto* stream = new Stream(shared_from_this(), std::move(signed_request), wait_for_ready);
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) {
      delete stream;
      return;
    }
    stream_ = stream;
  }
  stream->Run();
}

void PeerWatch::Ended(const absl::Status& status) {
  if (stopped()) return;
  events_.broken(status.ok() ? absl::UnavailableError("the peer ended the stream") : status);
  RunAfter(RetryDelay(status), [weak = weak_from_this()] {
    // From here on wait for the connection: the stream opens as soon as it is there.
    if (auto self = weak.lock(); self && !self->stopped()) self->Open(/*wait_for_ready=*/true);
  });
}

}  // namespace suyuan
