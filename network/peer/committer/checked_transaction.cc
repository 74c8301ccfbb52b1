#include "network/peer/committer/checked_transaction.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/timestamp.h"
#include "protos/common/common.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {
namespace {

using ::protos::TxValidationCode;

// The layers, filled by the rules as they go.
struct Draft {
  absl::string_view bytes;
  const ChannelConfig& config;
  const OwnEndorsements* own;

  ::common::Envelope envelope;
  ::common::Payload payload;
  ::common::ChannelHeader channel_header;
  ::common::SignatureHeader signature_header;
  ::protos::ChaincodeActionPayload action_payload;
  ::protos::ProposalResponsePayload response_payload;
  ::protos::ChaincodeHeaderExtension extension;
  ::protos::ChaincodeAction action;

  CheckedTransaction out;
};

// VALID: no objection.
using Rule = TxValidationCode (*)(Draft&);

template <typename Message>
bool Parse(absl::string_view bytes, Message* message) {
  return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

TxValidationCode ReadEnvelope(Draft& d) {
  if (d.bytes.empty()) return ::protos::NIL_ENVELOPE;
  return Parse(d.bytes, &d.envelope) ? ::protos::VALID : ::protos::INVALID_OTHER_REASON;
}

TxValidationCode ReadPayload(Draft& d) {
  return Parse(d.envelope.payload(), &d.payload) ? ::protos::VALID : ::protos::BAD_PAYLOAD;
}

bool IsTransactionType(int type) {
  return type == ::common::CONFIG || type == ::common::CONFIG_UPDATE ||
         type == ::common::ENDORSER_TRANSACTION;
}

bool HasCreatorAndNonce(const ::common::SignatureHeader& header) {
  return !header.creator().empty() && !header.nonce().empty();
}

TxValidationCode ReadHeader(Draft& d) {
  if (!d.payload.has_header()) return ::protos::BAD_COMMON_HEADER;
  if (!Parse(d.payload.header().channel_header(), &d.channel_header)) {
    return ::protos::BAD_COMMON_HEADER;
  }
  d.out.tx_id = d.channel_header.tx_id();
  d.out.timestamp = ToTime(d.channel_header.timestamp());
  const bool good = Parse(d.payload.header().signature_header(), &d.signature_header) &&
                    IsTransactionType(d.channel_header.type()) && d.channel_header.epoch() == 0 &&
                    HasCreatorAndNonce(d.signature_header);
  return good ? ::protos::VALID : ::protos::BAD_COMMON_HEADER;
}

TxValidationCode CheckCreator(Draft& d) {
  const MspManager& msps = *d.config.msps();
  const auto creator = msps.Deserialize(d.signature_header.creator());
  if (!creator.ok() || !msps.Validate(**creator).ok()) return ::protos::BAD_CREATOR_SIGNATURE;
  const bool good = (*creator)->Verify({d.envelope.payload()}, d.envelope.signature()).ok();
  return good ? ::protos::VALID : ::protos::BAD_CREATOR_SIGNATURE;
}

TxValidationCode CheckType(Draft& d) {
  // An update belongs to an orderer, which wraps it in a config transaction.
  return d.channel_header.type() == ::common::CONFIG_UPDATE ? ::protos::UNSUPPORTED_TX_PAYLOAD
                                                            : ::protos::VALID;
}

TxValidationCode CheckTxId(Draft& d) {
  const std::string expected =
      ComputeTxId(d.signature_header.nonce(), d.signature_header.creator());
  return d.channel_header.tx_id() == expected ? ::protos::VALID : ::protos::BAD_PROPOSAL_TXID;
}

// One action, whose proposal hash covers this transaction's own headers and input.
TxValidationCode CheckStructure(Draft& d) {
  constexpr auto kBad = ::protos::INVALID_ENDORSER_TRANSACTION;
  ::protos::Transaction transaction;
  if (!Parse(d.payload.data(), &transaction) || transaction.actions_size() != 1) return kBad;
  const ::protos::TransactionAction& action = transaction.actions(0);
  ::common::SignatureHeader header;
  if (!Parse(action.header(), &header) || !HasCreatorAndNonce(header)) return kBad;
  if (!Parse(action.payload(), &d.action_payload)) return kBad;
  if (!Parse(d.action_payload.action().proposal_response_payload(), &d.response_payload)) {
    return kBad;
  }
  const std::string hash = Sha256({d.payload.header().channel_header(), action.header(),
                                   d.action_payload.chaincode_proposal_payload()});
  return hash == d.response_payload.proposal_hash() ? ::protos::VALID : kBad;
}

TxValidationCode CheckChannel(Draft& d) {
  return d.channel_header.channel_id() == d.config.channel_id() ? ::protos::VALID
                                                                : ::protos::TARGET_CHAIN_NOT_FOUND;
}

TxValidationCode ReadExtension(Draft& d) {
  d.out.after_duplicate_check = true;
  return Parse(d.channel_header.extension(), &d.extension) ? ::protos::VALID
                                                           : ::protos::BAD_HEADER_EXTENSION;
}

TxValidationCode ReadAction(Draft& d) {
  const std::string& bytes = d.response_payload.extension();
  return !bytes.empty() && Parse(bytes, &d.action) ? ::protos::VALID
                                                   : ::protos::BAD_RESPONSE_PAYLOAD;
}

TxValidationCode ReadRwSet(Draft& d) {
  auto rwset = ParseTxRwSet(d.action.results());
  if (!rwset.ok()) return ::protos::BAD_RWSET;
  d.out.rwset = std::make_shared<const TxRwSet>(*std::move(rwset));
  return ::protos::VALID;
}

TxValidationCode CheckChaincodeName(Draft& d) {
  d.out.chaincode = d.extension.chaincode_id().name();
  const ::protos::ChaincodeID& endorsed = d.action.chaincode_id();
  const bool good =
      !d.out.chaincode.empty() && endorsed.name() == d.out.chaincode && !endorsed.version().empty();
  return good ? ::protos::VALID : ::protos::INVALID_CHAINCODE;
}

TxValidationCode CheckEvent(Draft& d) {
  if (d.action.events().empty()) return ::protos::VALID;
  ::protos::ChaincodeEvent event;
  const bool good = Parse(d.action.events(), &event) && event.chaincode_id() == d.out.chaincode;
  return good ? ::protos::VALID : ::protos::INVALID_OTHER_REASON;
}

TxValidationCode CheckNamespaces(Draft& d) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const NamespaceRwSet& ns : d.out.rwset->namespaces) {
    if (!seen.insert(ns.name).second) return ::protos::ILLEGAL_WRITESET;
  }
  return ::protos::VALID;
}

