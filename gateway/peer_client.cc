#include "gateway/peer_client.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "gateway/errors.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

EndorserAnswer FailedAnswer(const absl::Status& status) {
  EndorserAnswer answer;
  answer.code = status.code();
  answer.error = RpcErrorText(answer.code, status.message());
  return answer;
}

EndorserAnswer NoAnswer() {
  return FailedAnswer(absl::InternalError("the peer's answer cannot be read"));
}

// What one call owns until its callback has run.
template <typename Request, typename Reply>
struct Pending {
  std::unique_ptr<grpc::ClientContext> context;
  Request request;
  Reply reply;
};

}  // namespace

std::unique_ptr<grpc::ClientContext> MakeContext(const CallScope& scope, absl::Duration limit) {
  auto context = std::make_unique<grpc::ClientContext>();
  const absl::Time deadline = std::min(scope.deadline, absl::Now() + limit);
  if (deadline < absl::InfiniteFuture()) context->set_deadline(absl::ToChronoTime(deadline));
  return context;
}

PeerClient::PeerClient(PeerAddress address, const TlsIdentity& tls)
    : address_(std::move(address)),
      channel_(
          MakeChannel(address_.endpoint, MakeChannelCredentials(address_.tls_roots_pem, &tls), "")),
      calls_(SessionClient::Make(channel_)),
      link_(::suyuan::peer::PeerLink::NewStub(channel_)),
      deliver_(::protos::Deliver::NewStub(channel_)) {}

void PeerClient::Propose(const ::protos::SignedProposal& proposal, const CallScope& scope,
                         absl::Duration limit, std::function<void(EndorserAnswer)> done) {
  const absl::Time deadline = std::min(scope.deadline, absl::Now() + limit);
  if (address_.own && has_link_) {
    ProposeOverLink(proposal.SerializeAsString(), deadline, std::move(done));
  } else {
    ProposeOverEndorser(proposal.SerializeAsString(), deadline, std::move(done));
  }
}

void PeerClient::ProposeOverLink(std::string proposal, absl::Time deadline,
                                 std::function<void(EndorserAnswer)> done) {
  calls_->Call("/suyuan.peer.PeerLink/Propose", std::move(proposal), deadline,
               [this, done = std::move(done)](const absl::StatusOr<std::string>& bytes) {
                 if (absl::IsUnimplemented(bytes.status())) has_link_ = false;
                 if (!bytes.ok()) return done(FailedAnswer(bytes.status()));
                 ::suyuan::peer::ProposeReply reply;
                 if (!reply.ParseFromString(*bytes)) return done(NoAnswer());
                 EndorserAnswer answer;
                 answer.code = static_cast<absl::StatusCode>(reply.code());
                 answer.error = std::move(*reply.mutable_error());
                 answer.has_response = reply.has_response();
                 answer.response = std::move(*reply.mutable_response());
                 done(std::move(answer));
               });
}

void PeerClient::ProposeOverEndorser(std::string proposal, absl::Time deadline,
                                     std::function<void(EndorserAnswer)> done) {
  calls_->Call("/protos.Endorser/ProcessProposal", std::move(proposal), deadline,
               [done = std::move(done)](const absl::StatusOr<std::string>& bytes) {
                 if (!bytes.ok()) return done(FailedAnswer(bytes.status()));
                 EndorserAnswer answer;
                 answer.has_response = true;
                 if (!answer.response.ParseFromString(*bytes)) return done(NoAnswer());
                 done(std::move(answer));
               });
}

void PeerClient::TransactionStatus(
    const std::string& channel_id, const std::string& tx_id, const CallScope& scope,
    std::function<void(absl::StatusOr<::suyuan::peer::TransactionStatusReply>)> done) {
  using Call =
      Pending<::suyuan::peer::TransactionStatusRequest, ::suyuan::peer::TransactionStatusReply>;
  auto call = std::make_shared<Call>();
  call->context = MakeContext(scope, absl::Seconds(10));
  call->request.set_channel_id(channel_id);
  call->request.set_tx_id(tx_id);
  link_->async()->TransactionStatus(call->context.get(), &call->request, &call->reply,
                                    [call, done = std::move(done)](const grpc::Status& status) {
                                      if (!status.ok()) return done(FromGrpc(status));
                                      done(std::move(call->reply));
                                    });
}

void PeerClient::Definition(
    const std::string& channel_id, const std::string& name, const CallScope& scope,
    std::function<void(absl::StatusOr<::suyuan::peer::DefinitionReply>)> done) {
  using Call = Pending<::suyuan::peer::DefinitionRequest, ::suyuan::peer::DefinitionReply>;
  auto call = std::make_shared<Call>();
  call->context = MakeContext(scope, absl::Seconds(10));
  call->request.set_channel_id(channel_id);
  call->request.set_name(name);
  link_->async()->Definition(call->context.get(), &call->request, &call->reply,
                             [call, done = std::move(done)](const grpc::Status& status) {
                               if (!status.ok()) return done(FromGrpc(status));
                               done(std::move(call->reply));
                             });
}

}  // namespace suyuan
