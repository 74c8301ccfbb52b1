// Everything that is hashed or signed in blocks of a stock network, recomputed.
#include <catch2/catch.hpp>

#include "network/crypto/certificate.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/testing/golden_blocks.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

#define SUYUAN_GOLDEN_OR_SKIP(blocks) \
  const auto blocks = GoldenBlocks(); \
  if (blocks.empty()) {               \
    WARN("skipped: no shared data");  \
    return;                           \
  }

std::shared_ptr<const PublicKey> KeyOf(const std::string& creator) {
  ::msp::SerializedIdentity identity;
  REQUIRE(identity.ParseFromString(creator));
  const auto certificate = Certificate::FromPem(identity.id_bytes());
  REQUIRE(certificate.ok());
  return (*certificate)->public_key();
}

void CheckTransaction(const ParsedEnvelope& parsed) {
  ::protos::Transaction transaction;
  REQUIRE(transaction.ParseFromString(parsed.payload.data()));
  REQUIRE(transaction.actions_size() == 1);
  ::protos::ChaincodeActionPayload action;
  REQUIRE(action.ParseFromString(transaction.actions(0).payload()));
  ::protos::ProposalResponsePayload response;
  const std::string& endorsed = action.action().proposal_response_payload();
  REQUIRE(response.ParseFromString(endorsed));
  const auto hash = ProposalHash(parsed.payload.header(), action.chaincode_proposal_payload());
  REQUIRE(hash.ok());
  CHECK(*hash == response.proposal_hash());
  CHECK(*WithoutTransient(action.chaincode_proposal_payload()) ==
        action.chaincode_proposal_payload());
  CHECK(action.action().endorsements_size() > 0);
  for (const ::protos::Endorsement& endorsement : action.action().endorsements()) {
    CHECK(KeyOf(endorsement.endorser())
              ->Verify(HashFamily::kSha2, {endorsed, endorsement.endorser()},
                       endorsement.signature()) == absl::OkStatus());
  }
}

TEST_CASE("Header and data hashes of golden blocks chain", "[golden]") {
  SUYUAN_GOLDEN_OR_SKIP(blocks);
  REQUIRE(blocks.size() == 7);
  for (size_t i = 0; i < blocks.size(); ++i) {
    CHECK(BlockDataHash(blocks[i].data()) == blocks[i].header().data_hash());
    CHECK(blocks[i].header().previous_hash() ==
          (i == 0 ? "" : BlockHeaderHash(blocks[i - 1].header())));
    CHECK(LastConfigIndex(blocks[i]).value() == 0);
    CHECK(IsConfigBlock(blocks[i]) == (i == 0));
  }
}

TEST_CASE("Orderer signatures of golden blocks verify", "[golden]") {
  SUYUAN_GOLDEN_OR_SKIP(blocks);
  for (size_t i = 1; i < blocks.size(); ++i) {
    ::common::Metadata metadata;
    REQUIRE(metadata.ParseFromString(blocks[i].metadata().metadata(::common::SIGNATURES)));
    REQUIRE(metadata.signatures_size() > 0);
    for (const ::common::MetadataSignature& signature : metadata.signatures()) {
      ::common::SignatureHeader header;
      REQUIRE(header.ParseFromString(signature.signature_header()));
      CHECK(KeyOf(header.creator())
                ->Verify(HashFamily::kSha2,
                         {metadata.value(), signature.signature_header(),
                          BlockHeaderDer(blocks[i].header())},
                         signature.signature()) == absl::OkStatus());
    }
  }
}

TEST_CASE("Transaction ids, proposal hashes and signatures of golden blocks agree", "[golden]") {
  SUYUAN_GOLDEN_OR_SKIP(blocks);
  int transactions = 0;
  for (size_t i = 1; i < blocks.size(); ++i) {
    for (const std::string& entry : blocks[i].data().data()) {
      const auto parsed = ParseEnvelope(entry);
      REQUIRE(parsed.ok());
      const ::common::SignatureHeader& signer = parsed->signature_header;
      CHECK(ComputeTxId(signer.nonce(), signer.creator()) == parsed->channel_header.tx_id());
      CHECK(KeyOf(signer.creator())
                ->Verify(HashFamily::kSha2, {parsed->envelope.payload()},
                         parsed->envelope.signature()) == absl::OkStatus());
      CHECK(DeterministicBytes(parsed->envelope) == entry);
      CheckTransaction(*parsed);
      ++transactions;
    }
  }
  CHECK(transactions >= 6);
}

TEST_CASE("The golden genesis block parses as an unsigned configuration", "[golden]") {
  SUYUAN_GOLDEN_OR_SKIP(blocks);
  const auto parsed = ParseEnvelope(blocks[0].data().data(0));
  INFO(parsed.status());
  REQUIRE(parsed.ok());
  CHECK(parsed->channel_header.type() == ::common::CONFIG);
  CHECK(parsed->envelope.signature().empty());
}

}  // namespace
}  // namespace suyuan
