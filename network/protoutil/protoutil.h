// Bytes <-> messages: transaction ids, block hashes, envelopes. What is hashed or
// signed is always the bytes as received (Fabric 2.5 wire format).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "protos/common/common.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {

// Parses a protobuf message; kInvalidArgument "malformed NAME".
template <typename Message>
absl::StatusOr<Message> ParseProto(absl::string_view bytes, absl::string_view name) {
  Message message;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(absl::StrCat("malformed ", name));
  }
  return message;
}

// The same bytes on every machine and run: map entries sorted by key.
std::string DeterministicBytes(const google::protobuf::MessageLite& message);

// Lower-case hex of SHA-256(nonce || creator).
std::string ComputeTxId(absl::string_view nonce, absl::string_view creator);

// SHA-256 of the DER SEQUENCE{number, previous_hash, data_hash}.
std::string BlockHeaderHash(const ::common::BlockHeader& header);
// That DER: part of what an orderer signs.
std::string BlockHeaderDer(const ::common::BlockHeader& header);
// SHA-256 of the concatenated entries.
std::string BlockDataHash(const ::common::BlockData& data);

// Number, previous hash, data and data hash set; five empty metadata slots.
::common::Block MakeBlock(uint64_t number, absl::string_view previous_hash,
                          std::vector<std::string> envelopes);

// The layers of an envelope, parsed; the inner bytes stay as received.
struct ParsedEnvelope {
  ::common::Envelope envelope;
  ::common::Payload payload;
  ::common::ChannelHeader channel_header;
  ::common::SignatureHeader signature_header;
};
//   kInvalidArgument  names the layer that is malformed or absent
absl::StatusOr<ParsedEnvelope> ParseEnvelope(absl::string_view envelope_bytes);
absl::StatusOr<ParsedEnvelope> ParseEnvelope(::common::Envelope envelope);

// proposal_hash: SHA-256(channel header || signature header || the
// ChaincodeProposalPayload without its transient map), header bytes as received.
absl::StatusOr<std::string> ProposalHash(const ::common::Header& header,
                                         absl::string_view chaincode_proposal_payload);
// `chaincode_proposal_payload` with only field 1.
absl::StatusOr<std::string> WithoutTransient(absl::string_view chaincode_proposal_payload);

// The number of the block with the configuration in force at `block`
// (OrdererBlockMetadata.last_config, or the deprecated slot).
absl::StatusOr<uint64_t> LastConfigIndex(const ::common::Block& block);

// True when the block holds one envelope of type CONFIG.
bool IsConfigBlock(const ::common::Block& block);

// A channel header with everything that clients and nodes set.
::common::ChannelHeader MakeChannelHeader(::common::HeaderType type, absl::string_view channel_id,
                                          absl::string_view tx_id, absl::Time timestamp);

}  // namespace suyuan
