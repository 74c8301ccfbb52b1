#include "network/peer/filtered_block.h"

#include <catch2/catch.hpp>

#include "network/peer/committer/testing/make_transaction.h"

namespace suyuan {

TEST_CASE("A filtered block has verdicts and event names, never payloads", "[filtered_block]") {
  ::common::Block block = MakeBlock(
      7, "previous",
      {MakeTransaction({.event_chaincode = "asset"}), MakeTransaction({.nonce = "b"}), "\xff"});
  block.mutable_metadata()->set_metadata(::common::TRANSACTIONS_FILTER,
                                         std::string("\x00\x0b\xff", 3));
  const ::protos::FilteredBlock filtered = MakeFilteredBlock("trace", block);
  CHECK(filtered.channel_id() == "trace");
  CHECK(filtered.number() == 7);
  REQUIRE(filtered.filtered_transactions_size() == 3);
  const auto& first = filtered.filtered_transactions(0);
  CHECK(first.txid() == ComputeTxId("nonce", "Org1MSP/client"));
  CHECK(first.type() == ::common::ENDORSER_TRANSACTION);
  REQUIRE(first.transaction_actions().chaincode_actions_size() == 1);
  const auto& event = first.transaction_actions().chaincode_actions(0).chaincode_event();
  CHECK(event.chaincode_id() == "asset");
  CHECK(event.payload().empty());
  const auto& second = filtered.filtered_transactions(1);
  CHECK(second.tx_validation_code() == ::protos::MVCC_READ_CONFLICT);
  CHECK(second.has_transaction_actions());
  CHECK(filtered.filtered_transactions(2).tx_validation_code() == ::protos::INVALID_OTHER_REASON);
}

}  // namespace suyuan
