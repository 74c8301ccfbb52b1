#include "network/peer/link_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/definition.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

absl::Status FindStatus(Channel& channel, const std::string& tx_id,
                        ::suyuan::peer::TransactionStatusReply* reply) {
  const auto found = channel.ledger().FindTransaction(tx_id);
  if (absl::IsNotFound(found.status())) return absl::OkStatus();
  SUYUAN_RETURN_IF_ERROR(found);
  reply->set_found(true);
  reply->set_code(found->code);
  reply->set_block_number(found->block_number);
  return absl::OkStatus();
}

absl::Status FindDefinition(Channel& channel, const std::string& name,
                            ::suyuan::peer::DefinitionReply* reply) {
  SUYUAN_ASSIGN_OR_RETURN(auto definition, ReadDefinition(*channel.ledger().NewView(), name));
  if (!definition.has_value()) return absl::OkStatus();
  reply->set_found(true);
  reply->set_sequence(definition->sequence);
  reply->set_version(std::move(definition->version));
  reply->set_validation_parameter(std::move(definition->validation_parameter));
  reply->set_collections(std::move(definition->collections));
  reply->set_init_required(definition->init_required);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* LinkService::Propose(grpc::CallbackServerContext* context,
                                               const ::protos::SignedProposal* request,
                                               ::suyuan::peer::ProposeReply* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (const absl::Status own = deps_.callers->OwnOrganisation(*context); !own.ok()) {
    reactor->Finish(ToGrpc(own));
    return reactor;
  }
  Ask(*request, [reactor, reply](const absl::Status& status, ::suyuan::peer::ProposeReply answer) {
    *reply = std::move(answer);
    reactor->Finish(ToGrpc(status));
  });
  return reactor;
}

void LinkService::ServeOn(SessionServer* sessions) {
  sessions->Handle("/suyuan.peer.PeerLink/Propose", [this](const SessionCallPtr& call) {
    if (const absl::Status own = deps_.callers->OwnOrganisation(call->caller()); !own.ok()) {
      return call->Answer(own, "");
    }
    ::protos::SignedProposal proposal;
    if (!proposal.ParseFromString(call->message())) {
      return call->Answer(absl::InternalError("not a protos.SignedProposal"), "");
    }
    Ask(proposal, [call](const absl::Status& status, const ::suyuan::peer::ProposeReply& reply) {
      call->Answer(status, reply.SerializeAsString());
    });
  });
}

void LinkService::Ask(const ::protos::SignedProposal& proposal,
                      std::function<void(const absl::Status&, ::suyuan::peer::ProposeReply)> done) {
  deps_.endorser->Process(
      proposal,
      [this, done = std::move(done)](ProposeOutcome outcome) {
        deps_.metrics->ProposalAnswered(outcome.status);
        if (absl::IsResourceExhausted(outcome.status)) return done(outcome.status, {});
        ::suyuan::peer::ProposeReply reply;
        reply.set_code(static_cast<int>(outcome.status.code()));
        reply.set_error(std::string(outcome.status.message()));
        if (outcome.response.has_response()) {
          *reply.mutable_response() = std::move(outcome.response);
        }
        done(absl::OkStatus(), std::move(reply));
      },
      ProposalOrigin::kOwnGateway);
}

grpc::ServerWriteReactor<::suyuan::peer::ChannelUpdate>* LinkService::Watch(
    grpc::CallbackServerContext* context, const ::suyuan::peer::SignedWatchRequest* request) {
  return StartWatch(deps_.watch, *request);
}

grpc::ServerUnaryReactor* LinkService::Serve(grpc::CallbackServerContext* context,
                                             std::string channel_id,
                                             std::function<absl::Status(Channel&)> body) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (const absl::Status own = deps_.callers->OwnOrganisation(*context); !own.ok()) {
    reactor->Finish(ToGrpc(own));
    return reactor;
  }
  std::shared_ptr<Channel> channel = deps_.watch.channels->Get(channel_id);
  if (channel == nullptr) {
    reactor->Finish(
        ToGrpc(absl::NotFoundError(absl::StrCat("channel ", channel_id, " is not joined"))));
    return reactor;
  }
  deps_.watch.pool->Submit([reactor, channel = std::move(channel), body = std::move(body)] {
    reactor->Finish(ToGrpc(body(*channel)));
  });
  return reactor;
}

grpc::ServerUnaryReactor* LinkService::TransactionStatus(
    grpc::CallbackServerContext* context, const ::suyuan::peer::TransactionStatusRequest* request,
    ::suyuan::peer::TransactionStatusReply* reply) {
  return Serve(context, request->channel_id(), [request, reply](Channel& channel) {
    return FindStatus(channel, request->tx_id(), reply);
  });
}

grpc::ServerUnaryReactor* LinkService::Definition(grpc::CallbackServerContext* context,
                                                  const ::suyuan::peer::DefinitionRequest* request,
                                                  ::suyuan::peer::DefinitionReply* reply) {
  return Serve(context, request->channel_id(), [request, reply](Channel& channel) {
    return FindDefinition(channel, request->name(), reply);
  });
}

}  // namespace suyuan
