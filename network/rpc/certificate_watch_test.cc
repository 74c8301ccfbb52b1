#include "network/rpc/certificate_watch.h"

#include <prometheus/text_serializer.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "network/common/testing/fake_clock.h"
#include "network/crypto/testing/test_ca.h"

namespace suyuan {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

struct Fixture {
  std::string Metrics() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, registry->Collect());
    return out.str();
  }

  FakeClock clock{TestNotAfter() - 365 * kDay};
  const TestCa ca{"ca.producer"};
  const TestCertificate peer = ca.Issue("peer0", {"peer"});
  const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  absl::Mutex mutex;
  std::vector<WatchedCertificate> all ABSL_GUARDED_BY(mutex) = {
      {"identity", "cert.pem", peer.certificate}, {"ca", "ProducerMSP", ca.certificate()}};
  // Finds nothing to tell of when it begins; from then on the test looks.
  CertificateWatch watch{{.registry = registry,
                          .prefix = "suyuan_test",
                          .certificates =
                              [this] {
                                absl::MutexLock lock(&mutex);
                                return all;
                              },
                          .clock = &clock,
                          .interval = absl::InfiniteDuration()}};
};

TEST_CASE("Certificates are told of from thirty days before their end, once a day",
          "[certificates]") {
  Fixture f;
  CHECK(f.watch.Check().empty());
  f.clock.Set(TestNotAfter() - 30 * kDay - absl::Seconds(1));
  CHECK(f.watch.Check().empty());
  f.clock.Set(TestNotAfter() - 30 * kDay);
  CHECK(f.watch.Check().size() == 2);
  f.clock.Advance(absl::Hours(23));
  CHECK(f.watch.Check().empty());
  f.clock.Advance(absl::Hours(1));
  CHECK(f.watch.Check().size() == 2);
  f.clock.Set(TestNotAfter() + absl::Seconds(1));
  CHECK(f.watch.Check().size() == 2);
}

TEST_CASE("The metric tells each certificate's end, of those that are in use now",
          "[certificates]") {
  Fixture f;
  f.watch.Check();
  const std::string both = f.Metrics();
  const std::string end = std::to_string(absl::ToUnixSeconds(TestNotAfter()));
  CHECK_THAT(both, Catch::Contains("suyuan_test_certificate_expiry_seconds{kind=\"identity\""));
  CHECK_THAT(both, Catch::Contains(f.peer.certificate->subject()));
  CHECK_THAT(both, Catch::Contains("kind=\"ca\""));
  CHECK_THAT(both, Catch::Contains("} " + end));
  {
    absl::MutexLock lock(&f.mutex);
    f.all.pop_back();
    f.all.push_back(f.all.front());  // in two channels
  }
  f.watch.Check();
  CHECK_THAT(f.Metrics(), !Catch::Contains("kind=\"ca\""));
}

TEST_CASE("Every certificate of a PEM file is watched", "[certificates]") {
  const TestCa ca("ca"), other("other");
  std::vector<WatchedCertificate> all;
  REQUIRE(AppendPem("tls", "tls.pem", "text\n" + ca.pem() + other.pem(), &all).ok());
  REQUIRE(all.size() == 2);
  CHECK(all[1].certificate->subject() == other.certificate()->subject());
  CHECK_FALSE(AppendPem("tls", "tls.pem", "nothing", &all).ok());
}

}  // namespace
}  // namespace suyuan
