#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/certificate_authority.h"
#include "network/setup/config_update.h"
#include "network/setup/generate_crypto.h"
#include "network/setup/genesis.h"
#include "network/setup/msp_material.h"
#include "network/setup/show.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

class TempDir {
 public:
  TempDir() {
    std::string name = (fs::temp_directory_path() / "suyuan-setup-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() { fs::remove_all(path_); }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

CryptoSpec Alliance() {
  CryptoSpec spec;
  spec.organizations = {
      {.name = "one",
       .msp_id = "OneMSP",
       .nodes = {{"peer0", "peer", {"10.0.0.1", "p.example"}}},
       .users = {"admin", "user1"},
       .roles = {{"user1", "reviewer,quality"}}},
      {.name = "two", .msp_id = "TwoMSP", .nodes = {{"peer0", "peer", {}}}, .users = {"admin"}},
      {.name = "super",
       .msp_id = "SuperMSP",
       .nodes = {{"orderer0", "orderer", {}}},
       .users = {"admin"}}};
  return spec;
}

MemberSpec Member(const TempDir& dir, const std::string& name, const std::string& msp_id) {
  MemberSpec member{.name = name, .msp_id = msp_id};
  member.msp = *LoadMspConfig(dir / (name + "/msp.pb"));
  return member;
}

ChannelSpec TraceChannel(const TempDir& dir) {
  ChannelSpec spec;
  spec.channel_id = "trace";
  spec.application = {Member(dir, "one", "OneMSP")};
  spec.application[0].peers = {{"127.0.0.1", 7051}};
  spec.orderer = {Member(dir, "super", "SuperMSP")};
  spec.orderer[0].endpoints = {"127.0.0.1:7050"};
  return spec;
}

std::shared_ptr<const SigningIdentity> Signer(const TempDir& dir, const std::string& who,
                                              const std::string& msp_id) {
  auto signer = MakeSigningIdentity(msp_id, *ReadFile(dir / (who + "/cert.pem")),
                                    *ReadFile(dir / (who + "/key.pem")));
  REQUIRE(signer.status() == absl::OkStatus());
  return *signer;
}

absl::Status Judge(const ChannelConfig& channel, const std::string& path,
                   const SigningIdentity& signer) {
  const std::string signature = *signer.Sign({"message"});
  const SignedData data{{"message"}, signer.serialized(), signature};
  return channel.GetPolicy(path)->EvaluateSignedData({&data, 1});
}

}  // namespace

TEST_CASE("Generated material works in a channel, each member in its role", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).status() == absl::OkStatus());
  const auto block = MakeGenesisBlock(TraceChannel(dir), kNow);
  REQUIRE(block.status() == absl::OkStatus());
  const auto channel = *ChannelConfig::FromBlock(*block);
  const auto admin = Signer(dir, "one/users/admin", "OneMSP");
  const auto user = Signer(dir, "one/users/user1", "OneMSP");
  const auto peer = Signer(dir, "one/nodes/peer0", "OneMSP");
  const auto orderer = Signer(dir, "super/nodes/orderer0", "SuperMSP");
  const auto stranger = Signer(dir, "two/users/admin", "TwoMSP");
  const auto certificate = Certificate::FromPem(*ReadFile(dir / "one/users/user1/cert.pem"));
  CHECK((*certificate)->extension("1.2.3.4.5.6.7.8.1") ==
        R"({"attrs":{"role":"reviewer,quality"}})");
  CHECK(Judge(*channel, "/Channel/Application/Writers", *user).ok());
  CHECK(Judge(*channel, "/Channel/Application/Readers", *peer).ok());
  CHECK(Judge(*channel, "/Channel/Application/Endorsement", *peer).ok());
  CHECK(Judge(*channel, "/Channel/Application/Admins", *admin).ok());
  CHECK(Judge(*channel, "/Channel/Orderer/BlockValidation", *orderer).ok());
  CHECK_FALSE(Judge(*channel, "/Channel/Application/Endorsement", *user).ok());
  CHECK_FALSE(Judge(*channel, "/Channel/Application/Admins", *user).ok());
  CHECK_FALSE(Judge(*channel, "/Channel/Application/Writers", *stranger).ok());
}

