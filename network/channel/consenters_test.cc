#include "network/channel/consenters.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/crypto/testing/test_ca.h"
#include "protos/orderer/etcdraft/configuration.pb.h"

namespace suyuan::channel_internal {
namespace {

bool Mentions(const absl::Status& status, absl::string_view text) {
  UNSCOPED_INFO(status);
  return absl::IsInvalidArgument(status) &&
         absl::StrContains(std::string(status.message()), std::string(text));
}

// `count` orderers, each with its own certificates.
::etcdraft::ConfigMetadata Cluster(int count) {
  static const TestCa* ca = new TestCa("tls");
  ::etcdraft::ConfigMetadata metadata;
  for (int i = 0; i < count; ++i) {
    auto* consenter = metadata.add_consenters();
    consenter->set_host(absl::StrCat("orderer", i, ".supervisor"));
    consenter->set_port(7050);
    consenter->set_client_tls_cert(ca->IssueTls("client").certificate->ToPem());
    consenter->set_server_tls_cert(ca->IssueTls("server").certificate->ToPem());
  }
  return metadata;
}

std::vector<ConsenterConfig> Parsed(const ::etcdraft::ConfigMetadata& metadata) {
  return *ParseConsenters(metadata.SerializeAsString());
}

absl::Status Refusal(const ::etcdraft::ConfigMetadata& metadata) {
  return ParseConsenters(metadata.SerializeAsString()).status();
}

}  // namespace

TEST_CASE("Consenters come in the order configured", "[channel]") {
  const auto metadata = Cluster(3);
  const auto consenters = Parsed(metadata);
  REQUIRE(consenters.size() == 3);
  CHECK(ConsenterAddress(consenters[2]) == "orderer2.supervisor:7050");
  CHECK(consenters[0].client_tls_cert == metadata.consenters(0).client_tls_cert());
  CHECK(consenters[0].server_tls_cert == metadata.consenters(0).server_tls_cert());
}

TEST_CASE("A consenter that cannot work is refused with its field", "[channel]") {
  auto metadata = Cluster(2);
  auto* second = metadata.mutable_consenters(1);
  std::string expected;
  SECTION("no host") {
    second->set_host("");
    expected = "consenters[1]: host";
  }
  SECTION("a host that is none") {
    second->set_host("a b");
    expected = "consenters[1]: host";
  }
  SECTION("port 0") {
    second->set_port(0);
    expected = "consenters[1]: port 0";
  }
  SECTION("a port beyond all") {
    second->set_port(65536);
    expected = "consenters[1]: port 65536";
  }
  SECTION("a client certificate that does not parse") {
    second->set_client_tls_cert("none");
    expected = "consenters[1]: client_tls_cert";
  }
  SECTION("no server certificate") {
    second->clear_server_tls_cert();
    expected = "consenters[1]: server_tls_cert";
  }
  SECTION("an address twice") {
    second->set_host(metadata.consenters(0).host());
    expected = "consenters[1]: host and port";
  }
  SECTION("a client certificate twice") {
    second->set_client_tls_cert(metadata.consenters(0).client_tls_cert());
    expected = "consenters[1]: client_tls_cert: belongs to another";
  }
  SECTION("a server certificate twice, in other bytes") {
    second->set_server_tls_cert("orderer\n" + metadata.consenters(0).server_tls_cert());
    expected = "consenters[1]: server_tls_cert: belongs to another";
  }
  CHECK(Mentions(Refusal(metadata), expected));
}

TEST_CASE("A cluster of nobody, or of too many, is refused", "[channel]") {
  CHECK(Mentions(Refusal(Cluster(0)), "there is none"));
  CHECK(Mentions(Refusal(Cluster(26)), "26 are more than 25"));
  CHECK(Mentions(ParseConsenters("\xff").status(), "metadata"));
}

TEST_CASE("One orderer at a time joins, leaves or is replaced", "[channel]") {
  const auto five = Parsed(Cluster(5));
  const std::vector<ConsenterConfig> three(five.begin(), five.begin() + 3);
  auto four = three;
  four.push_back(five[3]);
  CHECK(CheckConsenterChange(three, four).ok());
  CHECK(CheckConsenterChange(four, three).ok());
  CHECK(CheckConsenterChange(three, three).ok());
  CHECK(Mentions(CheckConsenterChange(three, five), "2 are new and 0 are gone"));
  CHECK(Mentions(CheckConsenterChange(five, three), "0 are new and 2 are gone"));

  auto replaced = three;
  replaced[1] = five[4];
  CHECK(CheckConsenterChange(three, replaced).ok());
  replaced[2] = five[3];
  CHECK(Mentions(CheckConsenterChange(three, replaced), "2 are new and 2 are gone"));

  auto renewed = three;
  renewed[0].client_tls_cert = five[4].client_tls_cert;
  CHECK(CheckConsenterChange(three, renewed).ok());
}

}  // namespace suyuan::channel_internal