bool Signed(const Draft& d, const Identity& endorser, const ::protos::Endorsement& endorsement) {
  const std::string& result = d.action_payload.action().proposal_response_payload();
  if (d.own != nullptr && d.own->Made({result, endorsement.endorser()}, endorsement.signature())) {
    return true;
  }
  return endorser.Verify({result, endorsement.endorser()}, endorsement.signature()).ok();
}

// Objects to nothing: whether those who remain are enough is for the policies.
TxValidationCode CollectEndorsers(Draft& d) {
  const MspManager& msps = *d.config.msps();
  absl::flat_hash_set<std::string> seen;
  for (const ::protos::Endorsement& endorsement : d.action_payload.action().endorsements()) {
    const auto endorser = msps.Deserialize(endorsement.endorser());
    if (!endorser.ok() || seen.contains((*endorser)->id())) continue;
    if (!msps.Validate(**endorser).ok() || !Signed(d, **endorser, endorsement)) continue;
    seen.insert((*endorser)->id());
    d.out.endorsers.push_back(*endorser);
  }
  return ::protos::VALID;
}

TxValidationCode ReadConfig(Draft& d) {
  ::common::ConfigEnvelope config;
  if (!Parse(d.payload.data(), &config) || !config.has_config()) {
    return ::protos::INVALID_CONFIG_TRANSACTION;
  }
  d.out.config = std::make_shared<const ::common::ConfigEnvelope>(std::move(config));
  return ::protos::VALID;
}

constexpr Rule kEnvelopeRules[] = {ReadEnvelope, ReadPayload, ReadHeader, CheckCreator, CheckType};
constexpr Rule kConfigRules[] = {ReadConfig, CheckChannel};
constexpr Rule kEndorserRules[] = {
    CheckTxId, CheckStructure,     CheckChannel, ReadExtension,   ReadAction,
    ReadRwSet, CheckChaincodeName, CheckEvent,   CheckNamespaces, CollectEndorsers};

TxValidationCode Apply(absl::Span<const Rule> rules, Draft& d) {
  for (const Rule rule : rules) {
    if (const TxValidationCode code = rule(d); code != ::protos::VALID) return code;
  }
  return ::protos::VALID;
}

}  // namespace

CheckedTransaction CheckTransaction(absl::string_view envelope_bytes, const ChannelConfig& config,
                                    const OwnEndorsements* own) {
  Draft draft{.bytes = envelope_bytes, .config = config, .own = own};
  TxValidationCode code = Apply(kEnvelopeRules, draft);
  if (code == ::protos::VALID) {
    const bool is_config = draft.channel_header.type() == ::common::CONFIG;
    code = is_config ? Apply(kConfigRules, draft) : Apply(kEndorserRules, draft);
  }
  draft.out.code = code;
  return std::move(draft.out);
}

}  // namespace suyuan
