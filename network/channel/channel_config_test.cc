#include "network/channel/channel_config.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "network/common/file_util.h"
#include "network/msp/testing/test_organization.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/configuration.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/orderer/etcdraft/configuration.pb.h"
#include "protos/peer/configuration.pb.h"

namespace suyuan {
namespace {

using ::common::ConfigGroup;
using ::common::ImplicitMetaPolicy;
using ::common::MSPRole;

bool Mentions(const absl::Status& status, absl::string_view text) {
  UNSCOPED_INFO(status);
  return absl::StrContains(std::string(status.message()), text);
}

void SetValue(ConfigGroup* group, const std::string& key,
              const google::protobuf::Message& message) {
  (*group->mutable_values())[key].set_mod_policy("Admins");
  (*group->mutable_values())[key].set_value(DeterministicBytes(message));
}

void SetMeta(ConfigGroup* group, const std::string& name, ImplicitMetaPolicy::Rule rule) {
  ImplicitMetaPolicy meta;
  meta.set_sub_policy(name);
  meta.set_rule(rule);
  auto& policy = (*group->mutable_policies())[name];
  policy.set_mod_policy("Admins");
  policy.mutable_policy()->set_type(::common::Policy::IMPLICIT_META);
  policy.mutable_policy()->set_value(DeterministicBytes(meta));
}

void SetDefaults(ConfigGroup* group) {
  group->set_mod_policy("Admins");
  SetMeta(group, "Readers", ImplicitMetaPolicy::ANY);
  SetMeta(group, "Writers", ImplicitMetaPolicy::ANY);
  SetMeta(group, "Admins", ImplicitMetaPolicy::MAJORITY);
}

ConfigGroup OrganizationGroup(const TestOrganization& organization) {
  ConfigGroup group;
  group.set_mod_policy("Admins");
  SetValue(&group, "MSP", organization.config());
  for (const auto& [name, role] : {std::pair{"Readers", MSPRole::MEMBER},
                                   {"Writers", MSPRole::CLIENT},
                                   {"Admins", MSPRole::ADMIN}}) {
    auto& policy = (*group.mutable_policies())[name];
    policy.set_mod_policy("Admins");
    policy.mutable_policy()->set_type(::common::Policy::SIGNATURE);
    policy.mutable_policy()->set_value(
        DeterministicBytes(AnyOf(std::vector<std::string>{organization.msp_id()}, role)));
  }
  return group;
}

ConfigGroup OrdererGroup(const TestOrganization& organization) {
  ConfigGroup group;
  SetDefaults(&group);
  ::orderer::ConsensusType type;
  type.set_type("solo");
  SetValue(&group, "ConsensusType", type);
  ::orderer::BatchSize size;
  size.set_max_message_count(10);
  size.set_absolute_max_bytes(1000);
  size.set_preferred_max_bytes(500);
  SetValue(&group, "BatchSize", size);
  ::orderer::BatchTimeout timeout;
  timeout.set_timeout("1m0.5s");
  SetValue(&group, "BatchTimeout", timeout);
  (*group.mutable_groups())["supervisor"] = OrganizationGroup(organization);
  return group;
}

// Two application organisations, one ordering organisation.
struct Network {
  TestOrganization one{"OneMSP"}, two{"TwoMSP"}, supervisor{"SupervisorMSP"}, three{"ThreeMSP"};
  ::common::Config config;
  ChannelConfigPtr channel;

  Network() {
    ConfigGroup* root = config.mutable_channel_group();
    SetDefaults(root);
    ::common::HashingAlgorithm algorithm;
    algorithm.set_name("SHA256");
    SetValue(root, "HashingAlgorithm", algorithm);
    ::common::BlockDataHashingStructure structure;
    structure.set_width(0xffffffffu);
    SetValue(root, "BlockDataHashingStructure", structure);
    (*root->mutable_groups())["Orderer"] = OrdererGroup(supervisor);
    ConfigGroup& application = (*root->mutable_groups())["Application"];
    SetDefaults(&application);
    (*application.mutable_groups())["one"] = OrganizationGroup(one);
    (*application.mutable_groups())["two"] = OrganizationGroup(two);
    channel = *ChannelConfig::Create("trace", config);
  }

