#include "chaincode/shim/peer_stream.h"

#include "absl/strings/str_cat.h"
#include "chaincode/shim/transaction_stub.h"
#include "protos/peer/chaincode.pb.h"

namespace suyuan {

// One transaction's line to the peer: sends a request, sleeps until its answer.
class PeerStream::Transaction : public ChaincodeTransport {
 public:
  Transaction(std::shared_ptr<PeerStream> stream, Key key, BatchLimits limits)
      : stream_(std::move(stream)), key_(std::move(key)), limits_(limits) {}

  absl::StatusOr<std::string> Request(int32_t type, absl::string_view payload) override {
    {
      absl::MutexLock lock(&mutex_);
      if (closed_) return absl::UnavailableError("the stream to the peer is closed");
      waiting_ = true;
      answer_.reset();
    }
    stream_->Send(MakeMessage(static_cast<Message::Type>(type), std::string(payload)));
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](Transaction* self)
             ABSL_NO_THREAD_SAFETY_ANALYSIS { return self->answer_.has_value() || self->closed_; },
        this));
    waiting_ = false;
    if (!answer_) return absl::UnavailableError("the stream to the peer is closed");
    if (answer_->type() == Message::ERROR) {
      return absl::FailedPreconditionError(answer_->payload());
    }
    return std::move(*answer_->mutable_payload());
  }
  BatchLimits limits() const override { return limits_; }

  // False when nothing was asked.
  bool Answer(Message message) {
    absl::MutexLock lock(&mutex_);
    if (!waiting_ || answer_) return false;
    answer_ = std::move(message);
    return true;
  }
  void Close() {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  Message MakeMessage(Message::Type type, std::string payload) const {
    Message message;
    message.set_type(type);
    message.set_channel_id(key_.first);
    message.set_txid(key_.second);
    message.set_payload(std::move(payload));
    return message;
  }
  const Key& key() const { return key_; }

 private:
  const std::shared_ptr<PeerStream> stream_;
  const Key key_;
  const BatchLimits limits_;
  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Message> answer_ ABSL_GUARDED_BY(mutex_);
};

PeerStream::PeerStream(Deps deps) : deps_(std::move(deps)) {}

void PeerStream::Start() {
  ::protos::ChaincodeID id;
  id.set_name(deps_.chaincode_id);
  Message message;
  message.set_type(Message::REGISTER);
  message.set_payload(id.SerializeAsString());
  Send(std::move(message));
}

void PeerStream::Receive(Message message) {
  switch (message.type()) {
    case Message::REGISTERED:
      return log_.Debug("peer accepted the registration");
    case Message::READY:
      return OnReady(message);
    case Message::KEEPALIVE:
      return Send(std::move(message));
    case Message::INIT:
    case Message::TRANSACTION:
      return Begin(std::move(message));
    case Message::RESPONSE:
    case Message::ERROR:
      return Answer(std::move(message));
    default:
      log_.Warn("peer sent a message that a chaincode does not take",
                {{"type", static_cast<int>(message.type())}});
  }
}

void PeerStream::OnReady(const Message& message) {
  BatchLimits limits;
  ::protos::ChaincodeAdditionalParams params;
  if (params.ParseFromString(message.payload())) {
    if (params.use_write_batch()) limits.max_write_batch = params.max_size_write_batch();
    if (params.use_get_multiple_keys())
      limits.max_multiple_keys = params.max_size_get_multiple_keys();
  }
  absl::MutexLock lock(&mutex_);
  limits_ = limits;
  ready_ = true;
}

void PeerStream::Begin(Message message) {
  Key key{message.channel_id(), message.txid()};
  std::shared_ptr<Transaction> transaction;
  absl::string_view refusal;
  {
    absl::MutexLock lock(&mutex_);
    if (closed_) return;
    transaction = std::make_shared<Transaction>(shared_from_this(), key, limits_);
    if (!ready_) {
      refusal = "transaction before READY";
    } else if (deps_.pool->QueueLength() >= deps_.max_queued) {
      refusal = "too many transactions are waiting in the chaincode";
    } else if (!running_.emplace(key, transaction).second) {
      refusal = "transaction is running already";
    }
  }
  if (!refusal.empty()) {
    return Send(transaction->MakeMessage(Message::ERROR, std::string(refusal)));
  }
  deps_.pool->Submit([self = shared_from_this(), transaction, m = std::move(message)]() mutable {
    self->Run(transaction, std::move(m));
  });
}

void PeerStream::Run(const std::shared_ptr<Transaction>& transaction, Message message) {
  TransactionInput input;
  input.tx_id = message.txid();
  input.channel_id = message.channel_id();
  input.input = std::move(*message.mutable_payload());
  if (message.has_proposal()) input.signed_proposal = message.proposal().SerializeAsString();
  input.is_init = message.type() == Message::INIT;
  TransactionOutput output = RunTransaction(*deps_.chaincode, std::move(input), transaction.get());
  {
    absl::MutexLock lock(&mutex_);
    running_.erase(transaction->key());
  }
  Message done = transaction->MakeMessage(Message::COMPLETED, std::move(output.response));
  if (!output.event.empty()) done.mutable_chaincode_event()->ParseFromString(output.event);
  Send(std::move(done));
}

void PeerStream::Answer(Message message) {
  std::shared_ptr<Transaction> transaction;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = running_.find({message.channel_id(), message.txid()});
    if (found != running_.end()) transaction = found->second;
  }
  if (transaction == nullptr && message.type() == Message::ERROR) {
    log_.Error("peer reports an error", {{"text", message.payload()}});
  } else if (transaction == nullptr || !transaction->Answer(std::move(message))) {
    log_.Debug("peer answered a request that nobody awaits");
  }
}

void PeerStream::Send(Message message) {
  {
    absl::MutexLock lock(&mutex_);
    if (closed_) return;
    outgoing_.push_back(std::move(message));
    if (sending_) return;
    sending_ = true;
  }
  deps_.wake_writer();
}

PeerStream::WriterStep PeerStream::NextToSend() {
  absl::MutexLock lock(&mutex_);
  if (closed_ || outgoing_.empty()) {
    sending_ = false;
    return {std::nullopt, closed_};
  }
  WriterStep step{std::move(outgoing_.front()), false};
  outgoing_.pop_front();
  return step;
}

bool PeerStream::Close() {
  std::map<Key, std::shared_ptr<Transaction>> running;
  bool writer_sleeps;
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
    outgoing_.clear();
    running.swap(running_);
    writer_sleeps = !sending_;
  }
  for (const auto& [key, transaction] : running) transaction->Close();
  return writer_sleeps;
}

}  // namespace suyuan
