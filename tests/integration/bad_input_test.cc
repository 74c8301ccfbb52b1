// Every refusal of Fabric's protocol, asked of running nodes: its code, its text, and
// that nothing has changed.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/crypto/testing/high_s.h"
#include "network/crypto/testing/test_ca.h"
#include "network/ledger/ledger.h"
#include "network/msp/signed_envelope.h"
#include "network/msp/testing/signed_proposal.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/ledger.pb.h"
#include "protos/gateway/gateway.grpc.pb.h"
#include "protos/msp/identities.pb.h"
#include "protos/peer/events.pb.h"
#include "protos/peer/peer.grpc.pb.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/peer_ledger.h"
#include "tests/support/raw_client.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;
using ::common::Envelope;
using ::protos::SignedProposal;

struct Endorsed {
  grpc::Status status;
  Envelope prepared;
};
struct Answered {
  grpc::Status status;
  ::protos::ProposalResponse response;
};

// A network, and what is to be found in its ledgers at the end.
class Target {
 public:
  explicit Target(const std::string& name) : network_(UpOrFail(name)) {
    const auto& connection = network_->connection();
    gateway_channel = Dial(connection.at("gateway"));
    orderer = Dial(connection.at("orderers").at(0));
    for (const auto& org : connection.at("organizations")) {
      peers[org.at("name")] = Dial(org.at("peers").at(0));
    }
    good = LoadUser(*network_, "producer");
    gateway = ::gateway::Gateway::NewStub(gateway_channel);
  }

  const TestNetwork& network() const { return *network_; }
  const Administration& admins() const { return admins_; }

  // What a client proposes: by default a new asset.
  TestProposal Proposal() const {
    TestProposal proposal;
    proposal.args = {"CreateAsset", "bad", "red", "1", "x", "1"};
    return proposal;
  }

  Answered Propose(const std::string& org, const SignedProposal& proposal) const {
    Answered answer;
    answer.status = ::protos::Endorser::NewStub(peers.at(org))
                        ->ProcessProposal(NewCall().get(), proposal, &answer.response);
    return answer;
  }
  grpc::Status Evaluate(const SignedProposal& proposal, const Words& orgs = {}) const {
    ::gateway::EvaluateRequest request;
    *request.mutable_proposed_transaction() = proposal;
    for (const std::string& org : orgs) request.add_target_organizations(org);
    ::gateway::EvaluateResponse response;
    return gateway->Evaluate(NewCall().get(), request, &response);
  }
  Endorsed Endorse(const SignedProposal& proposal, const Words& orgs = {}) const {
    ::gateway::EndorseRequest request;
    *request.mutable_proposed_transaction() = proposal;
    for (const std::string& org : orgs) request.add_endorsing_organizations(org);
    ::gateway::EndorseResponse response;
    Endorsed out;
    out.status = gateway->Endorse(NewCall().get(), request, &response);
    out.prepared = std::move(*response.mutable_prepared_transaction());
    return out;
  }
  grpc::Status Submit(const Envelope& envelope) const {
    ::gateway::SubmitRequest request;
    request.set_channel_id(network_->channel());
    *request.mutable_prepared_transaction() = envelope;
    ::gateway::SubmitResponse response;
    return gateway->Submit(NewCall().get(), request, &response);
  }
  // The verdict on a transaction, waited for.
  int Verdict(const std::string& tx_id) const {
    ::gateway::CommitStatusRequest request;
    request.set_channel_id(network_->channel());
    request.set_transaction_id(tx_id);
    request.set_identity(good->serialized());
    ::gateway::SignedCommitStatusRequest signed_request;
    signed_request.set_request(request.SerializeAsString());
    signed_request.set_signature(*good->Sign({signed_request.request()}));
    ::gateway::CommitStatusResponse response;
    const grpc::Status status = gateway->CommitStatus(NewCall().get(), signed_request, &response);
    INFO(status.error_message());
    CHECK(status.ok());
    return response.result();
  }

  // An endorsed transaction signed by its client; `orgs` are asked by name.
  Envelope Transaction(const TestProposal& proposal, const SignerPtr& client,
                       const Words& orgs = {}) const {
    const Endorsed endorsed = Endorse(SignProposal(proposal, *client), orgs);
    INFO(endorsed.status.error_message());
    REQUIRE(endorsed.status.ok());
    return Sign(endorsed.prepared.payload(), client);
  }
  static Envelope Sign(const std::string& payload, const SignerPtr& client) {
    Envelope envelope;
    envelope.set_payload(payload);
    envelope.set_signature(*client->Sign({payload}));
    return envelope;
  }
  // Orders the envelope, and expects this verdict in a block.
  void OrderAndExpect(const Envelope& envelope, ::protos::TxValidationCode code) {
    const grpc::Status status = Submit(envelope);
    INFO(status.error_message());
    REQUIRE(status.ok());
    const std::string tx_id = ParseEnvelope(envelope)->channel_header.tx_id();
    CHECK(Verdict(tx_id) == code);
    expected_.emplace(tx_id, code);
  }
  void ExpectInLedger(const std::string& tx_id, ::protos::TxValidationCode code) {
    expected_.emplace(tx_id, code);
  }