  ConfigGroup& Group(const std::string& name) {
    return config.mutable_channel_group()->mutable_groups()->at(name);
  }

  absl::Status CreateStatus() const { return ChannelConfig::Create("trace", config).status(); }

  // The update from the channel in force to `config`.
  ::common::ConfigUpdate Update() const {
    return *ComputeConfigUpdate("trace", channel->proto(), config);
  }
};

std::string Signed(const ::common::ConfigUpdate& update,
                   std::vector<std::shared_ptr<const SigningIdentity>> signers) {
  ::common::ConfigUpdateEnvelope envelope;
  envelope.set_config_update(DeterministicBytes(update));
  for (const auto& signer : signers) {
    ::common::SignatureHeader header;
    header.set_creator(signer->serialized());
    auto* signature = envelope.add_signatures();
    signature->set_signature_header(header.SerializeAsString());
    signature->set_signature(
        *signer->Sign({signature->signature_header(), envelope.config_update()}));
  }
  return envelope.SerializeAsString();
}

void AddThree(Network* network) {
  (*network->Group("Application").mutable_groups())["three"] = OrganizationGroup(network->three);
}

::common::ConfigEnvelope ConfigEnvelopeOf(const ::common::Config& config,
                                          const std::string& update) {
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::CONFIG_UPDATE, "trace", "", absl::UnixEpoch())
          .SerializeAsString());
  ::common::SignatureHeader submitter;
  submitter.set_creator("someone");
  payload.mutable_header()->set_signature_header(submitter.SerializeAsString());
  payload.set_data(update);
  ::common::ConfigEnvelope envelope;
  *envelope.mutable_config() = config;
  envelope.mutable_last_update()->set_payload(payload.SerializeAsString());
  return envelope;
}

absl::StatusOr<ChannelConfigPtr> FromFile(const std::string& name) {
  const char* dir = std::getenv("SUYUAN_SHARED_DATA");
  const std::filesystem::path path = std::filesystem::path(dir == nullptr ? "" : dir) / name;
  if (!std::filesystem::exists(path)) return absl::NotFoundError("no shared data");
  ::common::Block block;
  REQUIRE(block.ParseFromString(*ReadFile(path)));
  return ChannelConfig::FromBlock(block);
}

// The file is not there: third-party data stays outside of the project.
bool Skipped(const absl::Status& status) {
  if (!absl::IsNotFound(status)) return false;
  WARN("skipped: no shared data");
  return true;
}

}  // namespace

TEST_CASE("A configuration gives its organisations, settings and policies", "[channel]") {
  Network network;
  const ChannelConfig& channel = *network.channel;
  CHECK(channel.channel_id() == "trace");
  CHECK(channel.orderer()->batch_timeout == absl::Seconds(60.5));
  CHECK(channel.application()->organizations.at("two").msp_id == "TwoMSP");
  CHECK(channel.msps()->msps().size() == 3);
  CHECK(channel.HasPolicy("/Channel/Application/one/Admins"));
  CHECK_FALSE(channel.HasPolicy("/Channel/Application/Endorsement"));
  const auto client = *channel.msps()->Deserialize(network.one.NewClient()->serialized());
  CHECK(channel.GetPolicy("/Channel/Writers")->EvaluateIdentities({client}).ok());
  CHECK(absl::IsPermissionDenied(channel.GetPolicy("/Channel/None")->EvaluateIdentities({client})));
}

