#include "network/peer/chaincode/system/cscc.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/system/access.h"
#include "network/peer/chaincode/system/responses.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/query.pb.h"

namespace suyuan {
namespace {

using Payload = absl::StatusOr<std::string>;

absl::StatusOr<std::string> ConfigBlock(Ledger& ledger) {
  if (ledger.Height() == 0) return absl::NotFoundError("the ledger is empty");
  SUYUAN_ASSIGN_OR_RETURN(const auto last, ledger.Get(ledger.Height() - 1));
  if (IsConfigBlock(last)) return last.SerializeAsString();
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t number, LastConfigIndex(last));
  return ledger.GetBytes(number);
}

class Cscc : public SystemChaincode {
 public:
  Cscc(PeerChannels& channels, std::shared_ptr<const Msp> local_msp)
      : channels_(channels), local_msp_(std::move(local_msp)) {}
  bool simulates() const override { return false; }
  ::protos::Response Invoke(const SystemCall& call) override { return ToResponse(Run(call)); }

 private:
  using Function = Payload (Cscc::*)(const SystemCall& call) const;

  static const std::map<std::string, Function>& Functions() {
    static const auto* functions = new std::map<std::string, Function>{
        {"JoinChain", &Cscc::JoinChain},
        {"GetChannels", &Cscc::GetChannels},
        {"GetConfigBlock", &Cscc::GetConfigBlock},
        {"GetChannelConfig", &Cscc::GetChannelConfig},
    };
    return *functions;
  }

  Payload Run(const SystemCall& call) const {
    if (call.from_chaincode) {
      return absl::PermissionDeniedError("Rejecting invoke of CSCC from another chaincode");
    }
    if (call.args.empty()) return absl::InvalidArgumentError("Incorrect number of arguments, 0");
    const auto function = Functions().find(call.args[0]);
    if (function == Functions().end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("Requested function ", call.args[0], " not found."));
    }
    if (call.args.size() < 2 && call.args[0] != "GetChannels") {
      return absl::InvalidArgumentError(
          absl::StrCat("Incorrect number of arguments, ", call.args.size()));
    }
    return (this->*function->second)(call);
  }

  absl::Status CheckLocal(const SystemCall& call, ::common::MSPRole::MSPRoleType role) const {
    const absl::Status allowed = CheckLocalAccess(*local_msp_, role, *call.creator);
    if (allowed.ok()) return allowed;
    return absl::PermissionDeniedError(
        absl::StrCat("access denied for [", call.args[0], "]: [", allowed.message(), "]"));
  }

  Payload JoinChain(const SystemCall& call) const {
    SUYUAN_RETURN_IF_ERROR(CheckLocal(call, ::common::MSPRole::ADMIN));
    SUYUAN_ASSIGN_OR_RETURN(const auto block,
                            ParseProto<::common::Block>(call.args[1], "genesis block"));
    SUYUAN_RETURN_IF_ERROR(channels_.Join(block), "\"JoinChain\" failed");
    return std::string();
  }

  Payload GetChannels(const SystemCall& call) const {
    SUYUAN_RETURN_IF_ERROR(CheckLocal(call, ::common::MSPRole::MEMBER));
    ::protos::ChannelQueryResponse response;
    for (const std::string& name : channels_.Names()) {
      response.add_channels()->set_channel_id(name);
    }
    return response.SerializeAsString();
  }

  absl::StatusOr<std::shared_ptr<PeerChannel>> Readable(const SystemCall& call) const {
    auto channel = channels_.Find(call.args[1]);
    if (channel == nullptr) {
      return absl::NotFoundError(absl::StrCat("unknown channel ID, ", call.args[1]));
    }
    SUYUAN_RETURN_IF_ERROR(
        CheckChannelAccess(*channel, absl::StrCat("cscc/", call.args[0]), *call.creator));
    return channel;
  }

  Payload GetConfigBlock(const SystemCall& call) const {
    SUYUAN_ASSIGN_OR_RETURN(const auto channel, Readable(call));
    return ConfigBlock(channel->ledger());
  }

  Payload GetChannelConfig(const SystemCall& call) const {
    SUYUAN_ASSIGN_OR_RETURN(const auto channel, Readable(call));
    return DeterministicBytes(channel->config()->proto());
  }

  PeerChannels& channels_;
  const std::shared_ptr<const Msp> local_msp_;
};

}  // namespace

std::unique_ptr<SystemChaincode> MakeCscc(PeerChannels& channels,
                                          std::shared_ptr<const Msp> local_msp) {
  return std::make_unique<Cscc>(channels, std::move(local_msp));
}

}  // namespace suyuan
