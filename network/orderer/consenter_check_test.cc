#include "network/orderer/consenter_check.h"

#include <catch2/catch.hpp>

#include "network/setup/testing/test_channel.h"

namespace suyuan {
namespace {

using Catch::Contains;

const absl::Time kNow = TestNotBefore() + absl::Hours(24);

ConsenterConfig Consenter(const CertificatePtr& certificate, int port) {
  return {"127.0.0.1", port, certificate->ToPem(), certificate->ToPem()};
}

std::string Refusal(ConsenterCheck& check, const ChannelConfigPtr& config,
                    const CertificatePtr& caller, absl::Time now = kNow) {
  const absl::Status status = check.Check(config, caller, now);
  CHECK(absl::IsPermissionDenied(status));
  return std::string(status.message());
}

TEST_CASE("A channel's orderers are let in, nobody else, and the removed and revoked no more",
          "[consenter_check]") {
  TestChannel channel;
  TestOrganization supervisor("SupervisorMSP");
  const TestCertificate one = supervisor.tls_ca().IssueTls("orderer0");
  const CertificatePtr two = supervisor.tls_ca().IssueTls("orderer1").certificate;
  const auto configure = [&](std::vector<ConsenterConfig> consenters) {
    channel.spec().orderer[0].msp = supervisor.config();
    channel.spec().consensus_type = "etcd";
    channel.spec().consenters = std::move(consenters);
    return channel.config();
  };
  const ConsenterConfig first = Consenter(one.certificate, 7050), second = Consenter(two, 7051);
  ConsenterCheck check;
  const ChannelConfigPtr both = configure({first, second});
  for (int i = 0; i < 2; ++i) {
    CHECK(check.Check(both, one.certificate, kNow).ok());
    CHECK(check.Check(both, two, kNow).ok());
  }
  const CertificatePtr third = supervisor.tls_ca().IssueTls("orderer2").certificate;
  CHECK_THAT(Refusal(check, both, third), Contains("CN=orderer2") && Contains("not that of"));
  CHECK_THAT(Refusal(check, both, one.certificate, TestNotAfter() + absl::Hours(1)),
             Contains("CN=orderer0"));

  const ChannelConfigPtr removed = configure({first});
  CHECK_THAT(Refusal(check, removed, two), Contains("CN=orderer1"));
  CHECK(check.Check(removed, one.certificate, kNow).ok());

  supervisor.RevokeTls(one.certificate);
  CHECK_THAT(Refusal(check, configure({first, second}), one.certificate),
             Contains("CN=orderer0") && Contains("revoked"));
}

}  // namespace
}  // namespace suyuan
