#include "network/orderer/engine_watch.h"

#include <prometheus/text_serializer.h>

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/testing/process.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/etcd/testing/etcd_requests.h"
#include "network/orderer/engine.h"

namespace suyuan {
namespace {

using State = EngineWatch::State;

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

double Value(const prometheus::Registry& registry, const std::string& name) {
  for (const auto& family : registry.Collect()) {
    if (family.name == name) return family.metric.at(0).gauge.value;
  }
  return -1;
}

TEST_CASE("A growing database is told of before etcd is full, and so is the alarm",
          "[orderer][engine]") {
  auto cluster = EtcdCluster::Create({.members = 1, .quota_backend_bytes = 8 << 20});
  REQUIRE(cluster.ok());
  const std::shared_ptr<EtcdClient> client = (*cluster)->Client();
  auto registry = std::make_shared<prometheus::Registry>();
  EngineWatch watch({.registry = registry,
                     .client = client,
                     .endpoint = (*cluster)->Endpoint(0),
                     .warn_bytes = 2 << 20});
  CHECK(watch.Check() == State::kEnough);
  CHECK(Value(*registry, "suyuan_orderer_etcd_space_alarm") == 0);

  bool large = false;
  absl::Status written;
  for (int i = 0; i < 200 && written.ok(); ++i) {
    written = client
                  ->Put(PutOf(absl::StrCat("k", i), std::string(100'000, 'x')), RetryPolicy::kOnce,
                        Soon())
                  .status();
    large = large || watch.Check() == State::kLarge;
  }
  CHECK(large);
  CHECK_FALSE(written.ok());
  CHECK(AwaitCondition(absl::Seconds(30), [&] { return watch.Check() == State::kFull; }));
  CHECK(Value(*registry, "suyuan_orderer_etcd_space_alarm") == 1);
  CHECK(Value(*registry, "suyuan_orderer_etcd_size_bytes") > (2 << 20));

  (*cluster)->Kill(0);
  CHECK(watch.Check() == State::kUnknown);
  CHECK(Value(*registry, "suyuan_orderer_etcd_space_alarm") == 1);
}

}  // namespace
}  // namespace suyuan