TEST_CASE("ACLs come from the channel, else from Fabric's defaults", "[channel]") {
  Network network;
  ::protos::ACLs acls;
  (*acls.mutable_acls())["peer/Propose"].set_policy_ref("Admins");
  SetValue(&network.Group("Application"), "ACLs", acls);
  const auto channel = *ChannelConfig::Create("trace", network.config);
  const auto client = *channel->msps()->Deserialize(network.one.NewClient()->serialized());
  CHECK_FALSE(channel->GetAclPolicy("peer/Propose")->EvaluateIdentities({client}).ok());
  CHECK(network.channel->GetAclPolicy("peer/Propose")->EvaluateIdentities({client}).ok());
  CHECK(channel->GetAclPolicy("event/Block")->EvaluateIdentities({client}).ok());
  CHECK_FALSE(channel->GetAclPolicy("no/Such")->EvaluateIdentities({client}).ok());
}

TEST_CASE("Mistakes in a configuration are named by path", "[channel]") {
  Network network;
  SECTION("batch size") {
    SetValue(&network.Group("Orderer"), "BatchSize", ::orderer::BatchSize());
    CHECK(Mentions(network.CreateStatus(), "/Channel/Orderer/BatchSize: max_message_count is 0"));
  }
  SECTION("timeout") {
    SetValue(&network.Group("Orderer"), "BatchTimeout", ::orderer::BatchTimeout());
    CHECK(Mentions(network.CreateStatus(), "/Channel/Orderer/BatchTimeout"));
  }
  SECTION("capability") {
    ::common::Capabilities capabilities;
    (*capabilities.mutable_capabilities())["V9_9"];
    SetValue(&network.Group("Application"), "Capabilities", capabilities);
    CHECK(Mentions(network.CreateStatus(), "/Channel/Application/Capabilities: requires 'V9_9'"));
  }
  SECTION("organisation without MSP") {
    (*network.Group("Application").mutable_groups())["none"];
    CHECK(Mentions(network.CreateStatus(), "/Channel/Application/none/MSP: is missing"));
  }
  SECTION("MSP id used twice") {
    TestOrganization other("OneMSP");
    (*network.Group("Application").mutable_groups())["other"] = OrganizationGroup(other);
    CHECK(Mentions(network.CreateStatus(), "OneMSP"));
  }
  SECTION("policy bytes") {
    network.Group("Orderer").mutable_policies()->at("Admins").mutable_policy()->set_value("\xff");
    CHECK(Mentions(network.CreateStatus(), "/Channel/Orderer/Admins"));
  }
  SECTION("depth") {
    ConfigGroup* group = &network.Group("Application");
    for (int i = 0; i < 20; ++i) group = &(*group->mutable_groups())["deep"];
    CHECK(Mentions(network.CreateStatus(), "nested too deep"));
  }
  CHECK(absl::IsInvalidArgument(network.CreateStatus()));
  CHECK_FALSE(ChannelConfig::Create("Bad_Name", network.channel->proto()).ok());
}

TEST_CASE("A signed update adds an organisation, for orderer and peer alike", "[channel]") {
  Network network;
  AddThree(&network);
  const std::string update =
      Signed(network.Update(), {network.one.NewAdmin(), network.two.NewAdmin()});
  const auto next = network.channel->ProposeUpdate(update);
  REQUIRE(next.status() == absl::OkStatus());
  CHECK(next->sequence() == 1);
  CHECK(next->channel_group().groups().at("Application").version() == 1);
  const auto committed = network.channel->ValidateConfigEnvelope(ConfigEnvelopeOf(*next, update));
  REQUIRE(committed.status() == absl::OkStatus());
  CHECK((*committed)->application()->organizations.count("three") == 1);
  CHECK((*committed)->msps()->Find("ThreeMSP") != nullptr);
  // Again: what it read is no longer in force.
  CHECK(Mentions((*committed)->ProposeUpdate(update).status(), "/Channel/Application"));
}

TEST_CASE("An update without enough signatures is refused", "[channel]") {
  Network network;
  AddThree(&network);
  const auto one = network.one.NewAdmin();
  for (const auto& signers : std::vector<std::vector<std::shared_ptr<const SigningIdentity>>>{
           {},
           {one},
           {one, one},
           {one, network.two.NewClient()},
           {one, network.three.NewAdmin()}}) {
    const auto status = network.channel->ProposeUpdate(Signed(network.Update(), signers)).status();
    CHECK(absl::IsPermissionDenied(status));
    CHECK(Mentions(status, "/Channel/Application: policy /Channel/Application/Admins"));
  }
}

