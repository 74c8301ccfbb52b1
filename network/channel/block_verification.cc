#include "network/channel/block_verification.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

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

// What the orderers signed: `set` holds views of the other members.
struct BlockSignatures {
  ::common::Metadata metadata;
  std::string header_der;
  std::vector<::common::SignatureHeader> headers;
  std::vector<SignedData> set;
};

absl::Status ReadSignatures(const ::common::Block& block, BlockSignatures* out) {
  const uint64_t number = block.header().number();
  if (block.metadata().metadata_size() <= ::common::SIGNATURES) {
    return Bad(number, "metadata: no signatures");
  }
  if (!out->metadata.ParseFromString(block.metadata().metadata(::common::SIGNATURES))) {
    return Bad(number, "metadata: malformed signatures");
  }
  out->header_der = BlockHeaderDer(block.header());
  out->headers.reserve(out->metadata.signatures_size());
  for (const ::common::MetadataSignature& signature : out->metadata.signatures()) {
    if (!out->headers.emplace_back().ParseFromString(signature.signature_header())) {
      return Bad(number, "metadata: malformed signature header");
    }
    out->set.push_back({{out->metadata.value(), signature.signature_header(), out->header_der},
                        out->headers.back().creator(),
                        signature.signature()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyBlock(const ChannelConfig& config, const ::common::Block& block, uint64_t number,
                         absl::string_view previous_hash) {
  SUYUAN_RETURN_IF_ERROR(CheckChain(block, number, previous_hash));
  return VerifySignatures(config, block);
}

absl::Status VerifySignatures(const ChannelConfig& config, const ::common::Block& block) {
  BlockSignatures signatures;
  SUYUAN_RETURN_IF_ERROR(ReadSignatures(block, &signatures));
  return Annotate(
      config.GetPolicy("/Channel/Orderer/BlockValidation")->EvaluateSignedData(signatures.set),
      absl::StrCat("block ", block.header().number(), ": orderers' signatures"));
}

absl::StatusOr<std::vector<IdentityPtr>> BlockSigners(const ChannelConfig& config,
                                                      const ::common::Block& block) {
  BlockSignatures signatures;
  SUYUAN_RETURN_IF_ERROR(ReadSignatures(block, &signatures));
  return VerifiedIdentities(*config.msps(), signatures.set);
}

}  // namespace suyuan
