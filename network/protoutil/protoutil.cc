#include "network/protoutil/protoutil.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr int kMetadataSlots = 5;
// BlockMetadataIndex LAST_CONFIG, which the .proto marks as deprecated.
constexpr int kLastConfigSlot = 1;

// DER length octets.
void AppendLength(std::string* out, size_t length) {
  if (length < 0x80) {
    out->push_back(static_cast<char>(length));
    return;
  }
  std::string bytes;
  for (; length > 0; length >>= 8) bytes.insert(bytes.begin(), static_cast<char>(length & 0xff));
  out->push_back(static_cast<char>(0x80 | bytes.size()));
  out->append(bytes);
}

void AppendTagged(std::string* out, char tag, absl::string_view content) {
  out->push_back(tag);
  AppendLength(out, content.size());
  out->append(content.data(), content.size());
}

// Big-endian, minimal, with a zero byte before a set top bit.
std::string UnsignedInteger(uint64_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xff));
    value >>= 8;
  } while (value > 0);
  if ((bytes[0] & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return bytes;
}

const std::string* MetadataSlot(const ::common::Block& block, int slot) {
  return slot < block.metadata().metadata_size() ? &block.metadata().metadata(slot) : nullptr;
}

// The deprecated slot 1.
absl::StatusOr<uint64_t> LastConfigFromItsOwnSlot(const ::common::Block& block) {
  const std::string* slot = MetadataSlot(block, kLastConfigSlot);
  if (slot == nullptr) return absl::InvalidArgumentError("block has no last_config metadata");
  SUYUAN_ASSIGN_OR_RETURN(auto metadata,
                          ParseProto<::common::Metadata>(*slot, "last_config metadata"));
  SUYUAN_ASSIGN_OR_RETURN(auto last_config,
                          ParseProto<::common::LastConfig>(metadata.value(), "LastConfig"));
  return last_config.index();
}

}  // namespace

std::string DeterministicBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

std::string ComputeTxId(absl::string_view nonce, absl::string_view creator) {
  return HexEncode(Sha256({nonce, creator}));
}

std::string BlockHeaderDer(const ::common::BlockHeader& header) {
  std::string fields;
  AppendTagged(&fields, 0x02, UnsignedInteger(header.number()));
  AppendTagged(&fields, 0x04, header.previous_hash());
  AppendTagged(&fields, 0x04, header.data_hash());
  std::string der;
  AppendTagged(&der, 0x30, fields);
  return der;
}

std::string BlockHeaderHash(const ::common::BlockHeader& header) {
  return Sha256(BlockHeaderDer(header));
}

std::string BlockDataHash(const ::common::BlockData& data) {
  Sha256Stream hash;
  for (const std::string& entry : data.data()) hash.Update(entry);
  return hash.Finish();
}

::common::Block MakeBlock(uint64_t number, absl::string_view previous_hash,
                          std::vector<std::string> envelopes) {
  ::common::Block block;
  for (std::string& envelope : envelopes) block.mutable_data()->add_data(std::move(envelope));
  ::common::BlockHeader& header = *block.mutable_header();
  header.set_number(number);
  header.set_previous_hash(previous_hash.data(), previous_hash.size());
  header.set_data_hash(BlockDataHash(block.data()));
  for (int i = 0; i < kMetadataSlots; ++i) block.mutable_metadata()->add_metadata();
  return block;
}

absl::StatusOr<ParsedEnvelope> ParseEnvelope(absl::string_view envelope_bytes) {
  SUYUAN_ASSIGN_OR_RETURN(auto envelope,
                          ParseProto<::common::Envelope>(envelope_bytes, "Envelope"));
  return ParseEnvelope(std::move(envelope));
}

absl::StatusOr<ParsedEnvelope> ParseEnvelope(::common::Envelope envelope) {
  ParsedEnvelope parsed;
  parsed.envelope = std::move(envelope);
  if (parsed.envelope.payload().empty()) {
    return absl::InvalidArgumentError("Envelope.payload is absent");
  }
  SUYUAN_ASSIGN_OR_RETURN(
      parsed.payload, ParseProto<::common::Payload>(parsed.envelope.payload(), "Envelope.payload"));
  if (!parsed.payload.has_header()) return absl::InvalidArgumentError("Payload.header is absent");
  const ::common::Header& header = parsed.payload.header();
  if (header.channel_header().empty()) {
    return absl::InvalidArgumentError("Header.channel_header is absent");
  }
  if (header.signature_header().empty()) {
    return absl::InvalidArgumentError("Header.signature_header is absent");
  }
  SUYUAN_ASSIGN_OR_RETURN(
      parsed.channel_header,
      ParseProto<::common::ChannelHeader>(header.channel_header(), "Header.channel_header"));
  SUYUAN_ASSIGN_OR_RETURN(
      parsed.signature_header,
      ParseProto<::common::SignatureHeader>(header.signature_header(), "Header.signature_header"));
  return parsed;
}

absl::StatusOr<std::string> ProposalHash(const ::common::Header& header,
                                         absl::string_view chaincode_proposal_payload) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string visible, WithoutTransient(chaincode_proposal_payload));
  return Sha256({header.channel_header(), header.signature_header(), visible});
}

absl::StatusOr<std::string> WithoutTransient(absl::string_view chaincode_proposal_payload) {
  SUYUAN_ASSIGN_OR_RETURN(
      auto payload, ParseProto<::protos::ChaincodeProposalPayload>(chaincode_proposal_payload,
                                                                   "ChaincodeProposalPayload"));
  ::protos::ChaincodeProposalPayload visible;
  visible.set_allocated_input(payload.release_input());
  return visible.SerializeAsString();
}

absl::StatusOr<uint64_t> LastConfigIndex(const ::common::Block& block) {
  const std::string* slot = MetadataSlot(block, ::common::SIGNATURES);
  if (slot == nullptr) return absl::InvalidArgumentError("block has no metadata");
  SUYUAN_ASSIGN_OR_RETURN(auto metadata,
                          ParseProto<::common::Metadata>(*slot, "signatures metadata"));
  if (metadata.value().empty()) return LastConfigFromItsOwnSlot(block);
  SUYUAN_ASSIGN_OR_RETURN(auto orderer, ParseProto<::common::OrdererBlockMetadata>(
                                            metadata.value(), "OrdererBlockMetadata"));
  return orderer.last_config().index();
}

bool IsConfigBlock(const ::common::Block& block) {
  if (block.data().data_size() != 1) return false;
  const auto parsed = ParseEnvelope(block.data().data(0));
  return parsed.ok() && parsed->channel_header.type() == ::common::CONFIG;
}

::common::ChannelHeader MakeChannelHeader(::common::HeaderType type, absl::string_view channel_id,
                                          absl::string_view tx_id, absl::Time timestamp) {
  ::common::ChannelHeader header;
  header.set_type(type);
  header.set_channel_id(channel_id.data(), channel_id.size());
  header.set_tx_id(tx_id.data(), tx_id.size());
  const int64_t seconds = absl::ToUnixSeconds(timestamp);
  header.mutable_timestamp()->set_seconds(seconds);
  header.mutable_timestamp()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(timestamp - absl::FromUnixSeconds(seconds))));
  return header;
}

}  // namespace suyuan
