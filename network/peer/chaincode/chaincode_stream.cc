#include "network/peer/chaincode/chaincode_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/log.h"

namespace suyuan {
namespace {

bool IsRequest(int type) {
  return type == ::protos::ChaincodeMessage::GET_STATE ||
         (type > ::protos::ChaincodeMessage::GET_STATE &&
          type != ::protos::ChaincodeMessage::RESPONSE &&
          type != ::protos::ChaincodeMessage::KEEPALIVE);
}

}  // namespace

void ChaincodeStream::Start() {
  self_ = shared_from_this();
  // Without waiting for a ready connection: one that is refused ends the stream at once.
  stub_->async()->Connect(&context_, this);
  StartRead(&incoming_);
  AddHold();  // writes start from other threads
  StartCall();
  const absl::Time now = absl::Now();
  const absl::Duration dial = deps_.connection.dial_timeout;
  GiveUpAt(now + deps_.connect_timeout, true,
           absl::StrCat("no connection within ", absl::FormatDuration(deps_.connect_timeout)),
           &connect_alarm_);
  GiveUpAt(now + dial, false,
           absl::StrCat("no registration within the dial timeout of ", absl::FormatDuration(dial)),
           &dial_alarm_);
}

void ChaincodeStream::GiveUpAt(absl::Time when, bool connected_suffices, std::string reason,
                               grpc::Alarm* alarm) {
  alarm->Set(absl::ToChronoTime(when), [weak = weak_from_this(), connected_suffices,
                                        reason = std::move(reason)](bool expired) {
    const auto self = weak.lock();
    if (!expired || self == nullptr) return;
    if (connected_suffices && self->channel_->GetState(false) == GRPC_CHANNEL_READY) return;
    {
      absl::MutexLock lock(&self->mutex_);
      if (self->ready_ || self->over_) return;
      self->failure_ = reason;
    }
    self->Cancel();
  });
}

bool ChaincodeStream::Run(std::shared_ptr<TransactionContext> context,
                          const ::protos::ChaincodeInput& input, ExecuteDone& done) {
  Message message;
  message.set_type(input.is_init() ? Message::INIT : Message::TRANSACTION);
  message.set_payload(input.SerializeAsString());
  message.set_txid(context->tx_id());
  message.set_channel_id(context->channel_id());
  *message.mutable_proposal() = context->proposal();
  const std::string key = KeyOf(context->channel_id(), context->tx_id());
  auto call = std::make_shared<Call>();
  call->context = std::move(context);
  bool refused = false;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return false;
    call->done = std::move(done);
    if (!calls_.emplace(key, call).second) {
      call->result = absl::AlreadyExistsError(
          absl::StrCat("txid: ", message.txid(), "(", message.channel_id(), ") exists"));
      refused = call->ended = true;
    } else {
      SetAlarm(key, *call);  // under the lock: whoever ends the call cancels it
    }
  }
  if (refused) {
    GiveResult(call);
    return true;
  }
  Send(std::move(message));
  return true;
}

void ChaincodeStream::SetAlarm(const std::string& key, Call& call) {
  call.alarm.Set(absl::ToChronoTime(call.context->deadline()), [weak = weak_from_this(), key,
                                                                raw = &call](bool expired) {
    const auto self = weak.lock();
    if (!expired || self == nullptr) return;
    {
      absl::MutexLock lock(&self->mutex_);
      const auto found = self->calls_.find(key);
      if (found == self->calls_.end() || found->second.get() != raw) return;
    }
    self->End(key, absl::DeadlineExceededError("timeout expired while executing transaction"));
  });
}

void ChaincodeStream::Send(Message message) {
  const Message* next = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return;
    const bool transaction =
        message.type() == Message::TRANSACTION || message.type() == Message::INIT;
    if (transaction && !ready_) {
      waiting_.push_back(std::move(message));
      return;
    }
    next = Queue(std::move(message));
  }
  Write(next);
}

const ChaincodeStream::Message* ChaincodeStream::Queue(Message message) {
  outgoing_.push_back(std::move(message));
  if (outgoing_.size() > 1) return nullptr;
  AddHold();  // the stream must not end between here and StartWrite()
  return &outgoing_.front();
}

void ChaincodeStream::Write(const Message* next) {
  if (next == nullptr) return;
  StartWrite(next);
  RemoveHold();
}

void ChaincodeStream::OnWriteDone(bool ok) {
  const Message* next = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    outgoing_.pop_front();
    if (ok && !over_ && !outgoing_.empty()) next = &outgoing_.front();
  }
  if (next != nullptr) StartWrite(next);
}

void ChaincodeStream::OnReadDone(bool ok) {
  if (!ok) {
    {
      absl::MutexLock lock(&mutex_);
      over_ = true;
    }
    Cancel();
    RemoveHold();
    return;
  }
  Message message = std::move(incoming_);
  incoming_.Clear();
  StartRead(&incoming_);
  Dispatch(std::move(message));
}

