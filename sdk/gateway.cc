#include "sdk/gateway.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/identities.pb.h"
#include "sdk/internal/client.h"
#include "sdk/internal/errors.h"
#include "sdk/internal/wait.h"

namespace suyuan::sdk {

using internal::Client;
using internal::Wait;

// Gateway --------------------------------------------------------------------

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Connect(std::shared_ptr<Connection> connection,
                                                          GatewayOptions options) {
  if (options.identity.msp_id.empty()) {
    return absl::InvalidArgumentError("identity.msp_id: is empty");
  }
  if (options.identity.certificate_pem.empty()) {
    return absl::InvalidArgumentError("identity.certificate_pem: is empty");
  }
  ::msp::SerializedIdentity identity;
  identity.set_mspid(options.identity.msp_id);
  identity.set_id_bytes(options.identity.certificate_pem);
  auto client = std::make_shared<Client>();
  client->connection = std::move(connection);
  client->options = std::move(options);
  client->creator = identity.SerializeAsString();
  return std::unique_ptr<Gateway>(new Gateway(std::move(client)));
}

Network Gateway::GetNetwork(absl::string_view channel) const {
  return Network(client_, std::string(channel));
}

const Identity& Gateway::identity() const { return client_->options.identity; }

absl::StatusOr<Proposal> Gateway::NewSignedProposal(absl::string_view bytes,
                                                    absl::string_view signature) const {
  SUYUAN_ASSIGN_OR_RETURN(auto proposed,
                          ParseProto<::gateway::ProposedTransaction>(bytes, "ProposedTransaction"));
  SUYUAN_ASSIGN_OR_RETURN(Proposal proposal, Client::ToProposal(client_, std::move(proposed)));
  proposal.SetSignature(signature);
  return proposal;
}

absl::StatusOr<Transaction> Gateway::NewSignedTransaction(absl::string_view bytes,
                                                          absl::string_view signature) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto prepared,
                          ParseProto<::gateway::PreparedTransaction>(bytes, "PreparedTransaction"));
  SUYUAN_ASSIGN_OR_RETURN(Transaction transaction, Client::ToTransaction(client_, prepared));
  transaction.SetSignature(signature);
  return transaction;
}

absl::StatusOr<Commit> Gateway::NewSignedCommit(absl::string_view bytes,
                                                absl::string_view signature) const {
  SUYUAN_ASSIGN_OR_RETURN(auto request, ParseProto<::gateway::SignedCommitStatusRequest>(
                                            bytes, "SignedCommitStatusRequest"));
  SUYUAN_ASSIGN_OR_RETURN(Commit commit, Client::ToCommit(client_, std::move(request)));
  commit.SetSignature(signature);
  return commit;
}

// Contract -------------------------------------------------------------------

struct Contract::State {
  std::shared_ptr<Client> client;
  std::string channel, chaincode, name;
};

Contract Network::GetContract(absl::string_view chaincode, absl::string_view contract_name) const {
  return Contract(std::make_shared<const Contract::State>(
      Contract::State{client_, *name_, std::string(chaincode), std::string(contract_name)}));
}

const std::string& Contract::chaincode() const { return state_->chaincode; }
const std::string& Contract::name() const { return state_->name; }

absl::StatusOr<Proposal> Contract::NewProposal(absl::string_view function,
                                               const ProposalOptions& options) const {
  const std::string qualified =
      state_->name.empty() ? std::string(function) : absl::StrCat(state_->name, ":", function);
  return Client::MakeProposal(state_->client, state_->channel, state_->chaincode, qualified,
                              options);
}

absl::StatusOr<std::string> Contract::Evaluate(absl::string_view function,
                                               std::vector<std::string> arguments,
                                               const CallOptions& options) const {
  ProposalOptions proposal;
  proposal.arguments = std::move(arguments);
  return Evaluate(function, proposal, options);
}

absl::StatusOr<std::string> Contract::Evaluate(absl::string_view function,
                                               const ProposalOptions& proposal_options,
                                               const CallOptions& options) const {
  SUYUAN_ASSIGN_OR_RETURN(Proposal proposal, NewProposal(function, proposal_options));
  return proposal.Evaluate(options);
}

std::shared_ptr<CallHandle> Contract::EvaluateAsync(absl::string_view function,
                                                    std::vector<std::string> arguments,
                                                    Callback<std::string> done,
                                                    const CallOptions& options) const {
  ProposalOptions proposal_options;
  proposal_options.arguments = std::move(arguments);
  auto proposal = NewProposal(function, proposal_options);
  if (!proposal.ok()) {
    done(proposal.status());
    return nullptr;
  }
  return proposal->EvaluateAsync(std::move(done), options);
}

absl::StatusOr<std::string> Contract::Submit(absl::string_view function,
                                             std::vector<std::string> arguments,
                                             const CallOptions& options) const {
  ProposalOptions proposal;
  proposal.arguments = std::move(arguments);
  return Submit(function, proposal, options);
}

absl::StatusOr<std::string> Contract::Submit(absl::string_view function,
                                             const ProposalOptions& proposal,
                                             const CallOptions& options) const {
  return Wait<std::string>(
      [&](auto done) { SubmitAsync(function, proposal, std::move(done), options); });
}

void Contract::SubmitAsync(absl::string_view function, std::vector<std::string> arguments,
                           Callback<std::string> done, const CallOptions& options) const {
  ProposalOptions proposal;
  proposal.arguments = std::move(arguments);
  SubmitAsync(function, proposal, std::move(done), options);
}

void Contract::SubmitAsync(absl::string_view function, const ProposalOptions& proposal_options,
                           Callback<std::string> done, const CallOptions& options) const {
  auto proposal = NewProposal(function, proposal_options);
  if (!proposal.ok()) return done(proposal.status());
  proposal->EndorseAsync(
      [options, done = std::move(done)](absl::StatusOr<Transaction> transaction) {
        if (!transaction.ok()) return done(transaction.status());
        transaction->SubmitAsync(
            [options, result = transaction->Result(), done](absl::StatusOr<Commit> commit) {
              if (!commit.ok()) return done(commit.status());
              commit->StatusAsync(
                  [result, done](absl::StatusOr<CommitStatus> status) {
                    if (!status.ok()) return done(status.status());
                    if (!status->successful) return done(internal::CommitError(*status));
                    done(result);
                  },
                  options);
            },
            options);
      },
      options);
}

absl::StatusOr<Submitted> Contract::SubmitNoWait(absl::string_view function,
                                                 const ProposalOptions& proposal_options,
                                                 const CallOptions& options) const {
  SUYUAN_ASSIGN_OR_RETURN(Proposal proposal, NewProposal(function, proposal_options));
  SUYUAN_ASSIGN_OR_RETURN(Transaction transaction, proposal.Endorse(options));
  SUYUAN_ASSIGN_OR_RETURN(Commit commit, transaction.Submit(options));
  return Submitted{transaction.Result(), std::move(commit)};
}

}  // namespace suyuan::sdk
