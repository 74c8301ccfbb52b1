#include "network/cli/commit_watch.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/cli/block_client.h"
#include "network/common/status_macros.h"
#include "network/rpc/status_mapping.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {
namespace {

absl::StatusOr<::common::Envelope> SeekFromNewest(const std::string& channel_id,
                                                  const SigningIdentity& reader) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_newest();
  seek.mutable_stop()->mutable_specified()->set_number(std::numeric_limits<int64_t>::max());
  return MakeSeekEnvelope(channel_id, seek, reader);
}

}  // namespace

CommitWatch::CommitWatch(std::string peer, ::protos::Deliver::Stub& stub,
                         const std::string& channel_id, const SigningIdentity& reader)
    : peer_(std::move(peer)) {
  absl::StatusOr<::common::Envelope> seek = SeekFromNewest(channel_id, reader);
  if (!seek.ok()) {
    absl::MutexLock lock(&mutex_);
    end_ = seek.status();
    done_ = true;
    return;
  }
  seek_ = *std::move(seek);
  stub.async()->DeliverFiltered(&context_, this);
  StartWrite(&seek_);
  StartRead(&incoming_);
  StartCall();
}

CommitWatch::~CommitWatch() {
  context_.TryCancel();
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&done_));
}

void CommitWatch::OnReadDone(bool ok) {
  if (!ok) return;
  {
    absl::MutexLock lock(&mutex_);
    if (incoming_.has_filtered_block()) {
      started_ = true;
      for (const auto& tx : incoming_.filtered_block().filtered_transactions()) {
        seen_.emplace(tx.txid(), tx.tx_validation_code());
      }
    } else {
      end_ = absl::UnavailableError(absl::StrCat("peer ", peer_, " ends the stream of blocks: ",
                                                 ::common::Status_Name(incoming_.status())));
      context_.TryCancel();
    }
  }
  incoming_.Clear();
  StartRead(&incoming_);
}

void CommitWatch::OnDone(const grpc::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (end_.ok()) {
    end_ = status.ok() ? absl::UnavailableError(absl::StrCat("peer ", peer_, " ends the stream"))
                       : Annotate(FromGrpc(status), absl::StrCat("peer ", peer_));
  }
  done_ = true;
}

absl::Status CommitWatch::Started(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  auto known = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return started_ || !end_.ok(); };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&known), deadline)) {
    return absl::DeadlineExceededError(absl::StrCat("peer ", peer_, " sends no blocks"));
  }
  return end_;
}

absl::Status CommitWatch::Await(const std::string& tx_id, absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  auto known = [this, &tx_id]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return seen_.contains(tx_id) || !end_.ok();
  };
  if (!mutex_.AwaitWithDeadline(absl::Condition(&known), deadline)) {
    return absl::DeadlineExceededError(
        absl::StrCat("transaction ", tx_id, " is not committed on peer ", peer_));
  }
  const auto found = seen_.find(tx_id);
  if (found == seen_.end()) return end_;
  if (found->second == ::protos::VALID) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("transaction ", tx_id, " was rejected with ",
                                                    ::protos::TxValidationCode_Name(found->second),
                                                    " (", found->second, ")"));
}

}  // namespace suyuan
