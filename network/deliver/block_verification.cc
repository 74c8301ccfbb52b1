#include <vector>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/deliver/block_fetcher.h"
#include "network/msp/signed_envelope.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {
namespace {

absl::Status Bad(uint64_t number, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("block ", number, ": ", reason));
}

absl::Status CheckChain(const ::common::Block& block, uint64_t number,
                        absl::string_view previous_hash) {
  if (!block.has_header()) return Bad(number, "no header");
  const ::common::BlockHeader& header = block.header();
  if (header.number() != number) {
    return Bad(number, absl::StrCat("header.number is ", header.number()));
  }
  if (header.previous_hash() != previous_hash) {
    return Bad(number, "header.previous_hash is not the hash of the block before");
  }
  if (header.data_hash() != BlockDataHash(block.data())) {
    return Bad(number, "header.data_hash is not the hash of the data");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyBlock(const ChannelConfig& config, const ::common::Block& block, uint64_t number,
                         absl::string_view previous_hash) {
  SUYUAN_RETURN_IF_ERROR(CheckChain(block, number, previous_hash));
  if (block.metadata().metadata_size() <= ::common::SIGNATURES) {
    return Bad(number, "metadata: no signatures");
  }
  ::common::Metadata metadata;
  if (!metadata.ParseFromString(block.metadata().metadata(::common::SIGNATURES))) {
    return Bad(number, "metadata: malformed signatures");
  }
  const std::string der = BlockHeaderDer(block.header());
  std::vector<::common::SignatureHeader> headers;
  headers.reserve(metadata.signatures_size());
  std::vector<SignedData> set;
  for (const ::common::MetadataSignature& signature : metadata.signatures()) {
    if (!headers.emplace_back().ParseFromString(signature.signature_header())) {
      return Bad(number, "metadata: malformed signature header");
    }
    set.push_back({{metadata.value(), signature.signature_header(), der},
                   headers.back().creator(),
                   signature.signature()});
  }
  return Annotate(config.GetPolicy("/Channel/Orderer/BlockValidation")->EvaluateSignedData(set),
                  absl::StrCat("block ", number, ": orderers' signatures"));
}

absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const SigningIdentity& signer,
                                                    absl::string_view channel_id, uint64_t start,
                                                    uint64_t stop, absl::Time now) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_specified()->set_number(start);
  seek.mutable_stop()->mutable_specified()->set_number(stop);
  seek.set_behavior(::orderer::SeekInfo::BLOCK_UNTIL_READY);
  return MakeSignedEnvelope(signer, ::common::DELIVER_SEEK_INFO, channel_id,
                            seek.SerializeAsString(), now);
}

}  // namespace suyuan
