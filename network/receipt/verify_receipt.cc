#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/channel/block_verification.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/receipt/receipt.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"
#include "protos/ledger/rwset/rwset.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

constexpr char kEndorsementPolicy[] = "/Channel/Application/Endorsement";
constexpr char kOrderingPolicy[] = "/Channel/Orderer/BlockValidation";

absl::Status Bad(absl::string_view text) { return absl::InvalidArgumentError(text); }
absl::Status Denied(absl::string_view text) { return absl::PermissionDeniedError(text); }

// Parses what must be exactly this message: a field that is not ours would be bytes that
// nothing proves.
template <typename Message>
absl::StatusOr<Message> ParseExactly(absl::string_view bytes, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(Message message, ParseProto<Message>(bytes, name));
  if (message.SerializeAsString() != bytes) {
    return Bad(absl::StrCat(name, ": holds more than a receipt has, or in another order"));
  }
  return message;
}

ReceiptParty PartyOf(const Identity& identity) {
  return {identity.msp_id(), identity.certificate().subject()};
}

// A valid member of the channel; its signature is not asked here.
absl::StatusOr<IdentityPtr> Member(const ChannelConfig& config, absl::string_view serialized,
                                   absl::string_view who) {
  SUYUAN_ASSIGN_OR_RETURN(IdentityPtr identity, config.msps()->Deserialize(serialized), who);
  if (const absl::Status valid = config.msps()->Validate(*identity); !valid.ok()) {
    return Denied(absl::StrCat(who, ": ", valid.message()));
  }
  return identity;
}

absl::Status Signed(const Identity& identity, std::initializer_list<absl::string_view> message,
                    absl::string_view signature, absl::string_view who) {
  const absl::Status verified = identity.Verify(message, signature);
  return verified.ok() ? verified : Denied(absl::StrCat(who, ": ", verified.message()));
}

// What was called: a ChaincodeProposalPayload's contents.
absl::StatusOr<::protos::ChaincodeSpec> ReadSpec(absl::string_view chaincode_proposal_payload) {
  SUYUAN_ASSIGN_OR_RETURN(
      auto payload, ParseProto<::protos::ChaincodeProposalPayload>(chaincode_proposal_payload,
                                                                   "chaincode proposal payload"));
  SUYUAN_ASSIGN_OR_RETURN(auto call, ParseProto<::protos::ChaincodeInvocationSpec>(
                                         payload.input(), "chaincode invocation"));
  return std::move(*call.mutable_chaincode_spec());
}

absl::StatusOr<::common::Block> ReadBlock(absl::string_view bytes, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(auto block, ParseExactly<::common::Block>(bytes, name));
  const auto& metadata = block.metadata().metadata();
  for (int i = 0; i < metadata.size(); ++i) {
    if (i != ::common::SIGNATURES && !metadata[i].empty()) {
      return Bad(absl::StrCat(name, ": metadata beside the signatures"));
    }
  }
  return block;
}

// One receipt under verification; each step needs the ones before it.
class Verification {
 public:
  Verification(ChannelConfigPtr trusted, uint64_t trusted_block) : config_(std::move(trusted)) {
    findings_.trusted_block = in_force_ = trusted_block;
  }

  absl::StatusOr<ReceiptFindings> Run(absl::string_view bytes) {
    if (bytes.size() > kMaxReceiptBytes) return Bad("receipt: too large");
    SUYUAN_ASSIGN_OR_RETURN(receipt_, ParseExactly<::suyuan::receipt::Receipt>(bytes, "receipt"));
    SUYUAN_RETURN_IF_ERROR(CheckFrame());
    SUYUAN_RETURN_IF_ERROR(FollowConfigurations());
    SUYUAN_RETURN_IF_ERROR(CheckOrdering());
    SUYUAN_RETURN_IF_ERROR(CheckTransaction(), "transaction");
    SUYUAN_RETURN_IF_ERROR(CheckWitnesses());
    return std::move(findings_);
  }