TEST_CASE("A signature over other bytes does not count", "[channel]") {
  Network network;
  AddThree(&network);
  ::common::ConfigUpdateEnvelope envelope;
  REQUIRE(envelope.ParseFromString(
      Signed(network.Update(), {network.one.NewAdmin(), network.two.NewAdmin()})));
  auto update = network.Update();
  (*update.mutable_isolated_data())["x"] = "y";
  envelope.set_config_update(update.SerializeAsString());
  CHECK(absl::IsPermissionDenied(
      network.channel->ProposeUpdate(envelope.SerializeAsString()).status()));
}

TEST_CASE("Updates that do not fit are refused with the path", "[channel]") {
  Network network;
  AddThree(&network);
  auto update = network.Update();
  auto* written = update.mutable_write_set()->mutable_groups();
  auto* read = update.mutable_read_set()->mutable_groups();
  std::string expected;
  SECTION("another channel") {
    update.set_channel_id("other");
    expected = "config update for channel 'other'";
  }
  SECTION("read version") {
    read->at("Application").set_version(7);
    expected = "/Channel/Application: the read set has version 7";
  }
  SECTION("write version") {
    written->at("Application").set_version(5);
    expected = "/Channel/Application: version 5 does not follow version 0";
  }
  SECTION("new element with a version") {
    written->at("Application").mutable_groups()->at("three").set_version(1);
    expected = "/Channel/Application/three: is new";
  }
  SECTION("result that is no configuration") {
    written->at("Application").mutable_groups()->at("three").mutable_values()->erase("MSP");
    expected = "/Channel/Application/three/MSP: is missing";
  }
  SECTION("no change") {
    update.clear_write_set();
    *update.mutable_write_set() = update.read_set();
    expected = "would change nothing";
  }
  const auto status =
      network.channel
          ->ProposeUpdate(Signed(update, {network.one.NewAdmin(), network.two.NewAdmin()}))
          .status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(Mentions(status, expected));
}

TEST_CASE("A CONFIG envelope must hold what its update gives", "[channel]") {
  Network network;
  AddThree(&network);
  const std::string update =
      Signed(network.Update(), {network.one.NewAdmin(), network.two.NewAdmin()});
  auto next = *network.channel->ProposeUpdate(update);
  (*next.mutable_channel_group()->mutable_groups())["Application"].set_mod_policy("Readers");
  CHECK(absl::IsInvalidArgument(
      network.channel->ValidateConfigEnvelope(ConfigEnvelopeOf(next, update)).status()));
  ::common::ConfigEnvelope without;
  *without.mutable_config() = next;
  CHECK(Mentions(network.channel->ValidateConfigEnvelope(without).status(), "last_update"));
}

TEST_CASE("A changed value is judged by its own mod_policy", "[channel]") {
  Network network;
  ::orderer::BatchTimeout timeout;
  timeout.set_timeout("3s");
  SetValue(&network.Group("Orderer"), "BatchTimeout", timeout);
  const auto update = network.Update();
  CHECK(Mentions(network.channel->ProposeUpdate(Signed(update, {network.one.NewAdmin()})).status(),
                 "/Channel/Orderer/BatchTimeout (value): policy /Channel/Orderer/Admins"));
  CHECK(network.channel->ProposeUpdate(Signed(update, {network.supervisor.NewAdmin()})).ok());
}

