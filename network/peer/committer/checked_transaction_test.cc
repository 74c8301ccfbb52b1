#include "network/peer/committer/checked_transaction.h"

#include <catch2/catch.hpp>

#include "network/peer/committer/testing/fake_channel_config.h"
#include "network/peer/committer/testing/make_transaction.h"

namespace suyuan {
namespace {

CheckedTransaction Check(const TransactionSpec& spec) {
  return CheckTransaction(MakeTransaction(spec), FakeChannelConfig(), nullptr);
}

}  // namespace

TEST_CASE("A good transaction passes with its endorsers and writes", "[transaction]") {
  const CheckedTransaction checked = Check({});
  CHECK(checked.code == ::protos::VALID);
  CHECK(checked.chaincode == "asset");
  CHECK(checked.endorsers.size() == 2);
  REQUIRE(checked.rwset != nullptr);
  CHECK(checked.rwset->Find("asset") != nullptr);
  CHECK(checked.tx_id == ComputeTxId("nonce", "Org1MSP/client"));
}

TEST_CASE("Each rule of the envelope gives its own code", "[transaction]") {
  CHECK(Check({.nonce = ""}).code == ::protos::BAD_COMMON_HEADER);
  CHECK(Check({.creator = ""}).code == ::protos::BAD_COMMON_HEADER);
  CHECK(Check({.creator = "nobody"}).code == ::protos::BAD_CREATOR_SIGNATURE);
  CHECK(Check({.signature = "bad"}).code == ::protos::BAD_CREATOR_SIGNATURE);
  CHECK(Check({.tx_id = "0123"}).code == ::protos::BAD_PROPOSAL_TXID);
  CHECK(Check({.other_input = true}).code == ::protos::INVALID_ENDORSER_TRANSACTION);
  CHECK(Check({.channel_id = "other"}).code == ::protos::TARGET_CHAIN_NOT_FOUND);
  CHECK_FALSE(Check({.other_input = true}).after_duplicate_check);
}

TEST_CASE("Each rule of the result gives its own code, after the look for duplicates",
          "[transaction]") {
  for (const auto& [spec, code] : std::vector<std::pair<TransactionSpec, int>>{
           {{.endorsed_chaincode = "other"}, ::protos::INVALID_CHAINCODE},
           {{.version = ""}, ::protos::INVALID_CHAINCODE},
           {{.chaincode = "", .endorsed_chaincode = ""}, ::protos::INVALID_CHAINCODE},
           {{.event_chaincode = "other"}, ::protos::INVALID_OTHER_REASON}}) {
    const CheckedTransaction checked = Check(spec);
    CHECK(checked.code == code);
    CHECK(checked.after_duplicate_check);
  }
}

TEST_CASE("Endorsers count once, and only with a good signature", "[transaction]") {
  const CheckedTransaction doubled =
      Check({.endorsers = {"Org1MSP/peer0", "Org1MSP/peer0", "nobody"}});
  CHECK(doubled.code == ::protos::VALID);
  CHECK(doubled.endorsers.size() == 1);
  CHECK(Check({.endorsement_signature = "bad"}).endorsers.empty());
}

TEST_CASE("A peer takes its own endorsement without another look", "[transaction]") {
  const TransactionSpec spec{.endorsers = {"Org1MSP/peer0"}, .endorsement_signature = "mine"};
  const std::string bytes = MakeTransaction(spec);
  OwnEndorsements own;
  CHECK(CheckTransaction(bytes, FakeChannelConfig(), &own).endorsers.empty());
  const auto parsed = ParseEnvelope(bytes);
  REQUIRE(parsed.ok());
  ::protos::Transaction transaction;
  REQUIRE(transaction.ParseFromString(parsed->payload.data()));
  ::protos::ChaincodeActionPayload action;
  REQUIRE(action.ParseFromString(transaction.actions(0).payload()));
  own.Add({action.action().proposal_response_payload(), "Org1MSP/peer0"}, "mine");
  CHECK(CheckTransaction(bytes, FakeChannelConfig(), &own).endorsers.size() == 1);
  CHECK_FALSE(own.Made({"other"}, "mine"));
}

TEST_CASE("Own endorsements are forgotten past the capacity", "[transaction]") {
  OwnEndorsements own(2);
  for (const char* text : {"a", "b", "c"}) own.Add({text}, text);
  CHECK_FALSE(own.Made({"a"}, "a"));
  CHECK(own.Made({"b"}, "b"));
  CHECK(own.Made({"c"}, "c"));
}

TEST_CASE("An own signature counts over the very parts that were signed only", "[committer]") {
  OwnEndorsements own;
  own.Add({"result", "endorser"}, "signature");
  CHECK(own.Made({"result", "endorser"}, "signature"));
  CHECK_FALSE(own.Made({"resulten", "dorser"}, "signature"));  // the same bytes in all
}

}  // namespace suyuan
