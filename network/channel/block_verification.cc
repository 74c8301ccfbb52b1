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

}  // namespace

absl::StatusOr<std::vector<IdentityPtr>> VerifyBlock(const ChannelConfig& config,
                                                     const ::common::Block& block, uint64_t number,
                                                     absl::string_view previous_hash) {
  SUYUAN_RETURN_IF_ERROR(CheckChain(block, number, previous_hash));
  return VerifySignatures(config, block);
}

absl::StatusOr<std::vector<IdentityPtr>> VerifySignatures(const ChannelConfig& config,
                                                          const ::common::Block& block) {
  const uint64_t number = block.header().number();
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
  auto signers = VerifiedIdentities(*config.msps(), set);
  SUYUAN_RETURN_IF_ERROR(
      config.GetPolicy("/Channel/Orderer/BlockValidation")->EvaluateIdentities(signers),
      absl::StrCat("block ", number, ": orderers' signatures"));
  return signers;
}

}  // namespace suyuan
