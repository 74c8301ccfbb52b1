#include "gateway/chaincode_events_call.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/errors.h"
#include "network/common/status_macros.h"
#include "network/msp/signed_envelope.h"
#include "network/rpc/status_mapping.h"
#include "network/rpc/timer.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {
namespace {

// The gateway's own signed request for blocks from `start` on.
absl::StatusOr<::common::Envelope> SeekFrom(uint64_t start, const std::string& channel_id,
                                            const SigningIdentity& identity) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_specified()->set_number(start);
  seek.mutable_stop()->mutable_specified()->set_number(std::numeric_limits<uint64_t>::max());
  return MakeSignedEnvelope(identity, ::common::DELIVER_SEEK_INFO, channel_id,
                            seek.SerializeAsString(), absl::Now());
}

absl::StatusOr<::gateway::ChaincodeEventsRequest> ReadRequest(
    const ::gateway::SignedChaincodeEventsRequest& request) {
  ::gateway::ChaincodeEventsRequest out;
  if (request.request().empty() || !out.ParseFromString(request.request()) ||
      out.identity().empty() || out.channel_id().empty() || out.chaincode_id().empty()) {
    return absl::InvalidArgumentError("invalid chaincode events request");
  }
  const auto kind = out.start_position().Type_case();
  if (kind == ::orderer::SeekPosition::kOldest || kind == ::orderer::SeekPosition::kNewest) {
    return absl::InvalidArgumentError("invalid start position type: specified or next commit");
  }
  return out;
}

}  // namespace

// What goes on between the two streams. Lives as long as either of them.
class ChaincodeEventsCall::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(const CallDeps& deps, ChaincodeEventsCall* server,
       ::gateway::SignedChaincodeEventsRequest request)
      : deps_(deps), signed_(std::move(request)), server_(server) {}

  void Run() {
    auto request = ReadRequest(signed_);
    if (!request.ok()) return End(request.status());
    request_ = *std::move(request);
    deps_.channels->Find(
        request_.channel_id(), [self = shared_from_this()](absl::StatusOr<ChannelViewPtr> view) {
          if (view.ok()) {
            return self->deps_.workers->Submit(
                [self, view = *std::move(view)]() mutable { self->Check(std::move(view)); });
          }
          self->End(absl::IsNotFound(view.status())
                        ? absl::PermissionDeniedError(view.status().message())
                        : view.status());
        });
  }

  void Written(bool ok);
  void Cancel();
  void GotBlock(const ::common::Block& block);
  void StreamEnded();

 private:
  void Check(ChannelViewPtr view);
  void Begin(uint64_t start, bool keep_checkpoint);
  void OpenStream();
  void ReadOn();
  void End(const absl::Status& status);

  const CallDeps& deps_;
  ::gateway::SignedChaincodeEventsRequest signed_;
  ::gateway::ChaincodeEventsRequest request_;
  ChannelViewPtr view_;
  std::unique_ptr<EventFilter> filter_;
  ::gateway::ChaincodeEventsResponse response_;  // being written
  uint64_t next_block_ = 0;

  absl::Mutex mutex_;
  ChaincodeEventsCall* server_ ABSL_GUARDED_BY(mutex_);  // null once ended
  BlockStream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

// One Deliver stream of an own peer.
class ChaincodeEventsCall::BlockStream final
    : public grpc::ClientBidiReactor<::common::Envelope, ::protos::DeliverResponse> {
 public:
  BlockStream(std::shared_ptr<Core> core, PeerClientPtr peer, ::common::Envelope seek)
      : core_(std::move(core)), peer_(std::move(peer)), seek_(std::move(seek)) {}
  void Run() {
    peer_->deliver().async()->Deliver(&context_, this);
    // Reads go on from the client's half. There is always a read here or a write
    // there under way, so that an end is noticed.
    AddHold();
    StartWrite(&seek_);
    StartRead(&message_);
    StartCall();
  }
  void Read() { StartRead(&message_); }
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (ok && message_.has_block()) return core_->GotBlock(message_.block());
    context_.TryCancel();
    RemoveHold();
  }
  void OnDone(const grpc::Status&) override {
    auto core = std::move(core_);
    delete this;
    core->StreamEnded();
  }

 private:
  std::shared_ptr<Core> core_;
  const PeerClientPtr peer_;
  const ::common::Envelope seek_;
  ::protos::DeliverResponse message_;
  grpc::ClientContext context_;
};

