#include "network/etcd/watch_loop.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/etcd/etcd_status.h"
#include "network/etcd/watch_cursor.h"
#include "protos/etcd/rpc.grpc.pb.h"

namespace suyuan {
namespace {

using ::etcdserverpb::WatchCreateRequest;
using ::etcdserverpb::WatchRequest;
using ::etcdserverpb::WatchResponse;
using WatchStream = grpc::ClientReaderWriter<WatchRequest, WatchResponse>;

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(20);
constexpr absl::Duration kMaxBackoff = absl::Milliseconds(500);

class WatchLoop final : public EtcdWatch {
 public:
  WatchLoop(std::shared_ptr<const EtcdDialer> dialer, const WatchCreateRequest& request,
            EtcdWatchHandler handler)
      : dialer_(std::move(dialer)),
        request_(request),
        handler_(std::move(handler)),
        cursor_(request.start_revision()),
        channels_(dialer_->endpoints().size()),
        status_(absl::UnavailableError("not connected yet")) {
    thread_ = std::thread([this] { Run(); });
  }

  ~WatchLoop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
      if (call_ != nullptr) call_->TryCancel();
    }
    thread_.join();
  }

  absl::Status Status() const override {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  void Run() {
    absl::Duration backoff = kFirstBackoff;
    for (size_t turn = 0; !Stopping(); ++turn) {
      const size_t index = turn % channels_.size();
      const int64_t before = cursor_.next();
      const absl::Status end = Serve(index);
      if (Stopping()) return;
      SetStatus(Annotate(end, dialer_->endpoints()[index]));
      if (!absl::IsUnavailable(end)) return handler_.on_end ? handler_.on_end(end) : void();
      if (cursor_.next() > before) backoff = kFirstBackoff;
      if ((turn + 1) % channels_.size() != 0) continue;
      Pause(backoff);
      backoff = std::min(backoff * 2, kMaxBackoff);
    }
  }

  // Watches at one member until the stream ends. kUnavailable: go on elsewhere.
  absl::Status Serve(size_t index) {
    auto& channel = channels_[index];
    if (channel == nullptr) channel = dialer_->Dial(dialer_->endpoints()[index]);
    grpc::ClientContext context;
    RequireLeader(&context);
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return absl::CancelledError("stopping");
      call_ = &context;
    }
    DriveReconnection(*channel, absl::InfiniteFuture());
    const absl::Status status = ReadStream(*channel, context);
    absl::MutexLock lock(&mutex_);
    call_ = nullptr;
    return status;
  }

  absl::Status ReadStream(grpc::Channel& channel, grpc::ClientContext& context) {
    ::etcdserverpb::Watch::Stub stub(
        std::shared_ptr<grpc::Channel>(&channel, [](grpc::Channel*) {}));
    const auto stream = stub.Watch(&context);
    cursor_.Restart();
    const absl::Status status =
        stream->Write(Request()) ? ReadResponses(*stream) : absl::OkStatus();
    context.TryCancel();
    const grpc::Status end = stream->Finish();
    if (!status.ok()) return status;
    if (end.ok()) return absl::UnavailableError("the member ended the watch");
    return absl::UnavailableError(JudgeAnswer(end).status.message());
  }

  WatchRequest Request() const {
    WatchRequest request;
    *request.mutable_create_request() = request_;
    request.mutable_create_request()->set_start_revision(cursor_.next());
    request.mutable_create_request()->set_fragment(true);
    request.mutable_create_request()->clear_watch_id();
    return request;
  }

  // OK when the stream broke.
  absl::Status ReadResponses(WatchStream& stream) {
    WatchResponse response;
    while (stream.Read(&response)) {
      if (response.created() && !response.canceled()) SetStatus(absl::OkStatus());
      SUYUAN_ASSIGN_OR_RETURN(auto ready, cursor_.Take(std::move(response)));
      if (ready && !Stopping()) handler_.on_response(*std::move(ready));
    }
    return absl::OkStatus();
  }

  void SetStatus(const absl::Status& status) {
    bool changed;
    {
      absl::MutexLock lock(&mutex_);
      changed = status_.code() != status.code();
      status_ = status;
    }
    if (!changed) return;
    if (status.ok()) {
      log_.Info("watching", {{"from", cursor_.next()}});
    } else {
      log_.Warn("watch interrupted", {{"next", cursor_.next()}, {"reason", status}});
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

  const std::shared_ptr<const EtcdDialer> dialer_;
  const WatchCreateRequest request_;
  const EtcdWatchHandler handler_;
  const Log log_{"etcd"};

  // Of the thread.
  WatchCursor cursor_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;

  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<EtcdWatch> StartWatch(std::shared_ptr<const EtcdDialer> dialer,
                                      const WatchCreateRequest& request, EtcdWatchHandler handler) {
  return std::make_unique<WatchLoop>(std::move(dialer), request, std::move(handler));
}

}  // namespace suyuan
