#include "network/deliver/block_fetcher.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/channel/block_verification.h"
#include "network/common/check.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/status_mapping.h"
#include "protos/orderer/ab.grpc.pb.h"

namespace suyuan {
namespace {

// How long one endpoint may take to connect before the next is tried.
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);

struct Endpoint {
  std::string address;
  std::string tls_roots_pem;
};

std::vector<Endpoint> Endpoints(const ChannelConfig& config) {
  std::vector<Endpoint> endpoints;
  if (config.orderer() == nullptr) return endpoints;
  std::string all_roots;
  for (const auto& [name, organization] : config.orderer()->organizations) {
    const Msp* msp = config.msps()->Find(organization.msp_id);
    const std::string roots = msp == nullptr ? "" : TlsRootsPem(*msp);
    for (const std::string& address : organization.orderer_endpoints) {
      endpoints.push_back({address, roots});
    }
    all_roots += roots;
  }
  if (endpoints.empty()) {
    for (const std::string& address : config.orderer_addresses()) {
      endpoints.push_back({address, all_roots});
    }
  }
  return endpoints;
}

class Fetcher final : public BlockFetcher {
 public:
  Fetcher(ChannelConfigPtr config, const BlockSource& blocks, BlockFetcherDeps deps, Sink sink)
      : channel_id_(config->channel_id()),
        blocks_(blocks),
        deps_(std::move(deps)),
        sink_(std::move(sink)),
        config_(std::move(config)) {}