 private:
  absl::Status CheckFrame() {
    if (receipt_.format() != 1) return Bad("format: only 1 is known");
    if (receipt_.channel_id() != config_->channel_id()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the receipt is of channel '", receipt_.channel_id(),
                       "', the trusted configuration block of '", config_->channel_id(), "'"));
    }
    SUYUAN_ASSIGN_OR_RETURN(block_, ReadBlock(receipt_.block(), "block"));
    findings_.channel_id = receipt_.channel_id();
    findings_.transaction_id = receipt_.transaction_id();
    findings_.block = block_.header().number();
    findings_.position = receipt_.position();
    findings_.block_hash = BlockHeaderHash(block_.header());
    if (findings_.block <= findings_.trusted_block) {
      return absl::FailedPreconditionError(
          absl::StrCat("the trusted configuration block ", findings_.trusted_block,
                       " is not older than the transaction's block ", findings_.block,
                       "; give the genesis block or another earlier one"));
    }
    return absl::OkStatus();
  }

  // Each configuration block is judged by the configuration before it.
  absl::Status FollowConfigurations() {
    uint64_t last = 0;
    for (int i = 0; i < receipt_.config_blocks_size(); ++i) {
      const std::string name = absl::StrCat("config_blocks[", i, "]");
      SUYUAN_ASSIGN_OR_RETURN(auto block, ReadBlock(receipt_.config_blocks(i), name));
      const uint64_t number = block.header().number();
      if (i > 0 && number <= last) return Bad(absl::StrCat(name, ": not in rising order"));
      last = number;
      if (number <= in_force_) continue;  // before the verifier's trust begins
      SUYUAN_RETURN_IF_ERROR(Follow(block), name);
      in_force_ = number;
      findings_.configurations.push_back(number);
    }
    return absl::OkStatus();
  }

  absl::Status Follow(const ::common::Block& block) {
    SUYUAN_RETURN_IF_ERROR(
        VerifyBlock(*config_, block, block.header().number(), block.header().previous_hash()));
    if (!IsConfigBlock(block)) return Bad("not a configuration block");
    SUYUAN_ASSIGN_OR_RETURN(const auto envelope, ParseEnvelope(block.data().data(0)));
    SUYUAN_ASSIGN_OR_RETURN(auto next, ParseProto<::common::ConfigEnvelope>(envelope.payload.data(),
                                                                            "config envelope"));
    SUYUAN_ASSIGN_OR_RETURN(config_, config_->ValidateConfigEnvelope(next));
    return absl::OkStatus();
  }

  absl::Status CheckOrdering() {
    SUYUAN_ASSIGN_OR_RETURN(const auto signers, VerifyBlock(*config_, block_, findings_.block,
                                                            block_.header().previous_hash()));
    SUYUAN_ASSIGN_OR_RETURN(const uint64_t last_config, LastConfigIndex(block_), "block");
    if (last_config != in_force_) {
      return Bad(absl::StrCat("config_blocks: the configuration in force is that of block ",
                              last_config, ", the receipt leads to that of block ", in_force_));
    }
    for (const IdentityPtr& signer : signers) findings_.orderers.push_back(PartyOf(*signer));
    findings_.ordering_policy =
        absl::StrCat(kOrderingPolicy, ": ", config_->GetPolicy(kOrderingPolicy)->ToString());
    return absl::OkStatus();
  }

  absl::Status CheckTransaction() {
    if (receipt_.position() >= static_cast<uint32_t>(block_.data().data_size())) {
      return Bad("position: beyond the block's transactions");
    }
    SUYUAN_ASSIGN_OR_RETURN(
        const auto parsed,
        ParseEnvelope(block_.data().data(static_cast<int>(receipt_.position()))));
    envelope_ = parsed.envelope;
    const auto& header = parsed.channel_header;
    if (header.type() != ::common::ENDORSER_TRANSACTION) {
      return absl::FailedPreconditionError("not a transaction of a chaincode");
    }
    if (header.channel_id() != receipt_.channel_id()) return Bad("channel_id: of another channel");
    const auto& signature_header = parsed.signature_header;
    if (header.tx_id() != receipt_.transaction_id() ||
        header.tx_id() != ComputeTxId(signature_header.nonce(), signature_header.creator())) {
      return Bad("tx_id: not the receipt's, or not that of its nonce and creator");
    }
    SUYUAN_ASSIGN_OR_RETURN(auto creator, Member(*config_, signature_header.creator(), "creator"));
    SUYUAN_RETURN_IF_ERROR(
        Signed(*creator, {parsed.envelope.payload()}, parsed.envelope.signature(), "creator"));
    findings_.creator = PartyOf(*creator);
    findings_.created = absl::FromUnixSeconds(header.timestamp().seconds()) +
                        absl::Nanoseconds(header.timestamp().nanos());
    return CheckEndorsements(parsed);
  }

  absl::Status CheckEndorsements(const ParsedEnvelope& parsed) {
    SUYUAN_ASSIGN_OR_RETURN(
        auto transaction, ParseProto<::protos::Transaction>(parsed.payload.data(), "transaction"));
    if (transaction.actions_size() != 1) return Bad("actions: not exactly one");
    SUYUAN_ASSIGN_OR_RETURN(auto action, ParseProto<::protos::ChaincodeActionPayload>(
                                             transaction.actions(0).payload(), "action payload"));
    const std::string& payload = action.action().proposal_response_payload();
    std::set<std::string> seen;
    for (const auto& endorsement : action.action().endorsements()) {
      const auto endorser = Endorser(endorsement, payload);
      if (!endorser.ok()) {
        findings_.endorsements_not_counted.emplace_back(endorser.status().message());
      } else if (seen.insert((*endorser)->id()).second) {
        findings_.endorsers.push_back(PartyOf(**endorser));
      }
    }
    SUYUAN_ASSIGN_OR_RETURN(auto response, ParseProto<::protos::ProposalResponsePayload>(
                                               payload, "proposal response payload"));
    SUYUAN_ASSIGN_OR_RETURN(
        const std::string hash,
        ProposalHash(parsed.payload.header(), action.chaincode_proposal_payload()));
    if (response.proposal_hash() != hash) {
      return Bad("proposal_hash: the endorsers answered another proposal");
    }
    SUYUAN_RETURN_IF_ERROR(ReadCall(action.chaincode_proposal_payload()));
    return ReadResult(response.extension());
  }

  absl::StatusOr<IdentityPtr> Endorser(const ::protos::Endorsement& endorsement,
                                       const std::string& payload) const {
    SUYUAN_ASSIGN_OR_RETURN(auto endorser, Member(*config_, endorsement.endorser(), "endorser"));
    SUYUAN_RETURN_IF_ERROR(
        Signed(*endorser, {payload, endorsement.endorser()}, endorsement.signature(), "endorser"));
    return endorser;
  }

  absl::Status ReadCall(absl::string_view chaincode_proposal_payload) {
    SUYUAN_ASSIGN_OR_RETURN(const auto spec, ReadSpec(chaincode_proposal_payload));
    findings_.chaincode = spec.chaincode_id().name();
    const auto& arguments = spec.input().args();
    findings_.arguments.assign(arguments.begin(), arguments.end());
    return absl::OkStatus();
  }

  absl::Status ReadResult(absl::string_view chaincode_action) {
    SUYUAN_ASSIGN_OR_RETURN(
        auto action, ParseProto<::protos::ChaincodeAction>(chaincode_action, "chaincode action"));
    findings_.result = action.response().payload();
    SUYUAN_ASSIGN_OR_RETURN(
        auto results, ParseProto<::rwset::TxReadWriteSet>(action.results(), "read-write set"));
    for (const auto& space : results.ns_rwset()) {
      SUYUAN_ASSIGN_OR_RETURN(auto set,
                              ParseProto<::kvrwset::KVRWSet>(space.rwset(), "read-write set"));
      for (const auto& write : set.writes()) {
        findings_.writes.push_back(
            {space.namespace_(), write.key(), write.value(), write.is_delete()});
      }
    }
    return absl::OkStatus();
  }

  // Peers enough for the channel's endorsement policy say that it is valid.
  absl::Status CheckWitnesses() {
    std::vector<IdentityPtr> peers;
    std::set<std::string> seen;
    for (int i = 0; i < receipt_.witnesses_size(); ++i) {
      const auto& witness = receipt_.witnesses(i);
      const std::string name = absl::StrCat("witnesses[", i, "]");
      SUYUAN_ASSIGN_OR_RETURN(auto peer, Member(*config_, witness.endorser(), name));
      SUYUAN_RETURN_IF_ERROR(Signed(*peer, {witness.response_payload(), witness.endorser()},
                                    witness.signature(), name));
      SUYUAN_RETURN_IF_ERROR(CheckTestimony(witness), name);
      if (!seen.insert(peer->id()).second) continue;
      findings_.witnesses.push_back(PartyOf(*peer));
      peers.push_back(std::move(peer));
    }
    const PolicyPtr policy = config_->GetPolicy(kEndorsementPolicy);
    findings_.validity_policy = absl::StrCat(kEndorsementPolicy, ": ", policy->ToString());
    return Annotate(policy->EvaluateIdentities(peers),
                    "witnesses: too few peers say that the transaction is valid");
  }

  absl::Status CheckTestimony(const ::suyuan::receipt::Witness& witness) {
    SUYUAN_ASSIGN_OR_RETURN(auto header, ParseProto<::common::Header>(witness.header(), "header"));
    SUYUAN_ASSIGN_OR_RETURN(auto channel_header, ParseProto<::common::ChannelHeader>(
                                                     header.channel_header(), "channel header"));
    if (channel_header.channel_id() != receipt_.channel_id()) return Bad("of another channel");
    SUYUAN_ASSIGN_OR_RETURN(const std::string question, WithoutTransient(witness.question()));
    if (question != witness.question()) return Bad("question: holds transient data");
    SUYUAN_RETURN_IF_ERROR(CheckQuestion(question));
    SUYUAN_ASSIGN_OR_RETURN(auto response, ParseProto<::protos::ProposalResponsePayload>(
                                               witness.response_payload(), "response payload"));
    SUYUAN_ASSIGN_OR_RETURN(const std::string hash, ProposalHash(header, question));
    if (response.proposal_hash() != hash) return Bad("the peer answered another question");
    SUYUAN_ASSIGN_OR_RETURN(auto action, ParseProto<::protos::ChaincodeAction>(response.extension(),
                                                                               "chaincode action"));
    SUYUAN_ASSIGN_OR_RETURN(auto processed,
                            ParseProto<::protos::ProcessedTransaction>(action.response().payload(),
                                                                       "processed transaction"));
    if (action.response().status() != 200) return Bad("the peer answered with an error");
    if (processed.validationcode() != ::protos::VALID) return Denied("the peer does not say VALID");
    if (processed.transactionenvelope().payload() != envelope_.payload() ||
        processed.transactionenvelope().signature() != envelope_.signature()) {
      return Denied("the peer speaks of a transaction with other bytes");
    }
    return absl::OkStatus();
  }

  absl::Status CheckQuestion(const std::string& question) {
    SUYUAN_ASSIGN_OR_RETURN(const auto spec, ReadSpec(question));
    const auto& args = spec.input().args();
    if (spec.chaincode_id().name() != kWitnessChaincode || args.size() != 3 ||
        args[0] != kWitnessFunction || args[1] != receipt_.channel_id() ||
        args[2] != receipt_.transaction_id()) {
      return Bad("the peer was asked something else");
    }
    return absl::OkStatus();
  }

  ChannelConfigPtr config_;  // in force as far as followed
  uint64_t in_force_;        // number of its block
  ::suyuan::receipt::Receipt receipt_;
  ::common::Block block_;
  ::common::Envelope envelope_;  // of the transaction
  ReceiptFindings findings_;
};

}  // namespace

absl::StatusOr<ReceiptFindings> VerifyReceipt(absl::string_view receipt,
                                              const ::common::Block& trusted_config_block) {
  SUYUAN_ASSIGN_OR_RETURN(auto config, ChannelConfig::FromBlock(trusted_config_block),
                          "trusted configuration block");
  return Verification(std::move(config), trusted_config_block.header().number()).Run(receipt);
}

}  // namespace suyuan
