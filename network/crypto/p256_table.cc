// OpenSSL 3 calls the functions for a table of multiples deprecated, and has no others.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "network/crypto/p256_table.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <array>

namespace suyuan {
namespace {

using BnCtxPtr = std::unique_ptr<BN_CTX, OpenSslFree<BN_CTX_free>>;
using EcGroupPtr = std::unique_ptr<EC_GROUP, OpenSslFree<EC_GROUP_free>>;
using EcPointPtr = std::unique_ptr<EC_POINT, OpenSslFree<EC_POINT_free>>;

std::atomic<int> table_count{0};

// For one verification at a time.
struct Scratch {
  explicit Scratch(const EC_GROUP* group)
      : context(BN_CTX_new()), sum(EC_POINT_new(group)), of_key(EC_POINT_new(group)) {
    for (BignumPtr& number : numbers) number.reset(BN_new());
  }
  BnCtxPtr context;
  EcPointPtr sum, of_key;
  std::array<BignumPtr, 5> numbers;
};

BIGNUM* Set(BIGNUM* number, absl::string_view bytes) {
  return BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), number);
}

}  // namespace

struct P256Table::Tables {
  EcGroupPtr curve;   // whose table OpenSSL has built in
  EcGroupPtr of_key;  // the same, with the key for a generator

  static std::unique_ptr<const Tables> Build(EVP_PKEY* key);
};

std::unique_ptr<const P256Table::Tables> P256Table::Tables::Build(EVP_PKEY* key) {
  auto tables = std::make_unique<Tables>();
  tables->curve.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  if (!tables->curve) return nullptr;
  tables->of_key.reset(EC_GROUP_dup(tables->curve.get()));
  EcPointPtr point(EC_POINT_new(tables->curve.get()));
  std::array<unsigned char, 65> bytes;
  size_t size = 0;
  EC_GROUP* of_key = tables->of_key.get();
  if (!of_key || !point ||
      EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, bytes.data(),
                                      bytes.size(), &size) != 1 ||
      EC_POINT_oct2point(of_key, point.get(), bytes.data(), size, nullptr) != 1 ||
      EC_GROUP_set_generator(of_key, point.get(), EC_GROUP_get0_order(tables->curve.get()),
                             BN_value_one()) != 1 ||
      EC_GROUP_precompute_mult(of_key, nullptr) != 1 ||
      EC_GROUP_have_precompute_mult(of_key) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return tables;
}

P256Table::~P256Table() {
  const Tables* tables = tables_.load();
  if (tables == nullptr) return;
  delete tables;
  --table_count;
}

void P256Table::CountGood() {
  if (uses_.load(std::memory_order_relaxed) >= kUsesBefore) return;
  // The one that comes to the number builds.
  if (uses_.fetch_add(1) + 1 != kUsesBefore) return;
  if (table_count.fetch_add(1) < kMaxTables) {
    if (auto tables = Tables::Build(key_)) {
      tables_.store(tables.release());
      return;
    }
  }
  --table_count;
}

std::optional<bool> P256Table::Verify(absl::string_view digest, absl::string_view r,
                                      absl::string_view s) const {
  const Tables* tables = tables_.load(std::memory_order_acquire);
  if (tables == nullptr) return std::nullopt;
  const EC_GROUP* curve = tables->curve.get();
  thread_local const Scratch scratch(curve);
  BN_CTX* context = scratch.context.get();
  EC_POINT* sum = scratch.sum.get();
  EC_POINT* of_key = scratch.of_key.get();
  BIGNUM* e = scratch.numbers[0].get();
  BIGNUM* inverse = scratch.numbers[1].get();
  BIGNUM* u1 = scratch.numbers[2].get();
  BIGNUM* u2 = scratch.numbers[3].get();
  BIGNUM* x = scratch.numbers[4].get();
  const BIGNUM* n = EC_GROUP_get0_order(curve);
  // e, r and s become u1 = e / s and u2 = r / s; then R = u1 G + u2 Q, and x(R) = r mod n.
  if (!Set(e, digest) || !Set(u2, r) || !Set(x, s) || !BN_mod_inverse(inverse, x, n, context) ||
      BN_mod_mul(u1, e, inverse, n, context) != 1 || BN_mod_mul(u2, u2, inverse, n, context) != 1 ||
      EC_POINT_mul(curve, sum, u1, nullptr, nullptr, context) != 1 ||
      EC_POINT_mul(tables->of_key.get(), of_key, u2, nullptr, nullptr, context) != 1 ||
      EC_POINT_add(curve, sum, sum, of_key, context) != 1) {
    ERR_clear_error();
    return std::nullopt;  // out of memory: let the other way try
  }
  if (EC_POINT_is_at_infinity(curve, sum) == 1) return false;
  if (EC_POINT_get_affine_coordinates(curve, sum, x, nullptr, context) != 1 ||
      BN_nnmod(x, x, n, context) != 1 || !Set(e, r)) {
    ERR_clear_error();
    return std::nullopt;
  }
  return BN_cmp(x, e) == 0;
}

}  // namespace suyuan
