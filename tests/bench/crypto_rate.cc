#include "tests/bench/crypto_rate.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/crypto/keys.h"

namespace suyuan::bench {
namespace {

template <typename Body>
double Rate(const Body& body) {
  const absl::Time begin = absl::Now();
  int count = 0;
  while (absl::Now() - begin < absl::Milliseconds(700)) {
    for (int i = 0; i < 50; ++i, ++count) body();
  }
  return count / absl::ToDoubleSeconds(absl::Now() - begin);
}

}  // namespace

absl::StatusOr<CryptoRate> MeasureCrypto() {
  const std::string message(1500, 'x');
  // Keys that sign often are verified faster (network/crypto/p256_table.h). The limit is what
  // OpenSSL does with any key, so none here is met so often.
  struct Signed {
    std::shared_ptr<const PublicKey> key;
    std::string signature;
  };
  std::vector<Signed> all;
  std::shared_ptr<const PrivateKey> key;
  for (int i = 0; i < 128; ++i) {
    SUYUAN_ASSIGN_OR_RETURN(key, PrivateKey::Generate(KeyAlgorithm::kEcdsaP256));
    SUYUAN_ASSIGN_OR_RETURN(std::string signature, key->Sign(HashFamily::kSha2, {message}));
    all.push_back({key->public_key(), std::move(signature)});
  }
  bool good = true;
  const auto verify = [&](const Signed& one) {
    good &= one.key->Verify(HashFamily::kSha2, {message}, one.signature).ok();
  };
  CryptoRate rate;
  rate.sign_per_second = Rate([&] { good &= key->Sign(HashFamily::kSha2, {message}).ok(); });
  size_t count = 0;
  rate.verify_per_second = Rate([&] { verify(all[++count / 300 % (all.size() - 1)]); });
  rate.verify_often_per_second = Rate([&] { verify(all.back()); });
  if (!good) return absl::InternalError("signing or verifying failed");
  const double seconds = 4 / rate.sign_per_second + 7 / rate.verify_per_second;
  rate.limit_tps = std::thread::hardware_concurrency() / seconds;
  return rate;
}

}  // namespace suyuan::bench
