#include "network/peer/endorser/endorser.h"

#include <catch2/catch.hpp>

#include "absl/synchronization/notification.h"
#include "network/crypto/hash.h"
#include "network/msp/testing/signed_proposal.h"
#include "network/peer/chaincode/testing/requests.h"
#include "network/peer/chaincode/testing/test_peer.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

// A proposal to the test module, which needs an argument.
struct Proposal : TestProposal {
  Proposal() { args = {"x"}; }
};

::protos::SignedProposal Sign(const Proposal& proposal, const SigningIdentity& signer) {
  return SignProposal(proposal, signer);
}

struct Fixture {
  Fixture() {
    peer.Deploy();
    Restart({});
  }
  void Restart(EndorserLimits limits) {
    endorser.reset();
    EndorserDeps deps;
    deps.channels = &peer.channels;
    deps.identity = identity;
    deps.local_msp = peer.local_msp;
    deps.chaincodes = peer.host.get();
    deps.system_chaincodes = peer.system.get();
    deps.pool = &peer.pool;
    deps.limits = limits;
    endorser = std::make_unique<Endorser>(std::move(deps));
  }
  ProposeOutcome Propose(const ::protos::SignedProposal& proposal,
                         ProposalOrigin origin = ProposalOrigin::kNetwork) {
    ProposeOutcome outcome;
    absl::Notification finished;
    endorser->Process(
        proposal,
        [&](ProposeOutcome o) {
          outcome = std::move(o);
          finished.Notify();
        },
        origin);
    finished.WaitForNotification();
    return outcome;
  }
  ProposeOutcome Propose(const Proposal& proposal) { return Propose(Sign(proposal, *peer.client)); }

  TestPeer peer;
  std::shared_ptr<const SigningIdentity> identity = peer.network.producer().NewPeer();
  std::unique_ptr<Endorser> endorser;
};

::protos::ChaincodeAction ActionOf(const ProposeOutcome& outcome) {
  ::protos::ProposalResponsePayload payload;
  REQUIRE(payload.ParseFromString(outcome.response.payload()));
  ::protos::ChaincodeAction action;
  REQUIRE(action.ParseFromString(payload.extension()));
  return action;
}

// Refused: an error with a response of the same text.
void CheckRefused(const ProposeOutcome& outcome, const std::string& text) {
  CHECK(outcome.status.code() == absl::StatusCode::kUnknown);
  CHECK_THAT(std::string(outcome.status.message()), Contains(text));
  CHECK(outcome.response.response().status() == 500);
  CHECK(outcome.response.response().message() == outcome.status.message());
  CHECK_FALSE(outcome.response.has_endorsement());
}

}  // namespace

TEST_CASE("A good proposal is endorsed over payload and endorser", "[endorser]") {
  Fixture f;
  Proposal proposal;
  proposal.args = Requests().Put("k", "v");
  const ProposeOutcome outcome = f.Propose(proposal);
  REQUIRE(outcome.status.ok());
  const auto& response = outcome.response;
  CHECK(response.version() == 1);
  CHECK(response.response().status() == 200);
  CHECK(response.endorsement().endorser() == f.identity->serialized());
  CHECK(f.peer.IdentityOf(*f.identity)
            ->Verify({response.payload(), response.endorsement().endorser()},
                     response.endorsement().signature())
            .ok());
  const auto action = ActionOf(outcome);
  CHECK(action.chaincode_id().name() == "asset");
  CHECK(action.chaincode_id().version() == "1.0");
  const auto rwset = ParseTxRwSet(action.results());
  REQUIRE(rwset.ok());
  CHECK(rwset->Find("asset")->Writes());
  REQUIRE(response.interest().chaincodes_size() == 1);
  CHECK(response.interest().chaincodes(0).name() == "asset");
  CHECK(response.interest().chaincodes(0).no_private_reads());
  CHECK_FALSE(response.interest().chaincodes(0).no_public_writes());
}

TEST_CASE("Another endorser of the same proposal gives the same payload", "[endorser]") {
  Fixture f;
  Proposal proposal;
  proposal.args = Requests().Put("b", "1").Put("a", "2").Get("c");
  const auto signed_proposal = Sign(proposal, *f.peer.client);
  const auto first = f.Propose(signed_proposal);
  f.identity = f.peer.network.producer().NewPeer("peer1");
  f.Restart({});
  const auto second = f.Propose(signed_proposal);
  CHECK(first.response.payload() == second.response.payload());
  CHECK(first.response.endorsement().endorser() != second.response.endorsement().endorser());
}