TEST_CASE("A genesis block has Fabric's shape", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto block = *MakeGenesisBlock(TraceChannel(dir), kNow);
  CHECK(block.header().number() == 0);
  CHECK(block.header().previous_hash().empty());
  CHECK(block.header().data_hash() == BlockDataHash(block.data()));
  CHECK(IsConfigBlock(block));
  CHECK(block.metadata().metadata_size() == 5);
  CHECK(block.metadata().metadata(0) == "\x0a\x02\x0a" + std::string(1, '\0'));
  CHECK(*LastConfigIndex(block) == 0);
  const auto envelope = *ParseEnvelope(block.data().data(0));
  CHECK(envelope.envelope.signature().empty());
  CHECK(envelope.channel_header.tx_id() == ComputeTxId(envelope.signature_header.nonce(), ""));
}

TEST_CASE("A channel of several orderers knows each by address and certificate", "[setup]") {
  TempDir dir;
  CryptoSpec crypto = Alliance();
  crypto.organizations[2].nodes.push_back({"orderer1", "orderer", {}});
  REQUIRE(GenerateCrypto(crypto, dir / "", kNow).ok());
  const std::string yaml =
      "channel: trace\norganizationsDir: .\n"
      "application: {organizations: [{name: one, mspId: OneMSP, peers: [\"127.0.0.1:7051\"]}]}\n"
      "orderer:\n"
      "  type: etcd\n"
      "  consenters:\n"
      "    - {endpoint: \"127.0.0.1:7050\", tlsCert: super/nodes/orderer0/tls.pem}\n"
      "    - {endpoint: \"127.0.0.1:8050\", tlsCert: super/nodes/orderer1/tls.pem}\n"
      "  organizations:\n"
      "    - {name: super, mspId: SuperMSP, endpoints: [\"127.0.0.1:7050\", \"127.0.0.1:8050\"]}\n";
  REQUIRE(WriteFileAtomically(dir / "channel.yaml", yaml).ok());
  const auto spec = ReadChannelSpec(dir / "channel.yaml");
  REQUIRE(spec.status() == absl::OkStatus());
  const auto block = MakeGenesisBlock(*spec, kNow);
  REQUIRE(block.status() == absl::OkStatus());
  const auto channel = *ChannelConfig::FromBlock(*block);
  CHECK(channel->orderer()->consensus_type == "etcd");
  const auto& consenters = channel->orderer()->consenters;
  REQUIRE(consenters.size() == 2);
  CHECK(ConsenterAddress(consenters[1]) == "127.0.0.1:8050");
  const std::string certificate = *ReadFile(dir / "super/nodes/orderer1/tls.pem");
  CHECK(consenters[1].server_tls_cert == certificate);
  CHECK(consenters[1].client_tls_cert == certificate);
  CHECK(absl::StrContains(ShowChannel(*channel), "127.0.0.1:8050"));
}

TEST_CASE("An orderer set that makes no sense is told before a block is made", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto mistakes = [&](const std::string& orderer) {
    const std::string yaml =
        "channel: trace\norganizationsDir: .\n"
        "application: {organizations: [{name: one, mspId: OneMSP, peers: []}]}\n"
        "orderer: {organizations: [{name: super, mspId: SuperMSP, endpoints: []}], " +
        orderer + "}\n";
    REQUIRE(WriteFileAtomically(dir / "channel.yaml", yaml).ok());
    return std::string(ReadChannelSpec(dir / "channel.yaml").status().message());
  };
  const std::string good = "{endpoint: \"a:1\", tlsCert: super/nodes/orderer0/tls.pem}";
  CHECK(mistakes("type: etcd, consenters: [" + good + "]").empty());
  CHECK(absl::StrContains(mistakes("type: etcd"), "orderer.consenters"));
  CHECK(absl::StrContains(mistakes("type: solo, consenters: [" + good + "]"), "type etcd alone"));
  CHECK(absl::StrContains(mistakes("type: etcd, consenters: [" + good + ", " + good + "]"),
                          "occurs twice"));
  CHECK(absl::StrContains(
      mistakes("type: etcd, consenters: [{endpoint: \"a:1\", tlsCert: one/msp.pb}]"), "tlsCert"));
}

