// What administrators may ask of a running channel, judged as a node would judge it.
#include "network/setup/config_change.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/channel/update_review.h"
#include "network/setup/config_update.h"
#include "network/setup/describe_change.h"
#include "network/setup/msp_material.h"
#include "network/setup/testing/test_channel.h"

namespace suyuan {
namespace {

using Changes = std::vector<ConfigChange>;
using Signers = std::vector<std::shared_ptr<const SigningIdentity>>;

bool Mentions(const absl::Status& status, absl::string_view text) {
  UNSCOPED_INFO(status);
  return absl::StrContains(std::string(status.message()), std::string(text));
}

// A running channel and its administrators.
struct Fixture {
  TestChannel channel;
  ChannelConfigPtr config = channel.config();
  std::shared_ptr<const SigningIdentity> producer = channel.producer().NewAdmin();
  std::shared_ptr<const SigningIdentity> distributor = channel.distributor().NewAdmin();
  std::shared_ptr<const SigningIdentity> supervisor = channel.supervisor().NewAdmin();

  absl::Status Refusal(const ConfigChange& change) const {
    return MakeConfigUpdate(*config, {change}).status();
  }
  std::string Signed(const Changes& changes, const Signers& signers) const {
    auto update = MakeConfigUpdate(*config, changes);
    INFO(update.status());
    REQUIRE(update.ok());
    for (const auto& signer : signers) update = AddConfigSignature(*update, *signer);
    return *update;
  }
  // What an orderer says.
  absl::Status Judge(const Changes& changes, const Signers& signers) const {
    return config->ProposeUpdate(Signed(changes, signers)).status();
  }
  // Makes the change the channel's configuration; returns how it is told.
  std::string Apply(const Changes& changes, const Signers& signers) {
    const std::string update = Signed(changes, signers);
    const auto review = ReviewUpdate(*config, update);
    REQUIRE(review.ok());
    CHECK(review->missing.empty());
    const auto next = config->ProposeUpdate(update);
    INFO(next.status());
    REQUIRE(next.ok());
    const std::string words = DescribeReview(*config, *review);
    config = *ChannelConfig::Create(channel.id(), *next);
    UNSCOPED_INFO(words);
    return words;
  }
  Signers All() const { return {producer, distributor, supervisor}; }
  std::string TlsCertificate() const {
    return channel.supervisor().tls_ca().IssueTls("orderer").certificate->ToPem();
  }
};

}  // namespace

TEST_CASE("The batch changes as the supervisors sign, and in nothing else", "[setup]") {
  Fixture f;
  const BatchChange change{.max_message_count = 7, .timeout = absl::Milliseconds(300)};
  CHECK(absl::IsPermissionDenied(f.Judge({ChangeBatch(change)}, {f.producer})));
  const OrdererConfig before = *f.config->orderer();
  const std::string words = f.Apply({ChangeBatch(change)}, {f.supervisor});
  CHECK(f.config->orderer()->max_message_count == 7);
  CHECK(f.config->orderer()->preferred_max_bytes == before.preferred_max_bytes);
  CHECK(f.config->orderer()->batch_timeout == absl::Milliseconds(300));
  CHECK(absl::StrContains(
      words, absl::StrCat("messages in a block: ", before.max_message_count, " -> 7\n")));
  CHECK(absl::StrContains(words, "batch timeout: 200ms -> 300ms\n"));
  // The same again is no change.
  CHECK(absl::IsInvalidArgument(f.Refusal(ChangeBatch(change))));
}

TEST_CASE("A member is suspended and taken back", "[setup]") {
  Fixture f;
  const auto client = f.channel.distributor().NewClient();
  const auto may_write = [&] {
    const std::string signature = *client->Sign({"x"});
    const SignedData data{{"x"}, client->serialized(), signature};
    return f.config->GetPolicy("/Channel/Application/Writers")->EvaluateSignedData({&data, 1}).ok();
  };
  REQUIRE(may_write());
  const auto out = RemoveOrganization(OrganizationKind::kApplication, "distributor");
  CHECK(absl::IsPermissionDenied(f.Judge({out}, {f.producer})));
  CHECK(absl::StrContains(f.Apply({out}, {f.producer, f.distributor}),
                          "member organization distributor (DistributorMSP) leaves"));
  CHECK_FALSE(may_write());
  CHECK(absl::IsNotFound(f.Refusal(out)));
  CHECK(Mentions(f.Refusal(RemoveOrganization(OrganizationKind::kApplication, "producer")),
                 "the last organization"));

  MemberSpec member = f.channel.spec().application[1];
  member.peers = {{"10.0.0.7", 7051}};
  const auto in = AddOrganization(OrganizationKind::kApplication, member);
  CHECK(absl::StrContains(
      f.Apply({in}, {f.producer}),
      "member organization distributor (DistributorMSP) joins; peers: 10.0.0.7:7051"));
  CHECK(may_write());
  CHECK(absl::IsAlreadyExists(f.Refusal(in)));
}

TEST_CASE("A policy is rewritten, in words or over the members", "[setup]") {
  Fixture f;
  const std::string path = "/Channel/Application/LifecycleEndorsement";
  CHECK(absl::StrContains(
      f.Apply({SetPolicy(path, "ANY Endorsement", false)}, {f.producer, f.distributor}),
      "policy " + path + ": MAJORITY of Endorsement -> ANY of Endorsement"));
  f.Apply({SetPolicy(path, "OR('ProducerMSP.peer', 'DistributorMSP.peer')", false)},
          {f.producer, f.distributor});
  CHECK(absl::StrContains(f.config->GetPolicy(path)->ToString(), "ProducerMSP"));
  f.Apply({SetPolicy("/Channel/Application/Auditors", "ANY Readers", true)},
          {f.producer, f.distributor});
  CHECK(f.config->HasPolicy("/Channel/Application/Auditors"));
}

TEST_CASE("A policy that cannot be meant is refused with the reason", "[setup]") {
  Fixture f;
  const auto refusal = [&](const std::string& path, const std::string& rule) {
    return f.Refusal(SetPolicy(path, rule, false));
  };
  const std::string path = "/Channel/Application/Endorsement";
  CHECK(Mentions(refusal(path, "OR('StrangerMSP.peer')"), "StrangerMSP, which is not"));
  CHECK(Mentions(refusal(path, "MOST Endorsement"), path));
  CHECK(Mentions(refusal("/Channel/Application/Endorsemnt", "ANY Readers"), "no such policy"));
  CHECK(Mentions(refusal("/Channel/Nowhere/Readers", "ANY Readers"), "no group Nowhere"));
  CHECK(Mentions(refusal("Endorsement", "ANY Readers"), "not a policy's path"));
}

TEST_CASE("An organisation's renewed authority comes beside the old one, also for TLS", "[setup]") {
  Fixture f;
  const TestOrganization renewed("ProducerMSP");
  const auto both = MergeMspConfigs(f.channel.producer().config(), renewed.config());
  REQUIRE(both.ok());
  const std::string words = f.Apply({SetMsp("producer", *both)}, {f.producer});
  CHECK(absl::StrContains(words, "member organization producer: root added: "));
  CHECK(absl::StrContains(words, "member organization producer: TLS root added: "));
  const Msp* msp = f.config->msps()->Find("ProducerMSP");
  REQUIRE(msp != nullptr);
  CHECK(msp->tls_root_certs_pem().size() == 2);
  const auto satisfied = [&](const std::shared_ptr<const SigningIdentity>& who,
                             const std::string& policy) {
    const std::string signature = *who->Sign({"x"});
    const SignedData data{{"x"}, who->serialized(), signature};
    return f.config->GetPolicy(policy)->EvaluateSignedData({&data, 1}).ok();
  };
  const std::string endorsement = "/Channel/Application/producer/Endorsement";
  CHECK(satisfied(f.channel.producer().NewPeer(), endorsement));
  CHECK(satisfied(renewed.NewPeer(), endorsement));
  CHECK_FALSE(satisfied(renewed.NewClient(), endorsement));

  // The old one goes; its members then count no more.
  CHECK(absl::StrContains(f.Apply({SetMsp("producer", renewed.config())}, {renewed.NewAdmin()}),
                          "member organization producer: root dropped: "));
  CHECK_FALSE(satisfied(f.channel.producer().NewPeer(), endorsement));
  CHECK(satisfied(renewed.NewPeer(), endorsement));

  CHECK(absl::IsInvalidArgument(
      MergeMspConfigs(f.channel.producer().config(), f.channel.distributor().config()).status()));
  CHECK(absl::IsNotFound(f.Refusal(SetMsp("nobody", renewed.config()))));
}

TEST_CASE("An organisation says where its nodes are", "[setup]") {
  Fixture f;
  CHECK(absl::StrContains(
      f.Apply({SetAddresses(OrganizationKind::kOrderer, "supervisor", {"o1:7050", "o2:7050"})},
              {f.supervisor}),
      "ordering organization supervisor: orderers: 127.0.0.1:7050 -> o1:7050, o2:7050"));
  CHECK(absl::StrContains(
      f.Apply({SetAddresses(OrganizationKind::kApplication, "producer", {"p1:7051"})},
              {f.producer}),
      "member organization producer: peers: 127.0.0.1:7051 -> p1:7051"));
  CHECK(absl::IsInvalidArgument(
      f.Refusal(SetAddresses(OrganizationKind::kOrderer, "supervisor", {"nowhere"}))));
}

TEST_CASE("Ordering moves to a cluster in maintenance, which then changes one by one", "[setup]") {
  Fixture f;
  const std::string first = f.TlsCertificate(), second = f.TlsCertificate();
  const ConsenterConfig o1{"o1", 7050, first, first}, o2{"o2", 7050, second, second};
  CHECK(absl::IsFailedPrecondition(f.Refusal(AddConsenter(o1))));
  CHECK(absl::IsFailedPrecondition(f.Refusal(SetConsensusType("etcd", {o1}))));
  CHECK(absl::StrContains(f.Apply({SetMaintenance(true)}, f.All()), "maintenance mode: on"));
  CHECK(absl::StrContains(f.Apply({SetConsensusType("etcd", {o1})}, f.All()),
                          "ordering: solo -> etcd"));
  CHECK(absl::StrContains(f.Apply({SetMaintenance(false)}, f.All()), "maintenance mode: off"));
  CHECK(absl::StrContains(f.Apply({AddConsenter(o2)}, f.All()), "orderer o2:7050 joins, with "));
  CHECK(absl::IsAlreadyExists(f.Refusal(AddConsenter(o2))));
  CHECK(absl::IsNotFound(f.Refusal(RemoveConsenter("o3:7050"))));
  const std::string renewed = f.TlsCertificate();
  CHECK(absl::StrContains(
      f.Apply({ReplaceConsenter("o2:7050", {"o2", 7050, renewed, renewed})}, f.All()),
      "orderer o2:7050 gets the certificate "));
  CHECK(
      absl::StrContains(f.Apply({RemoveConsenter("o1:7050")}, f.All()), "orderer o1:7050 leaves"));
  CHECK(Mentions(f.Refusal(RemoveConsenter("o2:7050")), "consenters: there is none"));
  REQUIRE(f.config->orderer()->consenters.size() == 1);
  CHECK(f.config->orderer()->consenters[0].server_tls_cert == renewed);
}

TEST_CASE("A review tells who has signed and who is missing", "[setup]") {
  Fixture f;
  const auto out = RemoveOrganization(OrganizationKind::kApplication, "distributor");
  const auto review = ReviewUpdate(*f.config, f.Signed({out}, {f.producer}));
  REQUIRE(review.ok());
  REQUIRE(review->signers.size() == 1);
  CHECK(absl::StartsWith(review->signers[0], "ProducerMSP "));
  const std::string words = DescribeReview(*f.config, *review);
  CHECK(absl::StrContains(words, "Not enough yet:\n  /Channel/Application: policy "));
  CHECK(absl::StrContains(words, "- /Channel/Application/distributor\n"));
  const auto enough = ReviewUpdate(*f.config, f.Signed({out}, {f.producer, f.distributor}));
  CHECK(absl::StrContains(DescribeReview(*f.config, *enough), "Enough have signed."));
}

}  // namespace suyuan