  ~Fetcher() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
      if (call_ != nullptr) call_->TryCancel();
    }
    if (thread_.joinable()) thread_.join();
  }

  void Start() override {
    SUYUAN_CHECK(!thread_.joinable());
    thread_ = std::thread([this] { Run(); });
  }

  absl::Status Status() const override {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  void Run() {
    if (const absl::Status status = ReadPosition(); !status.ok()) return Fail(status);
    absl::Duration backoff = deps_.first_backoff;
    for (size_t turn = 0; !Stopping(); ++turn) {
      std::vector<Endpoint> endpoints = Endpoints(*config_);
      endpoints.erase(std::remove_if(endpoints.begin(), endpoints.end(),
                                     [this](const Endpoint& endpoint) {
                                       return endpoint.address == deps_.own_address;
                                     }),
                      endpoints.end());
      const uint64_t before = next_;
      absl::Status status = absl::FailedPreconditionError(
          absl::StrCat("channel ", channel_id_, " names no orderer endpoint"));
      if (!endpoints.empty()) {
        const Endpoint& endpoint = endpoints[turn % endpoints.size()];
        status = Annotate(FetchFrom(endpoint), endpoint.address);
      }
      if (Stopping() || failed_) return;
      SetStatus(status);
      if (next_ > before) backoff = deps_.first_backoff;
      const bool all_tried = endpoints.empty() || (turn + 1) % endpoints.size() == 0;
      if (!all_tried) continue;
      Pause(backoff);
      backoff = std::min(backoff * 2, deps_.max_backoff);
    }
  }

  absl::Status ReadPosition() {
    next_ = blocks_.Height();
    if (next_ == 0) return absl::FailedPreconditionError("the channel has no genesis block here");
    SUYUAN_ASSIGN_OR_RETURN(const ::common::Block last, blocks_.Get(next_ - 1));
    previous_hash_ = BlockHeaderHash(last.header());
    return absl::OkStatus();
  }

  // Returns when the stream ends, for whatever reason.
  absl::Status FetchFrom(const Endpoint& endpoint) {
    auto channel = MakeChannel(
        endpoint.address,
        MakeChannelCredentials(endpoint.tls_roots_pem, deps_.tls ? &*deps_.tls : nullptr), "");
    SUYUAN_RETURN_IF_ERROR(AwaitConnected(*channel));
    grpc::ClientContext context;
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return absl::CancelledError("stopping");
      call_ = &context;
    }
    const absl::Status status = Fetch(*channel, context);
    absl::MutexLock lock(&mutex_);
    call_ = nullptr;
    return status;
  }

  absl::Status AwaitConnected(grpc::Channel& channel) {
    const absl::Time deadline = absl::Now() + kConnectTimeout;
    while (absl::Now() < deadline && !Stopping()) {
      if (channel.WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Milliseconds(20)))) {
        return absl::OkStatus();
      }
      if (channel.GetState(true) == GRPC_CHANNEL_TRANSIENT_FAILURE) break;
    }
    return absl::UnavailableError("no connection to the orderer");
  }

  absl::Status Fetch(grpc::Channel& channel, grpc::ClientContext& context) {
    SUYUAN_ASSIGN_OR_RETURN(
        const ::common::Envelope seek,
        MakeSeekEnvelope(*deps_.signer, channel_id_, next_, std::numeric_limits<uint64_t>::max(),
                         deps_.clock->Now()));
    auto stub = ::orderer::AtomicBroadcast::NewStub(
        std::shared_ptr<grpc::Channel>(&channel, [](grpc::Channel*) {}));
    auto stream = stub->Deliver(&context);
    absl::Status status = absl::OkStatus();
    if (stream->Write(seek)) {
      SetStatus(absl::OkStatus());
      status = ReadBlocks(*stream);
    }
    context.TryCancel();
    const grpc::Status end = stream->Finish();
    if (!status.ok()) return status;
    return end.ok() ? absl::UnavailableError("the orderer ended the stream") : FromGrpc(end);
  }

  // OK when the stream broke.
  absl::Status ReadBlocks(
      grpc::ClientReaderWriter<::common::Envelope, ::orderer::DeliverResponse>& stream) {
    ::orderer::DeliverResponse response;
    while (stream.Read(&response)) {
      if (!response.has_block()) {
        return absl::UnavailableError(absl::StrCat("the orderer answered the seek with status ",
                                                   static_cast<int>(response.status())));
      }
      SUYUAN_RETURN_IF_ERROR(Accept(std::move(*response.mutable_block())));
    }
    return absl::OkStatus();
  }

  absl::Status Accept(::common::Block block) {
    SUYUAN_RETURN_IF_ERROR(VerifyBlock(*config_, block, next_, previous_hash_));
    std::string hash = BlockHeaderHash(block.header());
    absl::StatusOr<ChannelConfigPtr> in_force = sink_(std::move(block));
    if (!in_force.ok()) {
      Fail(in_force.status());
      return in_force.status();
    }
    previous_hash_ = std::move(hash);
    ++next_;
    if (*in_force != nullptr) config_ = *std::move(in_force);
    return absl::OkStatus();
  }

  void Fail(const absl::Status& status) {
    failed_ = true;
    if (Stopping()) return;
    log_.Error("fetching stopped", {{"channel", channel_id_}, {"reason", status}});
    absl::MutexLock lock(&mutex_);
    status_ = status;
  }

  void SetStatus(const absl::Status& status) {
    bool changed;
    {
      absl::MutexLock lock(&mutex_);
      changed = status_.ok() != status.ok();
      status_ = status;
    }
    if (!changed) return;
    if (status.ok()) {
      log_.Info("fetching blocks again", {{"channel", channel_id_}, {"next", next_}});
    } else {
      log_.Warn("no orderer to fetch from", {{"channel", channel_id_}, {"reason", status}});
    }
  }

  void Pause(absl::Duration time) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), time);
  }

  bool Stopping() const {
    absl::MutexLock lock(&mutex_);
    return stopping_;
  }

  const std::string channel_id_;
  const BlockSource& blocks_;
  const BlockFetcherDeps deps_;
  const Sink sink_;
  const Log log_{"deliver"};

  // Of the thread.
  ChannelConfigPtr config_;
  uint64_t next_ = 0;
  std::string previous_hash_;
  bool failed_ = false;

  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<BlockFetcher> BlockFetcher::Create(ChannelConfigPtr config,
                                                   const BlockSource& blocks, BlockFetcherDeps deps,
                                                   Sink sink) {
  return std::make_unique<Fetcher>(std::move(config), blocks, std::move(deps), std::move(sink));
}

}  // namespace suyuan