void ChaincodeStream::Dispatch(Message message) {
  if (message.type() == Message::REGISTER) return Register(message);
  if (message.type() == Message::COMPLETED || message.type() == Message::ERROR) {
    return Complete(message);
  }
  if (!IsRequest(message.type())) return;
  CallPtr call;
  bool busy = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = calls_.find(KeyOf(message.channel_id(), message.txid()));
    if (found != calls_.end()) {
      call = found->second;
      busy = call->busy;
      call->busy = true;
    }
  }
  if (call == nullptr) {
    Message refusal;
    refusal.set_type(Message::ERROR);
    refusal.set_txid(message.txid());
    refusal.set_channel_id(message.channel_id());
    refusal.set_payload(absl::StrCat(Message::Type_Name(message.type()),
                                     " failed: transaction ID: ", message.txid(),
                                     ": no ledger context"));
    return Send(std::move(refusal));
  }
  if (busy) return;  // one request at a time; a second is dropped, as Fabric does
  ThreadPool* pool = message.type() == Message::INVOKE_CHAINCODE ? deps_.calls : deps_.requests;
  pool->Submit([self = shared_from_this(), call, message = std::move(message)] {
    self->Answer(call, message);
  });
}

void ChaincodeStream::Register(const Message& message) {
  ::protos::ChaincodeID id;
  const bool known = id.ParseFromString(message.payload()) && id.name() == deps_.package_id;
  const Message* next = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    if (ready_ || over_) return;
    if (known) {
      next = BecomeReady();
    } else {
      failure_ = absl::StrCat("it registered as '", id.name(), "'");
    }
  }
  if (!known) return Cancel();
  connect_alarm_.Cancel();
  dial_alarm_.Cancel();
  Write(next);
  Log("chaincode")
      .Info("external chaincode connected",
            {{"package", deps_.package_id}, {"address", deps_.connection.address}});
}

// In one step, so that no transaction overtakes the registration's answer: a shim that
// is not ready yet refuses it.
const ChaincodeStream::Message* ChaincodeStream::BecomeReady() {
  ready_ = true;
  Message registered;
  registered.set_type(Message::REGISTERED);
  const Message* next = Queue(std::move(registered));
  Message ready;
  ready.set_type(Message::READY);
  outgoing_.push_back(std::move(ready));
  for (Message& transaction : waiting_) outgoing_.push_back(std::move(transaction));
  waiting_.clear();
  return next;
}

void ChaincodeStream::Answer(const CallPtr& call, const Message& request) {
  absl::StatusOr<std::string> answer = call->context->Handle(request.type(), request.payload());
  bool ended = false;
  {
    absl::MutexLock lock(&mutex_);
    call->busy = false;
    ended = call->ended;
  }
  if (ended) return GiveResult(call);
  Message response;
  response.set_type(answer.ok() ? Message::RESPONSE : Message::ERROR);
  response.set_payload(answer.ok() ? *std::move(answer) : std::string(answer.status().message()));
  response.set_txid(request.txid());
  response.set_channel_id(request.channel_id());
  Send(std::move(response));
}

void ChaincodeStream::Complete(const Message& message) {
  ChaincodeResult result;
  result.event = message.chaincode_event();
  absl::StatusOr<ChaincodeResult> outcome = std::move(result);
  if (message.type() == Message::ERROR) {
    outcome =
        absl::InternalError(absl::StrCat("transaction returned with failure: ", message.payload()));
  } else if (!outcome->response.ParseFromString(message.payload())) {
    outcome = absl::InternalError("the chaincode's response is malformed");
  }
  End(KeyOf(message.channel_id(), message.txid()), std::move(outcome));
}

void ChaincodeStream::End(const std::string& key, absl::StatusOr<ChaincodeResult> result) {
  CallPtr call;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = calls_.find(key);
    if (found == calls_.end()) return;
    call = found->second;
    calls_.erase(found);
    call->ended = true;
    call->result = std::move(result);
    if (call->busy) return;  // Answer() gives it
  }
  GiveResult(call);
}

// On the pool: what follows signs and stores, which is no work for gRPC's threads.
void ChaincodeStream::GiveResult(const CallPtr& call) {
  call->alarm.Cancel();
  deps_.requests->Submit([call] { call->done(std::move(call->result)); });
}

absl::Status ChaincodeStream::EndReason(const grpc::Status& status) const {
  if (ready_) return absl::UnavailableError("chaincode stream terminated");
  return absl::UnavailableError(absl::StrCat("could not launch chaincode ", deps_.package_id, ": ",
                                             deps_.connection.address, ": ",
                                             failure_.empty() ? status.error_message() : failure_));
}

void ChaincodeStream::OnDone(const grpc::Status& status) {
  std::map<std::string, CallPtr> calls;
  absl::Status reason;
  {
    absl::MutexLock lock(&mutex_);
    over_ = true;
    reason = EndReason(status);
    calls = calls_;
  }
  Log("chaincode")
      .Warn("external chaincode is gone", {{"package", deps_.package_id}, {"reason", reason}});
  for (const auto& [key, call] : calls) End(key, reason);
  const std::shared_ptr<ChaincodeStream> self = std::move(self_);
  absl::MutexLock lock(&mutex_);
  done_ = true;
}

void ChaincodeStream::AwaitEnd() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&done_));
}

}  // namespace suyuan
