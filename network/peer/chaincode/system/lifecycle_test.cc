#include <catch2/catch.hpp>

#include "network/peer/chaincode/system/lifecycle_functions.h"
#include "network/peer/chaincode/testing/test_peer.h"
#include "protos/peer/lifecycle/lifecycle.pb.h"

namespace suyuan {
namespace {

namespace pb = ::lifecycle;
using Catch::Matchers::Contains;

pb::ApproveChaincodeDefinitionForMyOrgArgs Approval(const std::string& version, int64_t sequence) {
  pb::ApproveChaincodeDefinitionForMyOrgArgs args;
  args.set_name("asset");
  args.set_version(version);
  args.set_sequence(sequence);
  return args;
}

pb::CommitChaincodeDefinitionArgs CommitOf(const pb::ApproveChaincodeDefinitionForMyOrgArgs& a) {
  pb::CommitChaincodeDefinitionArgs args;
  args.set_name(a.name());
  args.set_version(a.version());
  args.set_sequence(a.sequence());
  return args;
}

pb::QueryChaincodeDefinitionArgs QueryOf(const std::string& name) {
  pb::QueryChaincodeDefinitionArgs args;
  args.set_name(name);
  return args;
}

constexpr char kApprove[] = "ApproveChaincodeDefinitionForMyOrg";
constexpr char kCommit[] = "CommitChaincodeDefinition";

}  // namespace

TEST_CASE("A definition is approved, committed and found", "[lifecycle]") {
  TestPeer peer;
  CHECK(peer.CallLifecycle("QueryChaincodeDefinition", QueryOf("asset")).status() == 404);
  CHECK(peer.CallLifecycle("QueryChaincodeDefinition", QueryOf("asset")).message() ==
        "namespace asset is not defined");
  peer.Deploy();
  const auto response = peer.CallLifecycle("QueryChaincodeDefinition", QueryOf("asset"));
  REQUIRE(response.status() == 200);
  pb::QueryChaincodeDefinitionResult result;
  REQUIRE(result.ParseFromString(response.payload()));
  CHECK(result.sequence() == 1);
  CHECK(result.version() == "1.0");
  CHECK(result.endorsement_plugin() == "escc");
  CHECK(result.approvals().at("ProducerMSP"));
  CHECK_FALSE(result.approvals().at("DistributorMSP"));
}

TEST_CASE("An approval whose private data was lost is made anew", "[lifecycle]") {
  const auto nothing = [](const std::string&) -> absl::StatusOr<std::optional<std::string>> {
    return std::nullopt;
  };
  const auto lost = [](const std::string&) -> absl::StatusOr<std::optional<std::string>> {
    return absl::NotFoundError("private data matching public hash version is not available");
  };
  std::map<std::string, std::string> written;
  const auto put = [&written](const std::string& key, const std::string& value) {
    written[key] = value;
    return absl::OkStatus();
  };
  const auto del = [](const std::string&) { return absl::OkStatus(); };
  const auto approve = [&](const LifecycleGet& own) {
    ChaincodeDefinition definition;
    definition.name = "asset";
    definition.version = "1.0";
    definition.sequence = 1;
    return Approve(definition, "asset_1.0:00ff", {nothing, put, del}, {own, put, del});
  };
  REQUIRE(approve(nothing).ok());
  const auto first = written;
  CHECK(first.size() > 2);
  written.clear();
  const absl::Status again = approve(lost);
  INFO(again);
  REQUIRE(again.ok());
  CHECK(written == first);
}

TEST_CASE("What does not follow is refused with Fabric's texts", "[lifecycle]") {
  TestPeer peer;
  CHECK_THAT(peer.CallLifecycle(kApprove, Approval("1.0", 0)).message(),
             Contains("requested sequence is 0, but first definable sequence number is 1"));
  CHECK_THAT(peer.CallLifecycle(kApprove, Approval("1.0", 2)).message(),
             Contains("requested sequence 2 is larger than the next available sequence number 1"));
  CHECK_THAT(peer.CallLifecycle(kCommit, CommitOf(Approval("1.0", 1))).message(),
             Contains("chaincode definition not agreed to by this org (ProducerMSP)"));
  CHECK(peer.CallLifecycle(kApprove, Approval("1.0", 1)).status() == 200);
  CHECK_THAT(peer.CallLifecycle(kApprove, Approval("1.0", 1)).message(),
             Contains("attempted to redefine uncommitted sequence (1) for namespace asset with "
                      "unchanged content"));
  CHECK(peer.CallLifecycle(kCommit, CommitOf(Approval("1.0", 1))).status() == 200);
  CHECK_THAT(peer.CallLifecycle(kCommit, CommitOf(Approval("1.0", 1))).message(),
             Contains("requested sequence is 1, but new definition must be sequence 2"));
  CHECK_THAT(peer.CallLifecycle(kApprove, Approval("9.9", 1)).message(),
             Contains("attempted to define the current sequence (1) for namespace asset, but"));
}

TEST_CASE("Bad names and versions are refused by name", "[lifecycle]") {
  TestPeer peer;
  auto args = Approval("1.0", 1);
  args.set_name("a/b");
  CHECK_THAT(peer.CallLifecycle(kApprove, args).message(),
             Contains("invalid chaincode name 'a/b'"));
  args.set_name("qscc");
  CHECK_THAT(peer.CallLifecycle(kApprove, args).message(),
             Contains("is the name of a system chaincode"));
  CHECK_THAT(peer.CallLifecycle(kApprove, Approval("1 0", 1)).message(),
             Contains("invalid chaincode version '1 0'"));
}

TEST_CASE("Only admins of the peer's organisation approve and install", "[lifecycle]") {
  TestPeer peer;
  const std::string args = Approval("1.0", 1).SerializeAsString();
  CHECK_THAT(peer.CallSystem("_lifecycle", {kApprove, args}, *peer.client).message(),
             Contains("Failed to authorize invocation due to failed ACL check"));
  const auto stranger = peer.network.distributor().NewAdmin();
  CHECK(peer.CallSystem("_lifecycle", {kApprove, args}, *stranger).status() == 500);
  CHECK(peer.CallSystem("_lifecycle", {"InstallChaincode", ""}, *stranger, false).status() == 500);
}

TEST_CASE("A package is installed once and comes back as it was", "[lifecycle]") {
  TestPeer peer;
  const std::string package = MakeModulePackage("asset_1.0", TestModule());
  pb::InstallChaincodeArgs install;
  install.set_chaincode_install_package(package);
  const auto response = peer.CallSystem(
      "_lifecycle", {"InstallChaincode", install.SerializeAsString()}, *peer.admin, false);
  REQUIRE(response.status() == 200);
  pb::InstallChaincodeResult installed;
  REQUIRE(installed.ParseFromString(response.payload()));
  CHECK(installed.label() == "asset_1.0");
  const auto again = peer.CallSystem(
      "_lifecycle", {"InstallChaincode", install.SerializeAsString()}, *peer.admin, false);
  CHECK_THAT(again.message(), Contains("chaincode already successfully installed (package ID '" +
                                       installed.package_id() + "')"));
  pb::GetInstalledChaincodePackageArgs get;
  get.set_package_id(installed.package_id());
  pb::GetInstalledChaincodePackageResult got;
  REQUIRE(got.ParseFromString(
      peer.CallSystem("_lifecycle", {"GetInstalledChaincodePackage", get.SerializeAsString()},
                      *peer.admin, false)
          .payload()));
  CHECK(got.chaincode_install_package() == package);
}

// Statuses and texts of a stock peer.
TEST_CASE("What is not installed or not approved is told as Fabric tells it", "[lifecycle]") {
  TestPeer peer;
  pb::QueryInstalledChaincodeArgs installed;
  installed.set_package_id("nope:1");
  const auto unknown = peer.CallSystem(
      "_lifecycle", {"QueryInstalledChaincode", installed.SerializeAsString()}, *peer.admin, false);
  CHECK(unknown.status() == 404);
  CHECK(unknown.message() == "chaincode install package 'nope:1' not found");
  pb::GetInstalledChaincodePackageArgs get;
  get.set_package_id("nope:1");
  const auto absent = peer.CallSystem(
      "_lifecycle", {"GetInstalledChaincodePackage", get.SerializeAsString()}, *peer.admin, false);
  CHECK(absent.status() == 500);
  CHECK(absent.message() ==
        "failed to invoke backing implementation of 'GetInstalledChaincodePackage': could not load "
        "cc install package: chaincode install package 'nope:1' not found");
  pb::QueryApprovedChaincodeDefinitionArgs approved;
  approved.set_name("asset");
  approved.set_sequence(7);
  const auto never = peer.CallLifecycle("QueryApprovedChaincodeDefinition", approved);
  CHECK(never.status() == 500);
  CHECK(never.message() ==
        "failed to invoke backing implementation of 'QueryApprovedChaincodeDefinition': could not "
        "fetch approved chaincode definition (name: 'asset', sequence: '7') on channel 'trace'");
}

TEST_CASE("A package that names a path as its module is refused", "[lifecycle]") {
  CHECK(ParseChaincodePackage(MakeModulePackage("a", "ok.so")).ok());
  CHECK_FALSE(ParseChaincodePackage(MakeModulePackage("a", "../evil.so")).ok());
  CHECK_FALSE(ParseChaincodePackage(MakeModulePackage("a b", "ok.so")).ok());
  CHECK_FALSE(ParseChaincodePackage("no archive").ok());
}

TEST_CASE("System chaincodes read the channel for its readers", "[qscc][cscc]") {
  TestPeer peer;
  CHECK(peer.CallSystem("qscc", {"GetChainInfo", "trace"}, *peer.client).status() == 200);
  CHECK(peer.CallSystem("qscc", {"GetBlockByNumber", "trace", "0"}, *peer.client).payload() ==
        *peer.channel->ledger().GetBytes(0));
  CHECK(peer.CallSystem("qscc", {"GetBlockByNumber", "trace", "7"}, *peer.client).status() == 500);
  CHECK(peer.CallSystem("qscc", {"GetTransactionByID", "trace", "x"}, *peer.client).status() ==
        500);
  CHECK_THAT(peer.CallSystem("qscc", {"GetChainInfo", "other"}, *peer.client).message(),
             Contains("Invalid chain ID, other"));
  CHECK(peer.CallSystem("cscc", {"GetConfigBlock", "trace"}, *peer.client).payload() ==
        *peer.channel->ledger().GetBytes(0));
  CHECK(peer.CallSystem("cscc", {"GetChannels"}, *peer.client, false).status() == 200);
  CHECK(peer.CallSystem("cscc", {"JoinChain", "x"}, *peer.client, false).status() == 500);
}

}  // namespace suyuan
