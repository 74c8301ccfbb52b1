// From a proposal to the transaction to be signed, and events out of blocks.
#include <catch2/catch.hpp>

#include "gateway/block_events.h"
#include "gateway/prepared_transaction.h"
#include "gateway/proposal.h"
#include "network/protoutil/testing/test_transaction.h"
#include "protos/common/common.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

::protos::SignedProposal Proposal(const std::string& channel, const std::string& chaincode,
                                  bool transient) {
  TestProposal proposal{.channel_id = channel, .chaincode = chaincode, .tx_id = "tx1"};
  if (transient) proposal.transient["secret"] = "price";
  ::protos::SignedProposal out;
  out.set_proposal_bytes(MakeProposal(proposal));
  return out;
}

TEST_CASE("A proposal says where it belongs", "[proposal]") {
  auto facts = ReadProposal(Proposal("ch", "cc", true));
  REQUIRE(facts.ok());
  CHECK(facts->channel_id == "ch");
  CHECK(facts->chaincode == "cc");
  CHECK(facts->tx_id == "tx1");
  CHECK(facts->has_transient);
  CHECK(facts->payload.find("price") == std::string::npos);
}

TEST_CASE("A proposal with a part missing is the client's mistake", "[proposal]") {
  for (const auto& proposal :
       {::protos::SignedProposal(), Proposal("", "cc", false), Proposal("ch", "", false)}) {
    auto facts = ReadProposal(proposal);
    REQUIRE_FALSE(facts.ok());
    CHECK(absl::IsInvalidArgument(facts.status()));
  }
}

TEST_CASE("The prepared transaction re-uses the proposal's bytes and drops transient data",
          "[prepared_transaction]") {
  const auto signed_proposal = Proposal("ch", "cc", true);
  auto facts = ReadProposal(signed_proposal);
  REQUIRE(facts.ok());
  ::protos::Endorsement one, two;
  one.set_endorser("peer one");
  one.set_signature(std::string(200, 's'));
  two.set_endorser("peer two");
  two.set_signature("t");
  const std::string result(5000, 'r');
  const std::string bytes = PrepareTransaction(*facts, result, {one, two, one});

  ::common::Payload payload;
  REQUIRE(payload.ParseFromString(bytes));
  CHECK(payload.SerializeAsString() == bytes);  // canonical
  ::protos::Proposal proposal;
  REQUIRE(proposal.ParseFromString(signed_proposal.proposal_bytes()));
  CHECK(payload.header().SerializeAsString() == proposal.header());
  ::protos::Transaction transaction;
  REQUIRE(transaction.ParseFromString(payload.data()));
  REQUIRE(transaction.actions_size() == 1);
  CHECK(transaction.actions(0).header() == payload.header().signature_header());
  ::protos::ChaincodeActionPayload action;
  REQUIRE(action.ParseFromString(transaction.actions(0).payload()));
  CHECK(action.chaincode_proposal_payload() == facts->payload);
  CHECK(action.action().proposal_response_payload() == result);
  REQUIRE(action.action().endorsements_size() == 2);
  CHECK(action.action().endorsements(1).endorser() == "peer two");
}

std::string Transaction(const std::string& tx_id, const std::string& chaincode,
                        const std::string& event_name) {
  ::protos::ChaincodeEvent event;
  event.set_chaincode_id(chaincode);
  event.set_tx_id(tx_id);
  event.set_event_name(event_name);
  event.set_payload("p");
  ::protos::ChaincodeAction action;
  if (!event_name.empty()) action.set_events(event.SerializeAsString());
  const std::string proposal = MakeProposal({.chaincode = chaincode, .tx_id = tx_id});
  ::common::Envelope envelope;
  envelope.set_payload(MakeTransactionPayload(proposal, MakeResponsePayload(proposal, action)));
  return envelope.SerializeAsString();
}

::common::Block BlockOf(uint64_t number, std::vector<std::string> transactions,
                        const std::string& verdicts) {
  ::common::Block block;
  block.mutable_header()->set_number(number);
  for (auto& transaction : transactions) block.mutable_data()->add_data(std::move(transaction));
  for (int i = 0; i < 5; ++i) block.mutable_metadata()->add_metadata();
  block.mutable_metadata()->set_metadata(2, verdicts);
  return block;
}

TEST_CASE("Only events of valid transactions of the chaincode count", "[block_events]") {
  EventFilter filter("cc", "");
  const auto events =
      filter.Events(BlockOf(7,
                            {Transaction("a", "cc", "made"), Transaction("b", "cc", "lost"),
                             Transaction("c", "other", "made"), Transaction("d", "cc", ""),
                             "not a transaction", Transaction("e", "cc", "sold")},
                            std::string("\x00\x0b\x00\x00\x00\x00", 6)));
  CHECK(events.block_number() == 7);
  REQUIRE(events.events_size() == 2);
  CHECK(events.events(0).event_name() == "made");
  CHECK(events.events(0).payload() == "p");
  CHECK(events.events(1).tx_id() == "e");
}

TEST_CASE("Events up to and including the checkpoint's transaction are skipped", "[block_events]") {
  EventFilter filter("cc", "b");
  const auto block = BlockOf(
      7, {Transaction("a", "cc", "x"), Transaction("b", "cc", "x"), Transaction("c", "cc", "x")},
      std::string(3, '\0'));
  const auto events = filter.Events(block);
  REQUIRE(events.events_size() == 1);
  CHECK(events.events(0).tx_id() == "c");
  EventFilter never("cc", "unknown");
  CHECK(never.Events(block).events_size() == 0);
}

}  // namespace
}  // namespace suyuan