namespace {

// The orderer group's ConsensusType, of `count` orderers when the type is etcd.
void SetConsensus(Network* network, const std::string& type, int count, bool maintenance = false) {
  static const TestCa* ca = new TestCa("tls");
  static auto* certificates = new std::map<int, std::string>;
  ::etcdraft::ConfigMetadata metadata;
  for (int i = 0; i < count; ++i) {
    std::string& pem = (*certificates)[i];
    if (pem.empty()) pem = ca->IssueTls("orderer").certificate->ToPem();
    auto* consenter = metadata.add_consenters();
    consenter->set_host("127.0.0.1");
    consenter->set_port(7050 + static_cast<uint32_t>(i));
    consenter->set_client_tls_cert(pem);
    consenter->set_server_tls_cert(pem);
  }
  ::orderer::ConsensusType value;
  value.set_type(type);
  if (count > 0) value.set_metadata(metadata.SerializeAsString());
  if (maintenance) value.set_state(::orderer::ConsensusType::STATE_MAINTENANCE);
  SetValue(&network->Group("Orderer"), "ConsensusType", value);
}

}  // namespace

TEST_CASE("An update grows an ordering cluster by one orderer, not by two", "[channel]") {
  Network network;
  SetConsensus(&network, "etcd", 1);
  network.channel = *ChannelConfig::Create("trace", network.config);
  CHECK(network.channel->orderer()->consenters.size() == 1);
  const auto admin = network.supervisor.NewAdmin();
  SetConsensus(&network, "etcd", 3);
  CHECK(Mentions(network.channel->ProposeUpdate(Signed(network.Update(), {admin})).status(),
                 "/Channel/Orderer/ConsensusType: consenters: 2 are new"));
  SetConsensus(&network, "etcd", 2);
  CHECK(network.channel->ProposeUpdate(Signed(network.Update(), {admin})).ok());
  SetConsensus(&network, "etcd", 0);
  CHECK(Mentions(network.channel->ProposeUpdate(Signed(network.Update(), {admin})).status(),
                 "/Channel/Orderer/ConsensusType: consenters: there is none"));
}

TEST_CASE("The consensus type changes in maintenance alone", "[channel]") {
  Network network;
  const auto admin = network.supervisor.NewAdmin();
  SetConsensus(&network, "etcd", 3);
  CHECK(Mentions(network.channel->ProposeUpdate(Signed(network.Update(), {admin})).status(),
                 "type changes outside of maintenance"));
  SetConsensus(&network, "solo", 0, true);
  network.channel = *ChannelConfig::Create("trace", network.config);
  SetConsensus(&network, "etcd", 3, true);
  CHECK(network.channel->ProposeUpdate(Signed(network.Update(), {admin})).ok());
}

TEST_CASE("ComputeConfigUpdate refuses equal trees", "[channel]") {
  Network network;
  CHECK(absl::IsInvalidArgument(
      ComputeConfigUpdate("trace", network.config, network.config).status()));
}

TEST_CASE("Real Fabric genesis blocks parse, with their policies", "[channel][golden]") {
  for (const char* name : {"fabric-golden/mychannel.block", "fabric-golden/block0.pb"}) {
    const auto channel = FromFile(name);
    if (Skipped(channel.status())) return;
    REQUIRE(channel.status() == absl::OkStatus());
    CHECK((*channel)->channel_id() == "mychannel");
    CHECK((*channel)->orderer()->consensus_type == "etcdraft");
    CHECK((*channel)->application()->organizations.at("Org1MSP").anchor_peers[0].port == 17051);
    CHECK((*channel)->HasCapability("application", "V2_5"));
    for (const char* path :
         {"/Channel/Application/LifecycleEndorsement", "/Channel/Application/Endorsement",
          "/Channel/Orderer/BlockValidation", "/Channel/Application/Org2MSP/Endorsement"}) {
      CHECK((*channel)->HasPolicy(path));
    }
    const auto layouts =
        (*channel)->GetPolicy("/Channel/Application/Endorsement")->EndorserLayouts(5);
    CHECK(layouts == std::vector<std::map<std::string, int>>{{{"Org1MSP", 1}, {"Org2MSP", 1}}});
  }
}

TEST_CASE("An organisation of an MSP type that we cannot judge is refused by path",
          "[channel][golden]") {
  const auto channel = FromFile("fabric-blocks/etcdraft-mychannel.block");
  if (Skipped(channel.status())) return;
  CHECK(Mentions(channel.status(), "/Channel/Application/Org3MSP/MSP"));
}

}  // namespace suyuan