TEST_CASE("Transient data is no part of what is signed", "[endorser]") {
  Fixture f;
  Proposal plain;
  Proposal secret = plain;
  secret.transient["secret"] = "price";
  // Timestamps make two proposals differ, so the hash is recomputed instead.
  const auto signed_proposal = Sign(secret, *f.peer.client);
  const auto outcome = f.Propose(signed_proposal);
  ::protos::Proposal proposal;
  REQUIRE(proposal.ParseFromString(signed_proposal.proposal_bytes()));
  ::common::Header header;
  REQUIRE(header.ParseFromString(proposal.header()));
  ::protos::ProposalResponsePayload payload;
  REQUIRE(payload.ParseFromString(outcome.response.payload()));
  CHECK(payload.proposal_hash() == Sha256({header.channel_header(), header.signature_header(),
                                           *WithoutTransient(proposal.payload())}));
}

TEST_CASE("Headers are checked in Fabric's words", "[endorser]") {
  Fixture f;
  Proposal p;
  p.type = ::common::CONFIG_UPDATE;
  CheckRefused(f.Propose(p), "error validating proposal: invalid header type");
  p = {};
  p.epoch = 1;
  CheckRefused(f.Propose(p), "error validating proposal: invalid epoch");
  p = {};
  p.nonce = "";
  CheckRefused(f.Propose(p), "nonce is empty");
  p = {};
  p.tx_id = "1234";
  CheckRefused(f.Propose(p), "incorrectly computed txid '1234' -- expected '");
  p = {};
  p.chaincode = "";
  CheckRefused(f.Propose(p), "ChaincodeHeaderExtension.ChaincodeId.Name is empty");
  p = {};
  p.with_input = false;
  CheckRefused(f.Propose(p), "chaincode input did not contain any input");
  ::protos::SignedProposal garbage;
  garbage.set_proposal_bytes("\xff\xff\xff");
  CheckRefused(f.Propose(garbage), "malformed Proposal");
  CheckRefused(f.Propose(::protos::SignedProposal()), "error validating proposal");
}

TEST_CASE("Who is unknown or did not sign is denied", "[endorser]") {
  Fixture f;
  const TestOrganization stranger("StrangerMSP");
  CheckRefused(f.Propose(Sign({}, *stranger.NewClient())),
               "error validating proposal: access denied: channel [trace] creator org unknown, "
               "creator is malformed");
  Proposal p;
  p.creator = "garbage";
  CheckRefused(f.Propose(p), "creator org unknown, creator is malformed");
  auto tampered = Sign({}, *f.peer.client);
  tampered.mutable_signature()->back() ^= 1;
  CheckRefused(f.Propose(tampered),
               "error validating proposal: access denied: channel [trace] creator org "
               "[ProducerMSP]");
  const auto no_role = f.peer.network.producer().NewMember("nobody", {});
  CheckRefused(f.Propose(Sign({}, *no_role)), "creator org [ProducerMSP]");
}

TEST_CASE("An expired identity is refused from the network, not from the own gateway",
          "[endorser]") {
  Fixture f;
  CertificateTemplate t = TestTemplate("old", {"client"});
  t.not_after = absl::Now() - absl::Hours(1);
  const auto& producer = f.peer.network.producer();
  const auto expired = producer.SignerFor(producer.ca().Issue(t));
  const auto outcome = f.Propose(Sign({}, *expired));
  CHECK(outcome.status.code() == absl::StatusCode::kUnknown);
  CHECK(outcome.status.message() == "proposal client identity expired");
  CHECK_FALSE(outcome.response.has_response());
  CHECK(f.Propose(Sign({}, *expired), ProposalOrigin::kOwnGateway).status.ok());
}

TEST_CASE("An unknown channel is a response, no error", "[endorser]") {
  Fixture f;
  Proposal p;
  p.channel_id = "nowhere";
  const auto outcome = f.Propose(p);
  CHECK(outcome.status.ok());
  CHECK(outcome.response.response().status() == 500);
  CHECK(outcome.response.response().message() == "channel 'nowhere' not found");
}