void ChaincodeEventsCall::Core::Check(ChannelViewPtr view) {
  view_ = std::move(view);
  const absl::Status allowed =
      CheckReader(*view_->config(), "gateway/ChaincodeEvents", signed_.request(),
                  request_.identity(), signed_.signature());
  if (!allowed.ok()) return End(allowed);
  const bool specified = request_.start_position().has_specified();
  const uint64_t start =
      specified ? request_.start_position().specified().number() : view_->height();
  if (request_.after_transaction_id().empty()) return Begin(start, false);
  view_->AskLedger(request_.after_transaction_id(),
                   [self = shared_from_this(),
                    start](const absl::StatusOr<::suyuan::peer::TransactionStatusReply>& reply) {
                     const bool known = reply.ok() && reply->found();
                     self->Begin(known ? reply->block_number() : start, true);
                   });
}

void ChaincodeEventsCall::Core::Begin(uint64_t start, bool keep_checkpoint) {
  next_block_ = start;
  filter_ = std::make_unique<EventFilter>(
      request_.chaincode_id(), keep_checkpoint ? request_.after_transaction_id() : std::string());
  OpenStream();
}

void ChaincodeEventsCall::Core::OpenStream() {
  auto peers = view_->Peers();
  SortPeers(&peers);
  auto peer = std::find_if(peers.begin(), peers.end(),
                           [](const PeerState& p) { return p.own && Usable(p); });
  if (peer == peers.end()) return StreamEnded();
  // A start beyond the chain is waited for: the peer would refuse it.
  const uint64_t start =
      peer->height == 0 ? next_block_ : std::min<uint64_t>(next_block_, peer->height);
  auto seek = SeekFrom(start, request_.channel_id(), *deps_.identity);
  if (!seek.ok()) return End(seek.status());
  auto* stream = new BlockStream(shared_from_this(), peer->client, *std::move(seek));
  {
    absl::MutexLock lock(&mutex_);
    if (server_ != nullptr && !cancelled_) {
      stream_ = stream;
      stream->Run();
      return;
    }
  }
  delete stream;
  End(CallerGone(false, "chaincode events"));
}

void ChaincodeEventsCall::Core::GotBlock(const ::common::Block& block) {
  const bool wanted = block.header().number() >= next_block_;
  if (wanted) {
    next_block_ = block.header().number() + 1;
    response_ = filter_->Events(block);
    if (response_.events_size() > 0) {
      absl::MutexLock lock(&mutex_);
      if (server_ != nullptr && !cancelled_) return server_->StartWrite(&response_);
    }
  }
  ReadOn();
}

void ChaincodeEventsCall::Core::ReadOn() {
  absl::MutexLock lock(&mutex_);
  if (stream_ != nullptr) stream_->Read();
}

void ChaincodeEventsCall::Core::Written(bool ok) { ReadOn(); }

void ChaincodeEventsCall::Core::Cancel() {
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    if (stream_ != nullptr) return stream_->Cancel();  // its end ends the call
  }
  End(CallerGone(false, "chaincode events"));
}

void ChaincodeEventsCall::Core::StreamEnded() {
  bool cancelled;
  {
    absl::MutexLock lock(&mutex_);
    stream_ = nullptr;
    cancelled = cancelled_;
  }
  if (cancelled) return End(CallerGone(false, "chaincode events"));
  RunAfter(absl::Milliseconds(100), [self = shared_from_this()] { self->OpenStream(); });
}

void ChaincodeEventsCall::Core::End(const absl::Status& status) {
  ChaincodeEventsCall* server;
  {
    absl::MutexLock lock(&mutex_);
    server = std::exchange(server_, nullptr);
  }
  if (server != nullptr) server->Finish(ToGrpc(status));
}

ChaincodeEventsCall::ChaincodeEventsCall(const CallDeps& deps, grpc::CallbackServerContext* context,
                                         const ::gateway::SignedChaincodeEventsRequest& request,
                                         std::function<void(grpc::StatusCode)> on_end)
    : core_(std::make_shared<Core>(deps, this, request)), on_end_(std::move(on_end)) {
  StartSendInitialMetadata();
  core_->Run();
}

ChaincodeEventsCall::~ChaincodeEventsCall() = default;

void ChaincodeEventsCall::OnWriteDone(bool ok) { core_->Written(ok); }
void ChaincodeEventsCall::OnCancel() { core_->Cancel(); }
void ChaincodeEventsCall::OnDone() {
  if (on_end_) on_end_(grpc::StatusCode::OK);
  delete this;
}

}  // namespace suyuan