  // Everything that is to be in the ledgers from here on must be expected.
  void Begin() { first_block_ = Height(); }
  uint64_t Height() const {
    TestProposal proposal;
    proposal.chaincode = "qscc";
    proposal.args = {"GetChainInfo", network_->channel()};
    const Answered info = Propose("producer", SignProposal(proposal, *good));
    REQUIRE(info.status.ok());
    ::common::BlockchainInfo chain;
    REQUIRE(chain.ParseFromString(info.response.response().payload()));
    return chain.height();
  }
  // Stops the peers: they agree, nothing is damaged, and the blocks since Begin() hold the
  // expected transactions with the expected verdicts, `config_blocks` and nothing else.
  void CheckLedgers(int config_blocks = 0) {
    const auto ledgers = StopAndReadLedgers(*network_);
    INFO(ledgers.status());
    REQUIRE(ledgers.ok());
    for (const PeerLedger& ledger : *ledgers) CHECK(ledger == ledgers->front());
    auto ledger = Ledger::Open(network_->LedgerDir("peer0.producer"));
    REQUIRE(ledger.ok());
    std::multimap<std::string, int> found;
    for (uint64_t n = first_block_; n < (*ledger)->Height(); ++n) {
      const auto block = (*ledger)->Get(n);
      REQUIRE(block.ok());
      config_blocks -= IsConfigBlock(*block);
      if (IsConfigBlock(*block)) continue;
      for (int i = 0; i < block->data().data_size(); ++i) {
        found.emplace(ParseEnvelope(block->data().data(i))->channel_header.tx_id(),
                      static_cast<uint8_t>(block->metadata().metadata(2)[i]));
      }
    }
    CHECK(found == expected_);
    CHECK(config_blocks == 0);
    const auto bad = (*ledger)->NewView()->Get("asset", "bad");
    REQUIRE(bad.ok());
    CHECK_FALSE(bad->has_value());
  }

  std::shared_ptr<grpc::Channel> gateway_channel, orderer;
  std::map<std::string, std::shared_ptr<grpc::Channel>> peers;  // by organisation
  std::unique_ptr<::gateway::Gateway::Stub> gateway;
  SignerPtr good;  // user1 of the producer, the gateway's organisation

 private:
  const std::unique_ptr<TestNetwork> network_;
  const Administration admins_{*network_};
  std::multimap<std::string, int> expected_;
  uint64_t first_block_ = 0;
};

// Identities that are none -----------------------------------------------------

// Valid from a moment ago, when the test's CAs were made, to `end`.
CertificateTemplate Member(std::vector<std::string> units, absl::Time end) {
  CertificateTemplate t;
  t.common_name = "somebody";
  t.organizational_units = std::move(units);
  t.not_before = absl::Now() - absl::Minutes(4);
  t.not_after = end;
  return t;
}
SignerPtr Expired(const TestNetwork& network, const std::string& org = "producer") {
  return IssueMember(network, org, Member({"client"}, absl::Now() - absl::Minutes(2)));
}
SignerPtr WithoutRole(const TestNetwork& network) {
  return IssueMember(network, "producer", Member({}, absl::Now() + absl::Hours(1)));
}
// Of another CA under the producer's name, or another.
SignerPtr Foreign(const std::string& msp_id) {
  static const TestCa ca("stranger");
  const TestCertificate member = ca.Issue("user1", {"client"});
  return *MakeSigningIdentity(msp_id, member.certificate->ToPem(), member.key->ToPem());
}
std::string GarbageCreator() {
  ::msp::SerializedIdentity identity;
  identity.set_mspid("ProducerMSP");
  identity.set_id_bytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  return identity.SerializeAsString();
}

struct BadProposal {
  std::string what;
  SignedProposal proposal;
  std::string text;  // of the refusal, to its end when `whole`
  bool whole = true;
};

std::vector<BadProposal> BadProposals(const Target& target) {
  const std::string denied =
      "error validating proposal: access denied: channel [trace] creator org ";
  const std::string ours = denied + "[ProducerMSP]";
  const std::string nobody = denied + "unknown, creator is malformed";
  const SignedProposal good = SignProposal(target.Proposal(), *target.good);
  std::vector<BadProposal> bad;
  const auto with_signature = [&](const std::string& what, const std::string& signature) {
    bad.push_back({what, good, ours});
    bad.back().proposal.set_signature(signature);
  };
  with_signature("signature over other bytes", *target.good->Sign({"other"}));
  with_signature("garbage signature", "garbage");
  with_signature("no signature", "");
  with_signature("high s", WithHighS(good.signature()));
  const auto by = [&](const std::string& what, const SignerPtr& who, const std::string& text) {
    bad.push_back({what, SignProposal(target.Proposal(), *who), text});
  };
  by("foreign CA", Foreign("ProducerMSP"), ours);
  by("unknown organisation", Foreign("NobodyMSP"), nobody);
  by("no role", WithoutRole(target.network()), ours);
  const auto with = [&](const std::string& what, const std::string& text, bool whole,
                        const std::function<void(TestProposal&)>& change) {
    TestProposal proposal = target.Proposal();
    change(proposal);
    bad.push_back({what, SignProposal(proposal, *target.good), text, whole});
  };
  with("garbage certificate", nobody, true, [](TestProposal& p) { p.creator = GarbageCreator(); });
  with("garbage creator", nobody, true, [](TestProposal& p) { p.creator = "\xff\xff"; });
  with("another's transaction id",
       "error validating proposal: incorrectly computed txid 'other' "
       "-- expected '",
       false, [](TestProposal& p) { p.tx_id = "other"; });
  with("no nonce", "error validating proposal: nonce is empty", true,
       [](TestProposal& p) { p.nonce.clear(); });
  with("epoch", "error validating proposal: invalid epoch in ChannelHeader. Expected 0, got [7]",
       true, [](TestProposal& p) { p.epoch = 7; });
  with("type", "error validating proposal: invalid header type 5", true,
       [](TestProposal& p) { p.type = ::common::DELIVER_SEEK_INFO; });
  return bad;
}

