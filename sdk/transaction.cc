#include "sdk/transaction.h"

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "sdk/internal/client.h"
#include "sdk/internal/errors.h"
#include "sdk/internal/wait.h"

namespace suyuan::sdk {
namespace {

using internal::Client;
using internal::StepError;
using internal::Wait;

constexpr char kEvaluate[] = "/gateway.Gateway/Evaluate";
constexpr char kEndorse[] = "/gateway.Gateway/Endorse";
constexpr char kSubmit[] = "/gateway.Gateway/Submit";
constexpr char kCommitStatus[] = "/gateway.Gateway/CommitStatus";

// A message with the signature it still lacks, or has. Thread-safe.
class Signed {
 public:
  Signed(std::shared_ptr<Client> client, std::string message, std::string signature)
      : client_(std::move(client)),
        message_(std::move(message)),
        signature_(std::move(signature)) {}

  const std::string& message() const { return message_; }
  void Set(absl::string_view signature) {
    absl::MutexLock lock(&mutex_);
    signature_ = std::string(signature);
  }
  // Empty when not signed yet.
  std::string Current() const {
    absl::MutexLock lock(&mutex_);
    return signature_;
  }
  // Signs when needed.
  absl::StatusOr<std::string> Get() {
    std::string signature = Current();
    if (!signature.empty()) return signature;
    SUYUAN_ASSIGN_OR_RETURN(signature, client_->Sign(message_), "sign");
    Set(signature);
    return signature;
  }

