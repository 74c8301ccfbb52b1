// What the cryptography alone allows on this machine, now.
#pragma once

#include "absl/status/statusor.h"

namespace suyuan::bench {

struct CryptoRate {
  double sign_per_second = 0;    // ECDSA P-256, one core
  double verify_per_second = 0;  // one core, of keys not met often
  double verify_often_per_second = 0;
  // Transactions per second on all cores when nothing but the signatures of a
  // submitted transaction with two endorsers cost time: 4 signatures, 7 verifications
  // (proposal at each endorser, envelope at the orderer, and at each of two peers the
  // envelope and the other's endorsement).
  double limit_tps = 0;
};

absl::StatusOr<CryptoRate> MeasureCrypto();

}  // namespace suyuan::bench
