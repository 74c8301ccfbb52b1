#include "gateway/peer_client.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "gateway/errors.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

EndorserAnswer FailedAnswer(const grpc::Status& status) {
  EndorserAnswer answer;
  answer.code = static_cast<absl::StatusCode>(status.error_code());
  answer.error = RpcErrorText(answer.code, status.error_message());
  return answer;
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
  auto context = scope.parent != nullptr
                     ? grpc::ClientContext::FromCallbackServerContext(*scope.parent)
                     : std::make_unique<grpc::ClientContext>();
  const absl::Time deadline = std::min(scope.deadline, absl::Now() + limit);
  if (deadline < absl::InfiniteFuture()) context->set_deadline(absl::ToChronoTime(deadline));
  return context;
}

PeerClient::PeerClient(PeerAddress address, const TlsIdentity& tls)
    : address_(std::move(address)),
      channel_(
          MakeChannel(address_.endpoint, MakeChannelCredentials(address_.tls_roots_pem, &tls), "")),
      link_(::suyuan::peer::PeerLink::NewStub(channel_)),
      endorser_(::protos::Endorser::NewStub(channel_)),
      deliver_(::protos::Deliver::NewStub(channel_)) {}

void PeerClient::Propose(const ::protos::SignedProposal& proposal, const CallScope& scope,
                         absl::Duration limit, std::function<void(EndorserAnswer)> done) {
  auto context = MakeContext(scope, limit);
  if (address_.own && has_link_) {
    ProposeOverLink(proposal, std::move(context), std::move(done));
  } else {
    ProposeOverEndorser(proposal, std::move(context), std::move(done));
  }
}

void PeerClient::ProposeOverLink(const ::protos::SignedProposal& proposal,
                                 std::unique_ptr<grpc::ClientContext> context,
                                 std::function<void(EndorserAnswer)> done) {
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    ::suyuan::peer::ProposeReply reply;
  };
  auto call = std::make_shared<Call>();
  call->context = std::move(context);
  link_->async()->Propose(call->context.get(), &proposal, &call->reply,
                          [this, call, done = std::move(done)](const grpc::Status& status) {
                            if (!status.ok()) {
                              if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED)
                                has_link_ = false;
                              return done(FailedAnswer(status));
                            }
                            EndorserAnswer answer;
                            answer.code = static_cast<absl::StatusCode>(call->reply.code());
                            answer.error = std::move(*call->reply.mutable_error());
                            answer.has_response = call->reply.has_response();
                            answer.response = std::move(*call->reply.mutable_response());
                            done(std::move(answer));
                          });
}

void PeerClient::ProposeOverEndorser(const ::protos::SignedProposal& proposal,
                                     std::unique_ptr<grpc::ClientContext> context,
                                     std::function<void(EndorserAnswer)> done) {
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    ::protos::ProposalResponse reply;
  };
  auto call = std::make_shared<Call>();
  call->context = std::move(context);
  endorser_->async()->ProcessProposal(call->context.get(), &proposal, &call->reply,
                                      [call, done = std::move(done)](const grpc::Status& status) {
                                        if (!status.ok()) return done(FailedAnswer(status));
                                        EndorserAnswer answer;
                                        answer.has_response = true;
                                        answer.response = std::move(call->reply);
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