 private:
  const std::shared_ptr<Client> client_;
  const std::string message_;
  mutable absl::Mutex mutex_;
  std::string signature_ ABSL_GUARDED_BY(mutex_);
};

// The endorsers' common result inside a prepared transaction.
absl::StatusOr<std::string> ResultOf(const ::common::Payload& payload) {
  SUYUAN_ASSIGN_OR_RETURN(auto transaction,
                          ParseProto<::protos::Transaction>(payload.data(), "Transaction"));
  if (transaction.actions_size() != 1) {
    return absl::InvalidArgumentError("prepared transaction has not exactly one action");
  }
  SUYUAN_ASSIGN_OR_RETURN(
      auto action, ParseProto<::protos::ChaincodeActionPayload>(transaction.actions(0).payload(),
                                                                "ChaincodeActionPayload"));
  SUYUAN_ASSIGN_OR_RETURN(
      auto response, ParseProto<::protos::ProposalResponsePayload>(
                         action.action().proposal_response_payload(), "ProposalResponsePayload"));
  SUYUAN_ASSIGN_OR_RETURN(auto chaincode_action, ParseProto<::protos::ChaincodeAction>(
                                                     response.extension(), "ChaincodeAction"));
  return chaincode_action.response().payload();
}

}  // namespace

// Commit ---------------------------------------------------------------------

struct Commit::State {
  State(std::shared_ptr<Client> c, std::string request, std::string signature, std::string tx)
      : client(c), request(c, std::move(request), std::move(signature)), tx_id(std::move(tx)) {}
  std::shared_ptr<Client> client;
  Signed request;
  std::string tx_id;
};

const std::string& Commit::transaction_id() const { return state_->tx_id; }
void Commit::SetSignature(absl::string_view signature) { state_->request.Set(signature); }
absl::StatusOr<std::string> Commit::BytesToSign() const { return state_->request.message(); }

absl::StatusOr<std::string> Commit::Bytes() const {
  ::gateway::SignedCommitStatusRequest request;
  request.set_request(state_->request.message());
  request.set_signature(state_->request.Current());
  return request.SerializeAsString();
}

std::shared_ptr<CallHandle> Commit::StatusAsync(Callback<CommitStatus> done,
                                                const CallOptions& options) const {
  auto signature = state_->request.Get();
  if (!signature.ok()) {
    done(StepError(signature.status(), Step::kCommitStatus, state_->tx_id));
    return nullptr;
  }
  ::gateway::SignedCommitStatusRequest request;
  request.set_request(state_->request.message());
  request.set_signature(*signature);
  const auto& client = *state_->client;
  return client.connection->Unary(
      kCommitStatus, request.SerializeAsString(),
      Client::Deadline(options, client.options.commit_status_timeout),
      [state = state_, done = std::move(done)](absl::StatusOr<std::string> answer) {
        if (!answer.ok())
          return done(StepError(answer.status(), Step::kCommitStatus, state->tx_id));
        auto response =
            ParseProto<::gateway::CommitStatusResponse>(*answer, "CommitStatusResponse");
        if (!response.ok()) {
          return done(StepError(response.status(), Step::kCommitStatus, state->tx_id));
        }
        CommitStatus status;
        status.transaction_id = state->tx_id;
        status.code = response->result();
        status.successful = response->result() == ::protos::VALID;
        status.block_number = response->block_number();
        done(std::move(status));
      });
}

absl::StatusOr<CommitStatus> Commit::Status(const CallOptions& options) const {
  return Wait<CommitStatus>([&](auto done) { StatusAsync(std::move(done), options); });
}

// Transaction ----------------------------------------------------------------

struct Transaction::State {
  State(std::shared_ptr<Client> c, std::string payload, std::string signature)
      : client(c), payload(c, std::move(payload), std::move(signature)) {}
  std::shared_ptr<Client> client;
  Signed payload;  // of the envelope
  std::string tx_id, channel, result;
};

const std::string& Transaction::transaction_id() const { return state_->tx_id; }
const std::string& Transaction::Result() const { return state_->result; }
void Transaction::SetSignature(absl::string_view signature) { state_->payload.Set(signature); }
absl::StatusOr<std::string> Transaction::BytesToSign() const { return state_->payload.message(); }

absl::StatusOr<std::string> Transaction::Bytes() const {
  ::gateway::PreparedTransaction prepared;
  prepared.set_transaction_id(state_->tx_id);
  prepared.mutable_envelope()->set_payload(state_->payload.message());
  prepared.mutable_envelope()->set_signature(state_->payload.Current());
  return prepared.SerializeAsString();
}

std::shared_ptr<CallHandle> Transaction::SubmitAsync(Callback<Commit> done,
                                                     const CallOptions& options) const {
  auto signature = state_->payload.Get();
  if (!signature.ok()) {
    done(StepError(signature.status(), Step::kSubmit, state_->tx_id));
    return nullptr;
  }
  ::gateway::SubmitRequest request;
  request.set_transaction_id(state_->tx_id);
  request.set_channel_id(state_->channel);
  request.mutable_prepared_transaction()->set_payload(state_->payload.message());
  request.mutable_prepared_transaction()->set_signature(*signature);
  const auto& client = *state_->client;
  return client.connection->Unary(
      kSubmit, request.SerializeAsString(),
      Client::Deadline(options, client.options.submit_timeout),
      [state = state_, done = std::move(done)](absl::StatusOr<std::string> answer) {
        if (!answer.ok()) return done(StepError(answer.status(), Step::kSubmit, state->tx_id));
        done(Client::MakeCommit(state->client, state->channel, state->tx_id));
      });
}

absl::StatusOr<Commit> Transaction::Submit(const CallOptions& options) const {
  return Wait<Commit>([&](auto done) { SubmitAsync(std::move(done), options); });
}

// Proposal -------------------------------------------------------------------

struct Proposal::State {
  State(std::shared_ptr<Client> c, std::string proposal, std::string signature)
      : client(c), proposal(c, std::move(proposal), std::move(signature)) {}
  std::shared_ptr<Client> client;
  Signed proposal;
  ::common::Header header;
  std::string tx_id, channel;
  std::vector<std::string> organizations;
};

// What the client is about to sign must be a transaction of its proposal, whoever
// prepared it.
absl::Status CheckSameHeader(const ::common::Header& proposed, const ::common::Header& prepared) {
  if (prepared.channel_header() == proposed.channel_header() &&
      prepared.signature_header() == proposed.signature_header()) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      "the gateway prepared a transaction that is not of this proposal; nothing was signed");
}

