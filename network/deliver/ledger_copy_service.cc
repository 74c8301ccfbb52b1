#include "network/deliver/ledger_copy_service.h"

#include <atomic>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

namespace wire = ::suyuan::node;

constexpr size_t kPartBytes = 1u << 20;

absl::Status NotJoined(const std::string& channel_id) {
  return absl::NotFoundError(absl::StrCat("channel ", channel_id, " is not joined on this node"));
}

void Fill(const ChainHashes& hashes, wire::LedgerHashes* out) {
  out->set_height(hashes.height);
  out->set_block_hash(hashes.block_hash);
  out->set_commit_hash(hashes.commit_hash);
  out->set_state_hash(hashes.state_hash);
}

}  // namespace

struct LedgerCopyService::Shared {
  std::atomic<int> copies = 0;
};

// One copy, made by a thread of the service's pool, which waits for each write. gRPC's
// reference keeps it until OnDone().
class LedgerCopyService::Call final : public grpc::ServerWriteReactor<wire::CopyPart>,
                                      public std::enable_shared_from_this<Call> {
 public:
  Call(const LedgerCopyDeps& deps, wire::SignedRequest request, std::shared_ptr<Shared> shared)
      : deps_(deps), request_(std::move(request)), shared_(std::move(shared)) {}
  ~Call() override { --shared_->copies; }

  void Begin(ThreadPool& pool) {
    self_ = shared_from_this();
    pool.Submit([call = self_] { call->Finish(ToGrpc(call->Copy())); });
  }
  void Refuse(const absl::Status& status) {
    self_ = shared_from_this();
    Finish(ToGrpc(status));
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
  }
  void OnCancel() override {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  void OnDone() override { self_.reset(); }

 private:
  absl::Status Copy();
  absl::Status SendBlocks(BlockSource& blocks, uint64_t height);
  absl::Status SendDatabases(const LedgerSnapshot& snapshot);
  absl::Status SendPackages();
  absl::Status SendEnd(ChainHashes hashes);

  bool GoOn() {
    absl::MutexLock lock(&mutex_);
    return !cancelled_ && !source_.channel->closed();
  }
  // Writes `part_` and waits until it is on its way.
  absl::Status Send() {
    if (source_.channel->closed()) return NotJoined(asked_.channel_id());
    {
      absl::MutexLock lock(&mutex_);
      if (cancelled_) return absl::CancelledError("cancelled");
      writing_ = true;
    }
    StartWrite(&part_);
    absl::MutexLock lock(&mutex_);
    const auto written = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !writing_; };
    mutex_.Await(absl::Condition(&written));
    return cancelled_ ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  const LedgerCopyDeps& deps_;
  const wire::SignedRequest request_;
  const std::shared_ptr<Shared> shared_;
  const Log log_{"copy"};
  std::shared_ptr<Call> self_;
  wire::AdminRequest asked_;
  CopySource source_;
  wire::CopyPart part_;

  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::Status LedgerCopyService::Call::Copy() {
  SUYUAN_ASSIGN_OR_RETURN(asked_, deps_.admins->Admit<wire::AdminRequest>(
                                      request_.request(), request_.signature(), "Copy"));
  source_ = deps_.find(asked_.channel_id());
  if (source_.channel == nullptr) return NotJoined(asked_.channel_id());
  // Blocks first, then what is stored before its block: nothing of theirs is missing.
  const std::unique_ptr<LedgerSnapshot> snapshot =
      source_.ledger == nullptr ? nullptr : source_.ledger->Snapshot();
  BlockSource& blocks = source_.channel->blocks();
  const uint64_t height = snapshot == nullptr ? blocks.Height() : snapshot->height();
  SUYUAN_ASSIGN_OR_RETURN(ChainHashes hashes, HashesAt(blocks, height));
  log_.Info("copying a ledger", {{"channel", asked_.channel_id()}, {"height", height}});
  wire::CopyHead& head = *part_.mutable_head();
  head.set_channel_id(asked_.channel_id());
  head.set_kind(snapshot == nullptr ? "orderer" : "peer");
  head.set_height(height);
  SUYUAN_RETURN_IF_ERROR(Send());
  SUYUAN_RETURN_IF_ERROR(SendBlocks(blocks, height));
  if (snapshot != nullptr) {
    SUYUAN_RETURN_IF_ERROR(SendDatabases(*snapshot));
    SUYUAN_RETURN_IF_ERROR(SendPackages());
    hashes.commit_hash = snapshot->commit_hash();
    if (!asked_.without_state_hash()) {
      SUYUAN_ASSIGN_OR_RETURN(hashes.state_hash, snapshot->StateHash([this] { return GoOn(); }));
    }
  } else {
    hashes.commit_hash.clear();
  }
  SUYUAN_RETURN_IF_ERROR(SendEnd(std::move(hashes)));
  log_.Info("ledger copied", {{"channel", asked_.channel_id()}, {"height", height}});
  return absl::OkStatus();
}

absl::Status LedgerCopyService::Call::SendBlocks(BlockSource& blocks, uint64_t height) {
  for (uint64_t number = 0; number < height;) {
    part_.Clear();
    wire::CopyBlocks& out = *part_.mutable_blocks();
    for (size_t bytes = 0; number < height && bytes < kPartBytes; ++number) {
      SUYUAN_ASSIGN_OR_RETURN(std::string block, blocks.GetBytes(number));
      bytes += block.size();
      out.add_blocks(std::move(block));
    }
    SUYUAN_RETURN_IF_ERROR(Send());
  }
  return absl::OkStatus();
}

absl::Status LedgerCopyService::Call::SendDatabases(const LedgerSnapshot& snapshot) {
  const auto send = [this](wire::CopyRecord* record, absl::string_view key,
                           absl::string_view value) {
    record->set_key(key.data(), key.size());
    record->set_value(value.data(), value.size());
    return Send();
  };
  SUYUAN_RETURN_IF_ERROR(snapshot.VisitPrivate([&](absl::string_view key, absl::string_view value) {
    return send(part_.mutable_private_record(), key, value);
  }));
  return source_.transient->Visit([&](absl::string_view key, absl::string_view value) {
    return send(part_.mutable_transient_record(), key, value);
  });
}

absl::Status LedgerCopyService::Call::SendPackages() {
  if (!deps_.visit_packages) return absl::OkStatus();
  return deps_.visit_packages([this](absl::string_view file_name, std::string content) {
    part_.mutable_package()->set_file_name(std::string(file_name));
    part_.mutable_package()->set_content(std::move(content));
    return Send();
  });
}

absl::Status LedgerCopyService::Call::SendEnd(ChainHashes hashes) {
  Fill(hashes, part_.mutable_end()->mutable_hashes());
  return Send();
}

LedgerCopyService::LedgerCopyService(LedgerCopyDeps deps)
    : deps_(std::move(deps)),
      shared_(std::make_shared<Shared>()),
      pool_(static_cast<size_t>(deps_.max_copies) + 1) {}

LedgerCopyService::~LedgerCopyService() = default;

grpc::ServerWriteReactor<wire::CopyPart>* LedgerCopyService::Copy(
    grpc::CallbackServerContext* context, const wire::SignedRequest* request) {
  const bool too_many = ++shared_->copies > deps_.max_copies;
  const auto call = std::make_shared<Call>(deps_, *request, shared_);
  if (too_many) {
    call->Refuse(absl::ResourceExhaustedError(
        absl::StrCat("this node makes ", deps_.max_copies, " copies already; try later")));
  } else {
    call->Begin(pool_);
  }
  return call.get();
}

grpc::ServerUnaryReactor* LedgerCopyService::Hashes(grpc::CallbackServerContext* context,
                                                    const wire::SignedRequest* request,
                                                    wire::LedgerHashes* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  pool_.Submit(
      [this, request, reply, reactor] { reactor->Finish(ToGrpc(DoHashes(*request, reply))); });
  return reactor;
}

absl::Status LedgerCopyService::DoHashes(const wire::SignedRequest& request,
                                         wire::LedgerHashes* reply) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto asked, deps_.admins->Admit<wire::AdminRequest>(
                                                request.request(), request.signature(), "Hashes"));
  const CopySource source = deps_.find(asked.channel_id());
  if (source.channel == nullptr) return NotJoined(asked.channel_id());
  const std::unique_ptr<LedgerSnapshot> snapshot =
      source.ledger == nullptr ? nullptr : source.ledger->Snapshot();
  BlockSource& blocks = source.channel->blocks();
  const uint64_t newest = snapshot == nullptr ? blocks.Height() : snapshot->height();
  const uint64_t height = asked.height() == 0 ? newest : asked.height();
  SUYUAN_ASSIGN_OR_RETURN(ChainHashes hashes, HashesAt(blocks, height));
  if (snapshot == nullptr) hashes.commit_hash.clear();
  if (snapshot != nullptr && height == newest && !asked.without_state_hash()) {
    const auto go_on = [&source] { return !source.channel->closed(); };
    SUYUAN_ASSIGN_OR_RETURN(hashes.state_hash, snapshot->StateHash(go_on));
  }
  Fill(hashes, reply);
  return absl::OkStatus();
}

}  // namespace suyuan