TEST_CASE("A transaction id of the ledger is refused", "[endorser]") {
  Fixture f;
  const auto proposal = Sign({}, *f.peer.client);
  ::protos::Proposal parsed;
  ::common::Header header;
  ::common::ChannelHeader channel_header;
  REQUIRE(parsed.ParseFromString(proposal.proposal_bytes()));
  REQUIRE(header.ParseFromString(parsed.header()));
  REQUIRE(channel_header.ParseFromString(header.channel_header()));
  CHECK(f.Propose(proposal).status.ok());
  CHECK(f.Propose(proposal).status.ok());  // endorsed twice before it is committed: fine
  f.peer.channel->Commit(channel_header.tx_id(), SimulationResults());
  CheckRefused(f.Propose(proposal),
               "duplicate transaction found [" + channel_header.tx_id() + "]. Creator [");
}

TEST_CASE("An undefined chaincode is a response that names the cure", "[endorser]") {
  Fixture f;
  Proposal p;
  p.chaincode = "none";
  const auto outcome = f.Propose(p);
  CHECK(outcome.status.ok());
  CHECK(outcome.response.response().status() == 500);
  CHECK_THAT(outcome.response.response().message(),
             Equals("make sure the chaincode none has been successfully defined on channel trace "
                    "and try again: chaincode none not found"));
  CHECK(outcome.response.payload().empty());
}

TEST_CASE("The status decides what comes with the response", "[endorser]") {
  Fixture f;
  const auto propose = [&f](const std::string& status) {
    Proposal p;
    p.args = {"status", status};
    const auto outcome = f.Propose(p);
    CHECK(outcome.status.ok());
    return outcome;
  };
  CHECK(propose("399").response.has_endorsement());
  CHECK(ActionOf(propose("399")).events() != "");
  const auto client_error = propose("400");
  CHECK(client_error.response.response().status() == 400);
  CHECK(client_error.response.payload().empty());
  CHECK_FALSE(client_error.response.has_endorsement());
  const auto error = propose("500");
  CHECK_FALSE(error.response.payload().empty());
  CHECK_FALSE(error.response.has_endorsement());
  CHECK(ActionOf(error).events().empty());
}

TEST_CASE("The peer says whose event it is", "[endorser]") {
  Fixture f;
  Proposal p;
  p.args = {"event", "moved"};
  ::protos::ChaincodeEvent event;
  REQUIRE(event.ParseFromString(ActionOf(f.Propose(p)).events()));
  CHECK(event.chaincode_id() == "asset");
  CHECK(event.event_name() == "moved");
  CHECK(event.payload() == "event payload");
  CHECK(event.tx_id().size() == 64);
}

TEST_CASE("Private writes are kept before the answer", "[endorser]") {
  Fixture f;
  Proposal p;
  p.args = Requests().Put("k", "secret", "_implicit_org_ProducerMSP");
  const auto outcome = f.Propose(p);
  REQUIRE(outcome.response.has_endorsement());
  const std::string tx_id = ComputeTxId(p.nonce, f.peer.client->serialized());
  const auto kept = f.peer.channel->transient().Get(tx_id);
  REQUIRE(kept.ok());
  REQUIRE(kept->size() == 1);
  CHECK((*kept)[0].find("secret") != std::string::npos);
  const auto& call = outcome.response.interest().chaincodes(0);
  CHECK(call.no_public_writes());
  REQUIRE(call.collection_names_size() == 1);
  CHECK(call.collection_names(0) == "_implicit_org_ProducerMSP");
}

TEST_CASE("System chaincodes answer on a channel and without one", "[endorser]") {
  Fixture f;
  Proposal p;
  p.chaincode = "qscc";
  p.args = {"GetChainInfo", "trace"};
  const auto outcome = f.Propose(p);
  CHECK(outcome.response.response().status() == 200);
  CHECK(outcome.response.has_endorsement());
  CHECK(ActionOf(outcome).results().empty());
  CHECK(ActionOf(outcome).chaincode_id().version() == "syscc");
  p = {};
  p.channel_id = "";
  p.chaincode = "cscc";
  p.type = ::common::CONFIG;
  p.args = {"GetChannels"};
  const auto local = f.Propose(p);
  CHECK(local.response.response().status() == 200);
  CHECK_FALSE(local.response.has_endorsement());
}

TEST_CASE("Over the limit a proposal is refused before any work", "[endorser]") {
  Fixture f;
  f.Restart({.max_in_flight = 0});
  const auto outcome = f.Propose(Sign({}, *f.peer.client));
  CHECK(absl::IsResourceExhausted(outcome.status));
}

}  // namespace suyuan