const std::string& Proposal::transaction_id() const { return state_->tx_id; }
void Proposal::SetSignature(absl::string_view signature) { state_->proposal.Set(signature); }
absl::StatusOr<std::string> Proposal::BytesToSign() const { return state_->proposal.message(); }

absl::StatusOr<std::string> Proposal::Bytes() const {
  ::gateway::ProposedTransaction proposed;
  proposed.set_transaction_id(state_->tx_id);
  proposed.mutable_proposal()->set_proposal_bytes(state_->proposal.message());
  proposed.mutable_proposal()->set_signature(state_->proposal.Current());
  for (const auto& org : state_->organizations) proposed.add_endorsing_organizations(org);
  return proposed.SerializeAsString();
}

std::shared_ptr<CallHandle> Proposal::EvaluateAsync(Callback<std::string> done,
                                                    const CallOptions& options) const {
  auto signature = state_->proposal.Get();
  if (!signature.ok()) {
    done(StepError(signature.status(), Step::kEvaluate, state_->tx_id));
    return nullptr;
  }
  ::gateway::EvaluateRequest request;
  request.set_transaction_id(state_->tx_id);
  request.set_channel_id(state_->channel);
  request.mutable_proposed_transaction()->set_proposal_bytes(state_->proposal.message());
  request.mutable_proposed_transaction()->set_signature(*signature);
  for (const auto& org : state_->organizations) request.add_target_organizations(org);
  const auto& client = *state_->client;
  return client.connection->Unary(
      kEvaluate, request.SerializeAsString(),
      Client::Deadline(options, client.options.evaluate_timeout),
      [state = state_, done = std::move(done)](absl::StatusOr<std::string> answer) {
        if (!answer.ok()) return done(StepError(answer.status(), Step::kEvaluate, state->tx_id));
        auto response = ParseProto<::gateway::EvaluateResponse>(*answer, "EvaluateResponse");
        if (!response.ok()) {
          return done(StepError(response.status(), Step::kEvaluate, state->tx_id));
        }
        done(std::move(*response->mutable_result()->mutable_payload()));
      });
}

absl::StatusOr<std::string> Proposal::Evaluate(const CallOptions& options) const {
  return Wait<std::string>([&](auto done) { EvaluateAsync(std::move(done), options); });
}

std::shared_ptr<CallHandle> Proposal::EndorseAsync(Callback<Transaction> done,
                                                   const CallOptions& options) const {
  auto signature = state_->proposal.Get();
  if (!signature.ok()) {
    done(StepError(signature.status(), Step::kEndorse, state_->tx_id));
    return nullptr;
  }
  ::gateway::EndorseRequest request;
  request.set_transaction_id(state_->tx_id);
  request.set_channel_id(state_->channel);
  request.mutable_proposed_transaction()->set_proposal_bytes(state_->proposal.message());
  request.mutable_proposed_transaction()->set_signature(*signature);
  for (const auto& org : state_->organizations) request.add_endorsing_organizations(org);
  const auto& client = *state_->client;
  return client.connection->Unary(
      kEndorse, request.SerializeAsString(),
      Client::Deadline(options, client.options.endorse_timeout),
      [state = state_, done = std::move(done)](absl::StatusOr<std::string> answer) {
        if (!answer.ok()) return done(StepError(answer.status(), Step::kEndorse, state->tx_id));
        auto response = ParseProto<::gateway::EndorseResponse>(*answer, "EndorseResponse");
        if (!response.ok()) {
          return done(StepError(response.status(), Step::kEndorse, state->tx_id));
        }
        auto transaction =
            Client::Endorsed(state->client, state->header, response->prepared_transaction());
        if (!transaction.ok()) {
          return done(StepError(transaction.status(), Step::kEndorse, state->tx_id));
        }
        done(*std::move(transaction));
      });
}

