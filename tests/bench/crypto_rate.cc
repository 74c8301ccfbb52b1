#include "tests/bench/crypto_rate.h"

#include <thread>

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
  SUYUAN_ASSIGN_OR_RETURN(auto key, PrivateKey::Generate(KeyAlgorithm::kEcdsaP256));
  const std::string message(1500, 'x');
  SUYUAN_ASSIGN_OR_RETURN(std::string signature, key->Sign(HashFamily::kSha2, {message}));
  const auto public_key = key->public_key();
  bool good = true;
  CryptoRate rate;
  rate.sign_per_second = Rate([&] { good &= key->Sign(HashFamily::kSha2, {message}).ok(); });
  rate.verify_per_second =
      Rate([&] { good &= public_key->Verify(HashFamily::kSha2, {message}, signature).ok(); });
  if (!good) return absl::InternalError("signing or verifying failed");
  const double seconds = 4 / rate.sign_per_second + 7 / rate.verify_per_second;
  rate.limit_tps = std::thread::hardware_concurrency() / seconds;
  return rate;
}

}  // namespace suyuan::bench
