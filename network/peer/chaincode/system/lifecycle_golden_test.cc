// Approvals and the commit of a stock network, endorsed anew: the same bytes.
#include <catch2/catch.hpp>

#include "network/peer/chaincode/definition.h"
#include "network/peer/chaincode/system/lifecycle.h"
#include "network/peer/chaincode/testing/test_channels.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/testing/golden_blocks.h"
#include "protos/peer/chaincode.pb.h"

namespace suyuan {
namespace {

struct RecordedCall {
  std::vector<std::string> args;
  std::string creator;
  std::string endorser;  // the first one's SerializedIdentity
  ::protos::ChaincodeAction action;
};

RecordedCall ReadCall(const ::common::Block& block) {
  const auto envelope = ParseEnvelope(block.data().data(0));
  REQUIRE(envelope.ok());
  ::protos::Transaction transaction;
  REQUIRE(transaction.ParseFromString(envelope->payload.data()));
  ::protos::ChaincodeActionPayload payload;
  REQUIRE(payload.ParseFromString(transaction.actions(0).payload()));
  ::protos::ChaincodeProposalPayload proposal;
  REQUIRE(proposal.ParseFromString(payload.chaincode_proposal_payload()));
  ::protos::ChaincodeInvocationSpec spec;
  REQUIRE(spec.ParseFromString(proposal.input()));
  ::protos::ProposalResponsePayload response;
  REQUIRE(response.ParseFromString(payload.action().proposal_response_payload()));
  RecordedCall call;
  const auto& args = spec.chaincode_spec().input().args();
  call.args.assign(args.begin(), args.end());
  call.creator = envelope->signature_header.creator();
  call.endorser = payload.action().endorsements(0).endorser();
  REQUIRE(call.action.ParseFromString(response.extension()));
  return call;
}

}  // namespace

TEST_CASE("Lifecycle calls of a stock network give the recorded read-write sets", "[lifecycle]") {
  const auto blocks = GoldenBlocks();
  if (blocks.empty()) {
    WARN("skipped: no shared data");
    return;
  }
  TestPeerChannels channels;
  const auto channel = std::make_shared<TestPeerChannel>(blocks[0]);
  channels.Add(channel);
  const auto msps = channel->config()->msps();
  for (int number = 1; number <= 3; ++number) {
    INFO("block " << number);
    const RecordedCall recorded = ReadCall(blocks[static_cast<size_t>(number)]);
    const std::string org = (*msps->Deserialize(recorded.endorser))->msp_id();
    std::shared_ptr<const Msp> local;
    for (const auto& msp : msps->msps()) {
      if (msp->id() == org) local = msp;
    }
    const auto lifecycle = MakeLifecycle({&channels, local, nullptr});
    const auto simulator = channel->ledger().NewSimulator();
    SystemCall call;
    call.args = recorded.args;
    call.channel = channel.get();
    call.creator = *msps->Deserialize(recorded.creator);
    call.simulator = simulator.get();
    const ::protos::Response response = lifecycle->Invoke(call);
    INFO(response.message());
    REQUIRE(response.status() == recorded.action.response().status());
    CHECK(response.payload() == recorded.action.response().payload());
    const auto results = simulator->Finish();
    REQUIRE(results.ok());
    CHECK(results->public_rwset == recorded.action.results());
    REQUIRE(
        channel->ledger().Commit(testing::AsDelivered(blocks[static_cast<size_t>(number)])).ok());
  }
  const auto definition = ReadDefinition(*channel->ledger().NewView(), "asset");
  REQUIRE(definition.ok());
  REQUIRE(definition->has_value());
  CHECK((*definition)->version == "1");
  CHECK((*definition)->sequence == 1);
}

}  // namespace suyuan