absl::StatusOr<Transaction> Proposal::Endorse(const CallOptions& options) const {
  return Wait<Transaction>([&](auto done) { EndorseAsync(std::move(done), options); });
}

// Messages to objects --------------------------------------------------------

namespace internal {

absl::StatusOr<Proposal> Client::ToProposal(std::shared_ptr<Client> client,
                                            ::gateway::ProposedTransaction proposed) {
  SUYUAN_ASSIGN_OR_RETURN(auto proposal, ParseProto<::protos::Proposal>(
                                             proposed.proposal().proposal_bytes(), "Proposal"));
  SUYUAN_ASSIGN_OR_RETURN(auto header, ParseProto<::common::Header>(proposal.header(), "Header"));
  SUYUAN_ASSIGN_OR_RETURN(auto channel_header, ParseProto<::common::ChannelHeader>(
                                                   header.channel_header(), "ChannelHeader"));
  auto state = std::make_shared<Proposal::State>(
      std::move(client), proposed.proposal().proposal_bytes(), proposed.proposal().signature());
  state->header = std::move(header);
  state->tx_id = channel_header.tx_id();
  state->channel = channel_header.channel_id();
  for (const auto& org : proposed.endorsing_organizations()) state->organizations.push_back(org);
  return Proposal(std::move(state));
}

absl::StatusOr<Transaction> Client::MakeTransaction(std::shared_ptr<Client> client,
                                                    const ::common::Envelope& envelope,
                                                    const ::common::Payload& payload) {
  SUYUAN_ASSIGN_OR_RETURN(
      auto channel_header,
      ParseProto<::common::ChannelHeader>(payload.header().channel_header(), "ChannelHeader"));
  SUYUAN_ASSIGN_OR_RETURN(std::string result, ResultOf(payload));
  auto state = std::make_shared<Transaction::State>(std::move(client), envelope.payload(),
                                                    envelope.signature());
  state->tx_id = channel_header.tx_id();
  state->channel = channel_header.channel_id();
  state->result = std::move(result);
  return Transaction(std::move(state));
}

absl::StatusOr<Transaction> Client::Endorsed(std::shared_ptr<Client> client,
                                             const ::common::Header& proposed,
                                             const ::common::Envelope& prepared) {
  SUYUAN_ASSIGN_OR_RETURN(const auto payload, ParseProto<::common::Payload>(
                                                  prepared.payload(), "prepared transaction"));
  SUYUAN_RETURN_IF_ERROR(CheckSameHeader(proposed, payload.header()));
  return MakeTransaction(std::move(client), prepared, payload);
}

absl::StatusOr<Transaction> Client::ToTransaction(std::shared_ptr<Client> client,
                                                  const ::gateway::PreparedTransaction& prepared) {
  SUYUAN_ASSIGN_OR_RETURN(const auto payload,
                          ParseProto<::common::Payload>(prepared.envelope().payload(), "Payload"));
  return MakeTransaction(std::move(client), prepared.envelope(), payload);
}

Commit Client::MakeCommit(std::shared_ptr<Client> client, const std::string& channel,
                          const std::string& transaction_id) {
  ::gateway::CommitStatusRequest request;
  request.set_channel_id(channel);
  request.set_transaction_id(transaction_id);
  request.set_identity(client->creator);
  return Commit(std::make_shared<Commit::State>(std::move(client), request.SerializeAsString(), "",
                                                transaction_id));
}

absl::StatusOr<Commit> Client::ToCommit(std::shared_ptr<Client> client,
                                        ::gateway::SignedCommitStatusRequest signed_request) {
  SUYUAN_ASSIGN_OR_RETURN(auto request, ParseProto<::gateway::CommitStatusRequest>(
                                            signed_request.request(), "CommitStatusRequest"));
  return Commit(std::make_shared<Commit::State>(std::move(client), signed_request.request(),
                                                signed_request.signature(),
                                                request.transaction_id()));
}

}  // namespace internal
}  // namespace suyuan::sdk