TEST_CASE("What exists is kept, what is missing is added", "[setup]") {
  TempDir dir;
  CryptoSpec spec = Alliance();
  REQUIRE(GenerateCrypto(spec, dir / "", kNow).ok());
  const std::string before = *ReadFile(dir / "one/nodes/peer0/cert.pem");
  CHECK(GenerateCrypto(spec, dir / "", kNow)->empty());
  spec.organizations[0].nodes.push_back({"peer1", "peer", {}});
  const auto made = GenerateCrypto(spec, dir / "", kNow + absl::Hours(24 * 365));
  REQUIRE(made.ok());
  CHECK(made->size() == 2);
  CHECK(*ReadFile(dir / "one/nodes/peer0/cert.pem") == before);
  Signer(dir, "one/nodes/peer1", "OneMSP");
  spec.organizations[0].msp_id = "OtherMSP";
  CHECK(absl::IsInvalidArgument(GenerateCrypto(spec, dir / "", kNow).status()));
}

TEST_CASE("Keys are for their owner alone, TLS certificates name their hosts", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  for (const char* key : {"one/ca.key", "one/nodes/peer0/tls.key", "one/users/admin/key.pem"}) {
    struct stat info;
    REQUIRE(stat((dir / key).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
  const auto tls = *LoadCertificate(dir / "one/nodes/peer0/tls.pem");
  CHECK(tls->dns_names() ==
        std::vector<std::string>{"peer0", "peer0.one", "localhost", "p.example"});
}

TEST_CASE("A request made elsewhere is certified in the role the signer says", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto key = *PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  CertificateTemplate request;
  request.common_name = "peer9";
  request.organizational_units = {"admin"};  // asks for too much
  const std::string csr = *MakeCertificateRequest(request, *key);
  const auto certificate = SignRequest(dir / "one", csr, {.role = "peer", .days = 30}, kNow);
  REQUIRE(certificate.status() == absl::OkStatus());
  CHECK((*certificate)->organizational_units() == std::vector<std::string>{"peer"});
  CHECK((*certificate)->not_after() == kNow + absl::Hours(24 * 30));
  CHECK_FALSE(SignRequest(dir / "one", csr, {.role = "boss"}, kNow).ok());
  CHECK_FALSE(SignRequest(dir / "one", "garbage", {.role = "peer"}, kNow).ok());
}

TEST_CASE("A revoked certificate loses its rights once the channel knows", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto before = *ChannelConfig::FromBlock(*MakeGenesisBlock(TraceChannel(dir), kNow));
  const auto user = Signer(dir, "one/users/user1", "OneMSP");
  const auto certificate = *LoadCertificate(dir / "one/users/user1/cert.pem");
  REQUIRE(RevokeCertificates(dir / "one", {certificate}, kNow) == absl::OkStatus());
  const auto foreign = *LoadCertificate(dir / "two/users/admin/cert.pem");
  CHECK_FALSE(RevokeCertificates(dir / "one", {foreign}, kNow).ok());

  const auto file = MakeConfigUpdate(*before, {SetMsp("one", Member(dir, "one", "OneMSP").msp)});
  REQUIRE(file.status() == absl::OkStatus());
  const auto signed_file = *AddConfigSignature(*file, *Signer(dir, "one/users/admin", "OneMSP"));
  const auto next = before->ProposeUpdate(signed_file);
  REQUIRE(next.status() == absl::OkStatus());
  const auto after = *ChannelConfig::Create("trace", *next);
  CHECK(Judge(*before, "/Channel/Application/Writers", *user).ok());
  CHECK_FALSE(Judge(*after, "/Channel/Application/Writers", *user).ok());
}

TEST_CASE("An update file collects signatures and becomes an envelope", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto channel = *ChannelConfig::FromBlock(*MakeGenesisBlock(TraceChannel(dir), kNow));
  const std::vector<ConfigChange> changes = {
      AddOrganization(OrganizationKind::kApplication, Member(dir, "two", "TwoMSP")),
      ChangeBatch({.timeout = absl::Seconds(1)})};
  const std::string file = *MakeConfigUpdate(*channel, changes);
  const auto admin = Signer(dir, "one/users/admin", "OneMSP");
  const std::string once = *AddConfigSignature(file, *admin);
  CHECK(absl::IsPermissionDenied(channel->ProposeUpdate(once).status()));
  const std::string twice =
      *AddConfigSignature(once, *Signer(dir, "super/users/admin", "SuperMSP"));
  const auto envelope = ParseEnvelope(*MakeUpdateEnvelope(twice, *admin, kNow));
  REQUIRE(envelope.status() == absl::OkStatus());
  CHECK(envelope->channel_header.channel_id() == "trace");
  const auto next = channel->ProposeUpdate(envelope->payload.data());
  REQUIRE(next.status() == absl::OkStatus());
  const auto updated = *ChannelConfig::Create("trace", *next);
  CHECK(updated->orderer()->batch_timeout == absl::Seconds(1));
  CHECK(updated->application()->organizations.count("two") == 1);
  const std::string diff = DiffChannels(*channel, *updated);
  CHECK(absl::StrContains(diff, "+ /Channel/Application/two\n"));
  CHECK(absl::StrContains(diff, "~ /Channel/Orderer/BatchTimeout (value)\n"));
  CHECK(absl::IsAlreadyExists(MakeConfigUpdate(*updated, changes).status()));
  CHECK(absl::IsInvalidArgument(MakeConfigUpdate(*channel, {}).status()));
}

TEST_CASE("Mistakes in the YAML files are told all at once", "[setup]") {
  TempDir dir;
  REQUIRE(WriteFileAtomically(dir / "crypto.yaml",
                              "organizations:\n"
                              "  - {name: ../up, mspId: A, nodes: [{name: n, role: boss}]}\n"
                              "  - {name: b, mspId: A, algorithm: rot13, users: [u],\n"
                              "     roles: [{user: nobody, role: quality}]}\n")
              .ok());
  const auto crypto = ReadCryptoSpec(dir / "crypto.yaml");
  for (const char* part :
       {"organizations[0].name", "role", "occurs twice", "algorithm", "is not among the users"}) {
    CHECK(absl::StrContains(std::string(crypto.status().message()), part));
  }
  REQUIRE(
      WriteFileAtomically(dir / "channel.yaml",
                          "channel: trace\norganizationsDir: .\n"
                          "application: {organizations: [{name: a, mspId: A, peers: [nowhere]}]}\n"
                          "orderer: {batch: {timeout: soon}}\n")
          .ok());
  const auto channel = ReadChannelSpec(dir / "channel.yaml");
  for (const char* part : {"peers", "msp.pb", "orderer.organizations", "timeout"}) {
    CHECK(absl::StrContains(std::string(channel.status().message()), part));
  }
}

TEST_CASE("show tells what a file holds and never a key", "[setup]") {
  TempDir dir;
  REQUIRE(GenerateCrypto(Alliance(), dir / "", kNow).ok());
  const auto shown = [&](const char* file) { return *ShowCrypto(*ReadFile(dir / file)); };
  CHECK(absl::StrContains(shown("one/nodes/peer0/cert.pem"), "\"peer\""));
  CHECK(absl::StrContains(shown("one/msp.pb"), "OneMSP"));
  CHECK(shown("one/ca.key").size() < 100);
  CHECK_FALSE(ShowCrypto("nothing known").ok());
}

}  // namespace suyuan
