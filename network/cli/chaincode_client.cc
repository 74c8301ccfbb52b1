#include "network/cli/chaincode_client.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/thread_pool.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(30);

absl::Status Verdict(const ::protos::Response& response) {
  if (response.status() < 400) return absl::OkStatus();
  const std::string& text = response.message();
  if (response.status() == 404) return absl::NotFoundError(text);
  if (absl::StrContains(text, "already successfully installed") ||
      absl::StrContains(text, "with unchanged content")) {
    return absl::AlreadyExistsError(text);
  }
  return absl::UnknownError(text);
}

absl::StatusOr<::orderer::BroadcastResponse> SendOnce(::orderer::AtomicBroadcast::Stub& stub,
                                                      const ::common::Envelope& envelope,
                                                      absl::Time deadline) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  const auto stream = stub.Broadcast(&context);
  ::orderer::BroadcastResponse response;
  stream->Write(envelope);
  stream->WritesDone();
  const bool answered = stream->Read(&response);
  const grpc::Status status = stream->Finish();
  if (answered) return response;
  if (!status.ok()) return FromGrpc(status);
  return absl::UnavailableError("it gives no answer");
}

absl::Status Unequal(const PeerNodes& peers) {
  std::string names;
  for (const auto& peer : peers)
    absl::StrAppend(&names, names.empty() ? "" : ", ", peer->endpoint());
  return absl::AbortedError(
      absl::StrCat("the peers ", names, " gave different results (one may be behind): try again"));
}

absl::StatusOr<::common::Envelope> MakeEnvelope(
    const ::protos::SignedProposal& signed_proposal, const SigningIdentity& signer,
    const std::vector<::protos::ProposalResponse>& responses) {
  SUYUAN_ASSIGN_OR_RETURN(const auto proposal, ParseProto<::protos::Proposal>(
                                                   signed_proposal.proposal_bytes(), "Proposal"));
  SUYUAN_ASSIGN_OR_RETURN(const auto header,
                          ParseProto<::common::Header>(proposal.header(), "Header"));
  ::protos::ChaincodeActionPayload action;
  SUYUAN_ASSIGN_OR_RETURN(*action.mutable_chaincode_proposal_payload(),
                          WithoutTransient(proposal.payload()));
  action.mutable_action()->set_proposal_response_payload(responses[0].payload());
  for (const auto& response : responses) {
    *action.mutable_action()->add_endorsements() = response.endorsement();
  }
  ::protos::Transaction transaction;
  transaction.add_actions()->set_header(header.signature_header());
  transaction.mutable_actions(0)->set_payload(action.SerializeAsString());
  ::common::Payload payload;
  *payload.mutable_header() = header;
  payload.set_data(transaction.SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*envelope.mutable_signature(), signer.Sign({envelope.payload()}));
  return envelope;
}

}  // namespace

absl::StatusOr<std::shared_ptr<PeerNode>> PeerNode::Create(const NodeAddress& address) {
  SUYUAN_ASSIGN_OR_RETURN(const auto channel, DialNode(address));
  std::shared_ptr<PeerNode> node(new PeerNode(address.endpoint));
  node->endorser_ = ::protos::Endorser::NewStub(channel);
  node->deliver_ = ::protos::Deliver::NewStub(channel);
  return node;
}

absl::StatusOr<::protos::ProposalResponse> PeerNode::Propose(
    const ::protos::SignedProposal& proposal) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
  ::protos::ProposalResponse response;
  const std::string who = absl::StrCat("peer ", endpoint_);
  SUYUAN_RETURN_IF_ERROR(FromGrpc(endorser_->ProcessProposal(&context, proposal, &response)), who);
  SUYUAN_RETURN_IF_ERROR(Verdict(response.response()), who);
  return response;
}

absl::StatusOr<std::string> PeerNode::Query(const ProposalSpec& spec,
                                            const SigningIdentity& signer) {
  SUYUAN_ASSIGN_OR_RETURN(const auto proposal, MakeSignedProposal(spec, signer));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, Propose(proposal));
  return response.response().payload();
}

std::unique_ptr<CommitWatch> PeerNode::Watch(const std::string& channel_id,
                                             const SigningIdentity& reader) {
  return std::make_unique<CommitWatch>(endpoint_, *deliver_, channel_id, reader);
}

absl::StatusOr<std::shared_ptr<OrdererNodes>> OrdererNodes::Create(
    const std::vector<NodeAddress>& addresses) {
  auto nodes = std::make_shared<OrdererNodes>();
  for (const NodeAddress& address : addresses) {
    SUYUAN_ASSIGN_OR_RETURN(const auto channel, DialNode(address));
    nodes->nodes_.push_back({address.endpoint, ::orderer::AtomicBroadcast::NewStub(channel)});
  }
  if (nodes->nodes_.empty()) return absl::InvalidArgumentError("no orderer is given");
  return nodes;
}

absl::Status OrdererNodes::Broadcast(const ::common::Envelope& envelope, absl::Time deadline) {
  constexpr absl::Duration kPause = absl::Milliseconds(50);
  constexpr absl::Duration kAnswerLimit = absl::Seconds(5);  // then the next is tried
  bool unanswered = false;
  std::string told;  // the last reason; an attempt cut off by the deadline tells none
  while (true) {
    absl::Status last;
    for (Node& node : nodes_) {
      const auto response =
          SendOnce(*node.stub, envelope, std::min(deadline, absl::Now() + kAnswerLimit));
      if (response.ok() && response->status() == ::common::SUCCESS) return absl::OkStatus();
      const bool cut_off = absl::IsDeadlineExceeded(response.status());
      if (!cut_off || told.empty()) {
        told = absl::StrCat("orderer ", node.endpoint, ": ",
                            response.ok() ? absl::StrCat(::common::Status_Name(response->status()),
                                                         " ", response->info())
                                          : std::string(response.status().message()));
      }
      last = absl::UnavailableError(absl::StrCat(
          told, unanswered || cut_off ? " (an attempt was not answered: it may be in force)" : ""));
      unanswered |= !response.ok();
      // The message itself is refused: no other orderer will take it.
      if (response.ok() && response->status() < 500) return last;
    }
    if (absl::Now() + kPause >= deadline) return last;
    absl::SleepFor(kPause);
  }
}

absl::StatusOr<EndorsedTransaction> Endorse(const ProposalSpec& spec, const SigningIdentity& signer,
                                            const PeerNodes& endorsers) {
  SUYUAN_ASSIGN_OR_RETURN(const auto proposal, MakeSignedProposal(spec, signer));
  std::vector<absl::StatusOr<::protos::ProposalResponse>> answers(endorsers.size());
  ThreadPool pool(endorsers.size());
  pool.ParallelFor(endorsers.size(),
                   [&](size_t i) { answers[i] = endorsers[i]->Propose(proposal); });
  std::vector<::protos::ProposalResponse> responses;
  for (auto& answer : answers) {
    SUYUAN_RETURN_IF_ERROR(answer);
    responses.push_back(*std::move(answer));
    if (responses.back().payload() != responses[0].payload()) return Unequal(endorsers);
  }
  EndorsedTransaction transaction;
  SUYUAN_ASSIGN_OR_RETURN(transaction.envelope, MakeEnvelope(proposal, signer, responses));
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed, ParseEnvelope(transaction.envelope));
  transaction.tx_id = parsed.channel_header.tx_id();
  return transaction;
}

}  // namespace suyuan