TEST_CASE("A bad proposal is refused by peers and gateway alike, with Fabric's text",
          "[integration][bad_input]") {
  Target target("badProposals");
  target.Begin();
  for (const BadProposal& bad : BadProposals(target)) {
    INFO(bad.what);
    const auto says = [&](const std::string& text) {
      CHECK_THAT(text, StartsWith(bad.text));
      if (bad.whole) CHECK(text.size() == bad.text.size());
    };
    for (const auto& [org, channel] : target.peers) {
      const Answered answer = target.Propose(org, bad.proposal);
      CHECK(answer.status.error_code() == grpc::StatusCode::UNKNOWN);
      says(answer.status.error_message());
    }
    const grpc::Status evaluated = target.Evaluate(bad.proposal);
    CHECK(evaluated.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
    CHECK_THAT(evaluated.error_message(),
               StartsWith("evaluate call to endorser returned error: " + bad.text));
    const grpc::Status endorsed = target.Endorse(bad.proposal).status;
    CHECK(endorsed.error_code() == grpc::StatusCode::ABORTED);
    CHECK(endorsed.error_message() ==
          "failed to endorse transaction, see attached details for more info");
    for (const grpc::Status& status : {evaluated, endorsed}) {
      const auto details = DetailsOf(status);
      REQUIRE(details.size() == 1);
      CHECK(details[0].msp_id() == "ProducerMSP");
      says(details[0].message());
    }
  }
  target.CheckLedgers();
}

TEST_CASE("A malformed proposal is told layer by layer", "[integration][bad_input]") {
  Target target("malformedProposals");
  target.Begin();
  const SignedProposal good = SignProposal(target.Proposal(), *target.good);
  ::protos::Proposal proposal;
  REQUIRE(proposal.ParseFromString(good.proposal_bytes()));
  const std::string garbage = "\xff\xff";
  const auto spoilt = [&](const std::function<void(::protos::Proposal&)>& change) {
    ::protos::Proposal copy = proposal;
    change(copy);
    SignedProposal out;
    out.set_proposal_bytes(copy.SerializeAsString());
    out.set_signature(*target.good->Sign({out.proposal_bytes()}));
    return out;
  };
  SignedProposal outermost = good;
  outermost.set_proposal_bytes(garbage);
  const auto without_spec = [](::protos::Proposal& p) {
    p.set_payload(::protos::ChaincodeProposalPayload().SerializeAsString());
  };
  ::common::Header header;
  REQUIRE(header.ParseFromString(proposal.header()));
  const auto with_header = [&](const std::function<void(::common::Header&)>& change) {
    return spoilt([&](::protos::Proposal& p) {
      ::common::Header copy = header;
      change(copy);
      p.set_header(copy.SerializeAsString());
    });
  };
  const std::vector<std::pair<std::string, SignedProposal>> cases = {
      {"malformed Proposal", outermost},
      {"malformed Header", spoilt([&](auto& p) { p.set_header(garbage); })},
      {"malformed ChannelHeader", with_header([&](auto& h) { h.set_channel_header(garbage); })},
      {"malformed ChaincodeProposalPayload", spoilt([&](auto& p) { p.set_payload(garbage); })},
      {"spec", spoilt(without_spec)},
  };
  for (const auto& [text, bad] : cases) {
    INFO(text);
    const Answered answer = target.Propose("producer", bad);
    CHECK(answer.status.error_code() == grpc::StatusCode::UNKNOWN);
    CHECK_THAT(answer.status.error_message(),
               StartsWith("error validating proposal: ") && Contains(text));
    for (const grpc::Status& status : {target.Evaluate(bad), target.Endorse(bad).status}) {
      CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
      CHECK_THAT(status.error_message(),
                 StartsWith("failed to unpack transaction proposal: ") && Contains(text));
      CHECK(DetailsOf(status).empty());
    }
  }
  // What only the peer reads.
  const SignedProposal no_signature_header =
      with_header([&](auto& h) { h.set_signature_header(garbage); });
  CHECK_THAT(target.Propose("producer", no_signature_header).status.error_message(),
             Equals("error validating proposal: malformed SignatureHeader"));
  CHECK(target.Evaluate(no_signature_header).error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  // Nothing at all.
  CHECK(target.Evaluate({}).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(target.Endorse({}).status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  CHECK(target.Submit({}).error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  target.CheckLedgers();
}

TEST_CASE("Unknown channels, chaincodes and organisations are told as in Fabric",
          "[integration][bad_input]") {
  Target target("unknownNames");
  target.Begin();
  const auto propose = [&](const std::string& channel, const std::string& chaincode) {
    TestProposal proposal = target.Proposal();
    proposal.channel_id = channel;
    proposal.chaincode = chaincode;
    return SignProposal(proposal, *target.good);
  };
  const std::string no_metadata =
      "no combination of peers can be derived which satisfy the endorsement policy: "
      "No metadata was found for chaincode ";

  const SignedProposal unknown_chaincode = propose("trace", "nope");
  Answered peer = target.Propose("producer", unknown_chaincode);
  CHECK(peer.status.ok());
  CHECK(peer.response.response().status() == 500);
  CHECK_THAT(peer.response.response().message(), Contains("chaincode nope"));
  CHECK_FALSE(peer.response.has_endorsement());
  grpc::Status status = target.Evaluate(unknown_chaincode);
  CHECK(status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(status.error_message() == "no peers available to evaluate chaincode nope in channel trace");
  status = target.Endorse(unknown_chaincode).status;
  CHECK(status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(status.error_message() == no_metadata + "nope in channel trace");

  const SignedProposal unknown_channel = propose("nowhere", "asset");
  peer = target.Propose("producer", unknown_channel);
  CHECK(peer.status.ok());
  CHECK(peer.response.response().status() == 500);
  CHECK(peer.response.response().message() == "channel 'nowhere' not found");
  status = target.Evaluate(unknown_channel);
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK_THAT(status.error_message(), StartsWith("failed to get config for channel [nowhere]"));
  status = target.Endorse(unknown_channel).status;
  CHECK(status.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  CHECK(status.error_message() == no_metadata + "asset in channel nowhere");

  const SignedProposal good = SignProposal(target.Proposal(), *target.good);
  CHECK(target.Evaluate(good, {"NobodyMSP"}).error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  status = target.Endorse(good, {"NobodyMSP", "ProducerMSP"}).status;
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(status.error_message() == "failed to find any endorsing peers for org(s): NobodyMSP");

  ::gateway::SubmitRequest submit;
  submit.set_channel_id("nowhere");
  submit.mutable_prepared_transaction()->set_payload("x");
  submit.mutable_prepared_transaction()->set_signature("x");
  ::gateway::SubmitResponse submitted;
  CHECK(target.gateway->Submit(NewCall().get(), submit, &submitted).error_code() ==
        grpc::StatusCode::FAILED_PRECONDITION);
  target.CheckLedgers();
}

TEST_CASE("An expired identity gets as far as with Fabric, and no further",
          "[integration][bad_input]") {
  Target target("expiredIdentity");
  target.Begin();
  const SignerPtr expired = Expired(target.network());
  const auto proposal = [&] { return SignProposal(target.Proposal(), *expired); };
  const std::string remote = "rpc error: code = Unknown desc = proposal client identity expired";

  // The way from the gateway to its own peer has no expiry filter.
  CHECK(target.Evaluate(proposal()).ok());
  const Answered direct = target.Propose("producer", proposal());
  CHECK(direct.status.error_code() == grpc::StatusCode::UNKNOWN);
  CHECK(direct.status.error_message() == "proposal client identity expired");

  grpc::Status status = target.Evaluate(proposal(), {"DistributorMSP"});
  CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
  REQUIRE(DetailsOf(status).size() == 1);
  CHECK(DetailsOf(status)[0].message() == remote);

  status = target.Endorse(proposal()).status;
  CHECK(status.error_code() == grpc::StatusCode::ABORTED);
  CHECK(status.error_message() ==
        "failed to collect enough transaction endorsements, see attached details for more info");
  REQUIRE_FALSE(DetailsOf(status).empty());
  for (const auto& detail : DetailsOf(status)) {
    CHECK(detail.message() == remote);
    CHECK(detail.msp_id() != "ProducerMSP");
  }

  const Endorsed alone = target.Endorse(proposal(), {"ProducerMSP"});
  REQUIRE(alone.status.ok());
  status = target.Submit(Target::Sign(alone.prepared.payload(), expired));
  CHECK(status.error_code() == grpc::StatusCode::ABORTED);
  CHECK_THAT(status.error_message(),
             StartsWith("received unsuccessful response from orderer: status=BAD_REQUEST, "
                        "info=broadcast client identity expired"));
  target.CheckLedgers();
}

// Block streams and Broadcast --------------------------------------------------

struct BadEnvelope {
  std::string what;
  Envelope envelope;
  int status;
  std::string text;  // in the answer's info, where there is one
};

// By identities and signatures that give no right to anything.
std::vector<BadEnvelope> WithoutRights(const Target& target, ::common::HeaderType type,
                                       const std::string& data, const std::string& text) {
  const auto by = [&](const SignerPtr& who) {
    return *MakeSignedEnvelope(*who, type, "trace", data, absl::Now());
  };
  const Envelope good = by(target.good);
  std::vector<BadEnvelope> bad = {
      {"signature over other bytes", good, ::common::FORBIDDEN, text},
      {"garbage signature", good, ::common::FORBIDDEN, text},
      {"no signature", good, ::common::FORBIDDEN, text},
      {"high s", good, ::common::FORBIDDEN, text},
      {"foreign CA", by(Foreign("ProducerMSP")), ::common::FORBIDDEN, text},
      {"unknown organisation", by(Foreign("NobodyMSP")), ::common::FORBIDDEN, text},
      {"no role", by(WithoutRole(target.network())), ::common::FORBIDDEN, text}};
  bad[0].envelope.set_signature(*target.good->Sign({"other"}));
  bad[1].envelope.set_signature("garbage");
  bad[2].envelope.set_signature("");
  bad[3].envelope.set_signature(WithHighS(good.signature()));
  return bad;
}

TEST_CASE("The orderer refuses what it must not order", "[integration][bad_input]") {
  Target target("badBroadcast");
  target.Begin();
  const auto envelope = [&](const SignerPtr& who, const std::string& channel,
                            const std::string& data,
                            ::common::HeaderType type = ::common::ENDORSER_TRANSACTION) {
    return *MakeSignedEnvelope(*who, type, channel, data, absl::Now());
  };
  std::vector<BadEnvelope> cases =
      WithoutRights(target, ::common::ENDORSER_TRANSACTION, "x", ": permission denied");
  for (const BadEnvelope& one : cases) CHECK(one.status == ::common::FORBIDDEN);
  Envelope garbage;
  garbage.set_payload("\xff\xff");
  garbage.set_signature("x");
  const std::string too_large(10u << 20, 'x');
  const std::vector<BadEnvelope> more = {
      {"unknown channel", envelope(target.good, "nowhere", "x"), ::common::BAD_REQUEST, "nowhere"},
      {"no channel", envelope(target.good, "", "x"), ::common::BAD_REQUEST, "channel"},
      {"empty", envelope(target.good, "trace", ""), ::common::BAD_REQUEST, "payload is empty"},
      {"too large", envelope(target.good, "trace", too_large), ::common::BAD_REQUEST,
       "bytes and exceeds maximum allowed 10485760 bytes"},
      {"expired", envelope(Expired(target.network()), "trace", "x"), ::common::BAD_REQUEST,
       "broadcast client identity expired"},
      {"CONFIG", envelope(target.good, "trace", "x", ::common::CONFIG), ::common::BAD_REQUEST,
       "message is of type that cannot be processed directly"},
      {"no update", envelope(target.good, "trace", "\xff", ::common::CONFIG_UPDATE),
       ::common::BAD_REQUEST, "malformed"},
      {"malformed payload", garbage, ::common::BAD_REQUEST, "malformed"},
      {"nothing", Envelope(), ::common::BAD_REQUEST, ""}};
  cases.insert(cases.end(), more.begin(), more.end());
  for (const BadEnvelope& bad : cases) {
    INFO(bad.what);
    const StreamAnswer answer =
        SendEnvelope(target.orderer, "/orderer.AtomicBroadcast/Broadcast", bad.envelope);
    CHECK(answer.status == bad.status);
    CHECK_THAT(answer.info, Contains(bad.text));
    CHECK(answer.ended.ok());
    if (bad.status == ::common::FORBIDDEN) {
      CHECK_THAT(answer.info, StartsWith("implicit policy evaluation failed"));
    }
    // The same by way of the gateway.
    if (bad.envelope.signature().empty()) continue;
    const grpc::Status status = target.Submit(bad.envelope);
    CHECK(status.error_code() == grpc::StatusCode::ABORTED);
    CHECK_THAT(status.error_message(),
               StartsWith(absl::StrCat("received unsuccessful response from orderer: status=",
                                       ::common::Status_Name(bad.status), ", info=")) &&
                   Contains(bad.text));
    CHECK(DetailsOf(status).empty());
  }
  target.CheckLedgers();
}

std::string Seek(const std::function<void(::orderer::SeekInfo&)>& change = {}) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_oldest();
  seek.mutable_stop()->mutable_newest();
  if (change) change(seek);
  return seek.SerializeAsString();
}

TEST_CASE("Block streams refuse a seek with Fabric's status and end", "[integration][bad_input]") {
  Target target("badSeeks");
  target.Begin();
  const uint64_t height = target.Height();
  const auto seek = [&](const std::string& data, absl::Duration age = absl::ZeroDuration(),
                        const std::string& channel = "trace", SignerPtr who = nullptr) {
    return *MakeSignedEnvelope(who == nullptr ? *target.good : *who, ::common::DELIVER_SEEK_INFO,
                               channel, data, absl::Now() - age);
  };
  Envelope no_time = seek(Seek());
  ::common::Payload payload;
  REQUIRE(payload.ParseFromString(no_time.payload()));
  ::common::ChannelHeader channel_header;
  REQUIRE(channel_header.ParseFromString(payload.header().channel_header()));
  channel_header.clear_timestamp();
  payload.mutable_header()->set_channel_header(channel_header.SerializeAsString());
  no_time = Target::Sign(payload.SerializeAsString(), target.good);
  Envelope garbage;
  garbage.set_payload("\xff\xff");

  std::vector<BadEnvelope> cases = WithoutRights(target, ::common::DELIVER_SEEK_INFO, Seek(), "");
  const std::vector<BadEnvelope> more = {
      {"expired", seek(Seek(), {}, "trace", Expired(target.network())), ::common::FORBIDDEN, ""},
      {"no time", no_time, ::common::BAD_REQUEST, ""},
      {"too old", seek(Seek(), absl::Minutes(16)), ::common::BAD_REQUEST, ""},
      {"from the future", seek(Seek(), -absl::Minutes(16)), ::common::BAD_REQUEST, ""},
      {"unknown channel", seek(Seek(), {}, "nowhere"), ::common::NOT_FOUND, ""},
      {"malformed payload", garbage, ::common::BAD_REQUEST, ""},
      {"malformed seek", seek("\xff\xff"), ::common::BAD_REQUEST, ""},
      {"no start", seek(Seek([](auto& s) { s.clear_start(); })), ::common::BAD_REQUEST, ""},
      {"no stop", seek(Seek([](auto& s) { s.clear_stop(); })), ::common::BAD_REQUEST, ""},
      {"stop before start", seek(Seek([](auto& s) {
         s.mutable_start()->mutable_specified()->set_number(2);
         s.mutable_stop()->mutable_specified()->set_number(1);
       })),
       ::common::BAD_REQUEST, ""},
      {"start past the end", seek(Seek([&](auto& s) {
         s.mutable_start()->mutable_specified()->set_number(height + 1);
         s.mutable_stop()->mutable_specified()->set_number(height + 9);
       })),
       ::common::NOT_FOUND, ""}};
  cases.insert(cases.end(), more.begin(), more.end());

  const std::vector<std::pair<std::shared_ptr<grpc::Channel>, std::string>> streams = {
      {target.orderer, "/orderer.AtomicBroadcast/Deliver"},
      {target.peers["distributor"], "/protos.Deliver/Deliver"},
      {target.peers["distributor"], "/protos.Deliver/DeliverFiltered"},
      {target.peers["distributor"], "/protos.Deliver/DeliverWithPrivateData"},
      {target.gateway_channel, "/protos.Deliver/Deliver"}};
  for (const auto& [node, method] : streams) {
    for (const BadEnvelope& bad : cases) {
      INFO(method << " " << bad.what);
      const StreamAnswer answer = SendEnvelope(node, method, bad.envelope);
      CHECK(answer.status == bad.status);
      CHECK(answer.blocks == 0);
      CHECK(answer.ended.ok());
    }
    INFO(method);
    // Beyond the end when nothing shall be waited for: what there is, then 404.
    const StreamAnswer partly =
        SendEnvelope(node, method, seek(Seek([&](auto& s) {
                       s.mutable_start()->mutable_specified()->set_number(height - 1);
                       s.mutable_stop()->mutable_specified()->set_number(height + 9);
                       s.set_behavior(::orderer::SeekInfo::FAIL_IF_NOT_READY);
                     })));
    CHECK(partly.status == ::common::NOT_FOUND);
    CHECK(partly.blocks == 1);
    const StreamAnswer whole = SendEnvelope(node, method, seek(Seek()));
    CHECK(whole.status == ::common::SUCCESS);
    CHECK(whole.blocks == static_cast<int>(height));
  }
  target.CheckLedgers();
}

TEST_CASE("Questions about commits and events are refused with Fabric's codes",
          "[integration][bad_input]") {
  Target target("badQuestions");
  target.Begin();
  const auto status_of = [&](const std::string& channel, const SignerPtr& who,
                             const std::function<void(std::string&, std::string&)>& change = {}) {
    ::gateway::CommitStatusRequest inner;
    inner.set_channel_id(channel);
    inner.set_transaction_id("tx");
    inner.set_identity(who->serialized());
    std::string request = inner.SerializeAsString();
    std::string signature = *who->Sign({request});
    if (change) change(request, signature);
    ::gateway::SignedCommitStatusRequest outer;
    outer.set_request(request);
    outer.set_signature(signature);
    ::gateway::CommitStatusResponse response;
    return target.gateway->CommitStatus(NewCall().get(), outer, &response).error_code();
  };
  const auto events_of = [&](const std::string& channel, const SignerPtr& who,
                             const std::function<void(::gateway::ChaincodeEventsRequest&)>& change,
                             const std::string& signature = "") {
    ::gateway::ChaincodeEventsRequest inner;
    inner.set_channel_id(channel);
    inner.set_chaincode_id("asset");
    inner.set_identity(who->serialized());
    if (change) change(inner);
    ::gateway::SignedChaincodeEventsRequest outer;
    outer.set_request(inner.SerializeAsString());
    outer.set_signature(signature.empty() ? *who->Sign({outer.request()}) : signature);
    auto context = NewCall();
    auto stream = target.gateway->ChaincodeEvents(context.get(), outer);
    ::gateway::ChaincodeEventsResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish().error_code();
  };
  using Code = grpc::StatusCode;
  CHECK(status_of("nowhere", target.good) == Code::PERMISSION_DENIED);
  CHECK(events_of("nowhere", target.good, {}) == Code::PERMISSION_DENIED);
  for (const SignerPtr& who :
       {Foreign("ProducerMSP"), Foreign("NobodyMSP"), WithoutRole(target.network())}) {
    CHECK(status_of("trace", who) == Code::PERMISSION_DENIED);
    CHECK(events_of("trace", who, {}) == Code::PERMISSION_DENIED);
  }
  const auto sign = [](const std::string& signature) {
    return [signature](std::string&, std::string& s) { s = signature; };
  };
  CHECK(status_of("trace", target.good, sign("")) == Code::PERMISSION_DENIED);
  CHECK(status_of("trace", target.good, sign("garbage")) == Code::PERMISSION_DENIED);
  CHECK(status_of("trace", target.good, [](std::string&, std::string& s) { s = WithHighS(s); }) ==
        Code::PERMISSION_DENIED);
  CHECK(events_of("trace", target.good, {}, "garbage") == Code::PERMISSION_DENIED);
  CHECK(status_of("trace", target.good, [](std::string& r, std::string&) { r = "\xff\xff"; }) ==
        Code::INVALID_ARGUMENT);
  CHECK(status_of("trace", target.good, [](std::string& r, std::string&) { r.clear(); }) ==
        Code::INVALID_ARGUMENT);
  CHECK(events_of("trace", target.good, [](auto& r) {
          r.mutable_start_position()->mutable_oldest();
        }) == Code::INVALID_ARGUMENT);
  CHECK(events_of("trace", target.good, [](auto& r) {
          r.mutable_start_position()->mutable_newest();
        }) == Code::INVALID_ARGUMENT);
  target.CheckLedgers();
}

// What reaches a block -----------------------------------------------------------

// The transaction with its layers changed, signed by `client`.
Envelope Altered(const Envelope& envelope, const SignerPtr& client,
                 const std::function<void(::common::ChannelHeader&,
                                          ::protos::ChaincodeActionPayload&)>& change) {
  ::common::Payload payload;
  ::common::ChannelHeader header;
  ::protos::Transaction transaction;
  ::protos::ChaincodeActionPayload action;
  REQUIRE(payload.ParseFromString(envelope.payload()));
  REQUIRE(header.ParseFromString(payload.header().channel_header()));
  REQUIRE(transaction.ParseFromString(payload.data()));
  REQUIRE(action.ParseFromString(transaction.actions(0).payload()));
  change(header, action);
  transaction.mutable_actions(0)->set_payload(action.SerializeAsString());
  payload.set_data(transaction.SerializeAsString());
  payload.mutable_header()->set_channel_header(header.SerializeAsString());
  return Target::Sign(payload.SerializeAsString(), client);
}

TEST_CASE("What is wrong in a block is recorded with its code and has no effect",
          "[integration][bad_input]") {
  Target target("badTransactions");
  target.Begin();
  const auto fresh = [&](const Words& orgs = {}) {
    return target.Transaction(target.Proposal(), target.good, orgs);
  };
  // Policy not met: one organisation of three.
  target.OrderAndExpect(fresh({"ProducerMSP"}), ::protos::ENDORSEMENT_POLICY_FAILURE);
  // An endorsement twice counts once.
  target.OrderAndExpect(Altered(fresh({"ProducerMSP"}), target.good,
                                [](auto&, auto& action) {
                                  auto* endorsements =
                                      action.mutable_action()->mutable_endorsements();
                                  *endorsements->Add() = endorsements->Get(0);
                                }),
                        ::protos::ENDORSEMENT_POLICY_FAILURE);
  // The result altered after the endorsement.
  target.OrderAndExpect(
      Altered(fresh(), target.good,
              [](auto&, auto& action) {
                ::protos::ProposalResponsePayload response;
                ::protos::ChaincodeAction chaincode_action;
                auto* endorsed = action.mutable_action();
                response.ParseFromString(endorsed->proposal_response_payload());
                chaincode_action.ParseFromString(response.extension());
                chaincode_action.mutable_response()->set_payload("forged");
                response.set_extension(chaincode_action.SerializeAsString());
                endorsed->set_proposal_response_payload(response.SerializeAsString());
              }),
      ::protos::ENDORSEMENT_POLICY_FAILURE);
  // Endorsed by strangers, and by a client.
  for (const SignerPtr& who :
       {Foreign("DistributorMSP"), LoadUser(target.network(), "distributor")}) {
    target.OrderAndExpect(
        Altered(fresh({"ProducerMSP"}), target.good,
                [&](auto&, auto& action) {
                  auto* endorsed = action.mutable_action();
                  auto* endorsement = endorsed->add_endorsements();
                  endorsement->set_endorser(who->serialized());
                  endorsement->set_signature(
                      *who->Sign({endorsed->proposal_response_payload(), endorsement->endorser()}));
                }),
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  }
  // A high s in an endorsement.
  target.OrderAndExpect(Altered(fresh({"ProducerMSP", "DistributorMSP"}), target.good,
                                [](auto&, auto& action) {
                                  auto* first = action.mutable_action()->mutable_endorsements(0);
                                  first->set_signature(WithHighS(first->signature()));
                                }),
                        ::protos::ENDORSEMENT_POLICY_FAILURE);
  // A transaction id that is not of nonce and creator.
  target.OrderAndExpect(
      Altered(fresh(), target.good, [](auto& header, auto&) { header.set_tx_id("other"); }),
      ::protos::BAD_PROPOSAL_TXID);
  // Other arguments than were endorsed.
  target.OrderAndExpect(
      Altered(fresh(), target.good,
              [](auto&, auto& action) { action.set_chaincode_proposal_payload(""); }),
      ::protos::INVALID_ENDORSER_TRANSACTION);
  // Sent by somebody else than proposed it.
  const Envelope stolen = fresh();
  const grpc::Status refused =
      target.Submit(Target::Sign(stolen.payload(), LoadUser(target.network(), "distributor")));
  CHECK(refused.error_code() == grpc::StatusCode::ABORTED);
  CHECK_THAT(refused.error_message(), Contains("status=FORBIDDEN"));

  // The same transaction twice: the second is recorded as what it is.
  TestProposal proposal = target.Proposal();
  proposal.args[1] = "once";
  const Envelope once = target.Transaction(proposal, target.good);
  const std::string tx_id = ParseEnvelope(once)->channel_header.tx_id();
  target.OrderAndExpect(once, ::protos::VALID);
  REQUIRE(target.Submit(once).ok());
  target.ExpectInLedger(tx_id, ::protos::DUPLICATE_TXID);
  // Once more in the same block, for what comes behind it tells that it is committed.
  target.OrderAndExpect(fresh({"ProducerMSP"}), ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(target.Verdict(tx_id) == ::protos::VALID);  // of the first
  // And no more to be endorsed.
  proposal.nonce = ParseEnvelope(once)->signature_header.nonce();
  const SignedProposal again = SignProposal(proposal, *target.good);
  const std::string duplicate = absl::StrCat("duplicate transaction found [", tx_id, "]");
  CHECK_THAT(target.Propose("producer", again).status.error_message(), StartsWith(duplicate));
  const grpc::Status evaluated = target.Evaluate(again);
  CHECK(evaluated.error_code() == grpc::StatusCode::FAILED_PRECONDITION);
  const grpc::Status endorsed = target.Endorse(again).status;
  CHECK(endorsed.error_code() == grpc::StatusCode::ABORTED);
  for (const grpc::Status& status : {evaluated, endorsed}) {
    REQUIRE(DetailsOf(status).size() == 1);
    CHECK_THAT(DetailsOf(status)[0].message(), StartsWith(duplicate));
  }
  target.CheckLedgers();
}

TEST_CASE("Peers with different results are found out before anything is ordered",
          "[integration][bad_input]") {
  Target target("mismatch");
  const std::string asset = target.admins().Path("packages/asset_1.0.tgz");
  const std::string trace = target.admins().Path("packages/trace_1.0.tgz");
  const absl::Status defined = target.admins().Define("odd", {asset, trace, trace});
  INFO(defined);
  REQUIRE(defined.ok());
  target.Begin();
  TestProposal proposal = target.Proposal();
  proposal.chaincode = "odd";
  proposal.args = {"org.hyperledger.fabric:GetMetadata"};
  Endorsed endorsed;
  // The gateway learns of the definition with the block.
  REQUIRE(AwaitCondition(absl::Seconds(20), [&] {
    proposal.nonce = RandomBytes(24);
    endorsed = target.Endorse(SignProposal(proposal, *target.good));
    return endorsed.status.error_code() != grpc::StatusCode::FAILED_PRECONDITION;
  }));
  CHECK(endorsed.status.error_code() == grpc::StatusCode::ABORTED);
  CHECK(endorsed.status.error_message() ==
        "failed to collect enough transaction endorsements, see attached details for more info");
  const auto details = DetailsOf(endorsed.status);
  REQUIRE_FALSE(details.empty());
  for (const auto& detail : details) {
    CHECK(detail.message() == "ProposalResponsePayloads do not match");
    CHECK(detail.msp_id() != "ProducerMSP");
  }
  target.CheckLedgers();
}

TEST_CASE("A revoked identity is refused from the block on that revokes it",
          "[integration][bad_input]") {
  Target target("revoked");
  target.Begin();
  const auto& admins = target.admins();
  const SignerPtr user = LoadUser(target.network(), "distributor");
  TestProposal proposal = target.Proposal();
  proposal.args[1] = "early";
  target.OrderAndExpect(target.Transaction(proposal, user), ::protos::VALID);
  // Endorsed while it was good.
  proposal.args[1] = "bad";
  proposal.nonce = RandomBytes(24);
  const Envelope late = target.Transaction(proposal, user);

  REQUIRE(admins
              .Run({"crypto", "revoke", "--org", admins.Path("organizations/distributor"),
                    admins.KeyPath("distributor", "users/user1/cert.pem")})
              .ok());
  REQUIRE(admins.FetchConfig(admins.Orderer(), "current.block").ok());
  REQUIRE(admins
              .Run({"channel", "update-org", "--block", admins.Path("current.block"), "--org",
                    "distributor", "--org-msp-id", "DistributorMSP", "--kind", "msp", "--msp",
                    admins.KeyPath("distributor", "msp.pb"), "--out", admins.Path("crl.pb")})
              .ok());
  const ToolResult submitted = admins.SignAndSubmit(admins.Path("crl.pb"), {"distributor"});
  INFO(submitted.output);
  REQUIRE(submitted.exit_status == 0);

  proposal.nonce = RandomBytes(24);
  const SignedProposal refused = SignProposal(proposal, *user);
  const std::string text =
      "error validating proposal: access denied: channel [trace] creator org [DistributorMSP]";
  for (const auto& [org, channel] : target.peers) {
    CHECK(target.Propose(org, refused).status.error_message() == text);
  }
  REQUIRE(DetailsOf(target.Evaluate(refused)).size() == 1);
  CHECK(DetailsOf(target.Evaluate(refused))[0].message() == text);
  REQUIRE(DetailsOf(target.Endorse(refused).status).size() == 1);
  CHECK(DetailsOf(target.Endorse(refused).status)[0].message() == text);
  const grpc::Status status = target.Submit(late);
  CHECK(status.error_code() == grpc::StatusCode::ABORTED);
  CHECK_THAT(status.error_message(), Contains("status=FORBIDDEN"));
  const Envelope seek =
      *MakeSignedEnvelope(*user, ::common::DELIVER_SEEK_INFO, "trace", Seek(), absl::Now());
  CHECK(SendEnvelope(target.orderer, "/orderer.AtomicBroadcast/Deliver", seek).status ==
        ::common::FORBIDDEN);
  CHECK(SendEnvelope(target.peers["regulator"], "/protos.Deliver/Deliver", seek).status ==
        ::common::FORBIDDEN);
  // Its organisation's others are not touched.
  CHECK(target.Evaluate(SignProposal(proposal, *LoadUser(target.network(), "distributor", "admin")))
            .ok());
  target.CheckLedgers(1);
}

// Bytes that are no messages -------------------------------------------------------

bool Refused(const RawAnswer& answer) {
  if (!answer.ended.ok()) return true;
  ::orderer::BroadcastResponse status;  // as every stream's status message
  return answer.messages.size() == 1 && status.ParseFromString(answer.messages[0]) &&
         status.status() >= 400;
}

TEST_CASE("Garbage and oversized messages are refused on every method, in bounded memory",
          "[integration][bad_input]") {
  Target target("garbage");
  target.Begin();
  struct Node {
    std::string name;
    std::shared_ptr<grpc::Channel> channel;
    std::vector<std::string> services;
  };
  const std::vector<Node> nodes = {
      {"gateway", target.gateway_channel, {"gateway.Gateway", "protos.Deliver"}},
      {"peer0.producer",
       target.peers["producer"],
       {"protos.Endorser", "protos.Deliver", "suyuan.peer.PeerLink"}},
      {"orderer0", target.orderer, {"orderer.AtomicBroadcast", "suyuan.orderer.Participation"}}};
  std::mt19937 random(7);
  const auto noise = [&random](size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  };
  std::map<std::string, uint64_t> before;
  const auto bombard = [&](int rounds) {
    for (const Node& node : nodes) {
      for (const std::string& service : node.services) {
        for (const std::string& method : MethodsOf(service)) {
          INFO(method);
          const RawAnswer garbage = SendBytes(node.channel, method, "\xff\xff\xff\xff");
          CHECK(Refused(garbage));
          // gRPC's own answer here, where Go's library says INTERNAL.
          if (garbage.messages.empty()) {
            CHECK(garbage.ended.error_code() == grpc::StatusCode::UNIMPLEMENTED);
          }
          CHECK(Refused(SendBytes(node.channel, method, "")));
          for (int i = 0; i < rounds; ++i) {
            CHECK(Refused(SendBytes(node.channel, method, noise(random() % 3000))));
            // An identity that was never seen before.
            TestProposal proposal = target.Proposal();
            proposal.creator = noise(200);
            CHECK(Refused(SendBytes(node.channel, method,
                                    SignProposal(proposal, *target.good).SerializeAsString())));
          }
        }
      }
      CHECK(SendBytes(node.channel, "/no.Service/Method", "x").ended.error_code() ==
            grpc::StatusCode::UNIMPLEMENTED);
    }
    // Nor does a channel that nobody knows leave anything behind.
    for (int i = 0; i < 10 * rounds; ++i) {
      TestProposal proposal = target.Proposal();
      proposal.channel_id = absl::StrCat("channel", random());
      CHECK(target.Evaluate(SignProposal(proposal, *target.good)).error_code() ==
            grpc::StatusCode::UNAVAILABLE);
    }
  };
  bombard(5);
  const std::string oversized((100u << 20) + 1024, 'x');
  for (const Node& node : nodes) {
    const std::string method = MethodsOf(node.services[0])[0];
    INFO(node.name << " " << method);
    const RawAnswer answer = SendBytes(node.channel, method, oversized);
    CHECK(answer.ended.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  }
  for (const Node& node : nodes) before[node.name] = ResidentBytes(target.network(), node.name);
  bombard(40);
  for (const Node& node : nodes) {
    const uint64_t after = ResidentBytes(target.network(), node.name);
    INFO(node.name << ": " << before[node.name] << " -> " << after);
    WARN(node.name << " holds " << (after >> 20) << " MiB");
    CHECK(after > 0);
    CHECK(after < before[node.name] + (16u << 20));
    CHECK(after < (400u << 20));
  }
  // All of them still work.
  TestProposal proposal = target.Proposal();
  proposal.args[1] = "after";
  target.OrderAndExpect(target.Transaction(proposal, target.good), ::protos::VALID);
  target.CheckLedgers();
}

}  // namespace
}  // namespace suyuan
