#include "network/crypto/p256_table.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>

#include <catch2/catch.hpp>
#include <vector>

#include "network/crypto/hash.h"
#include "network/crypto/keys.h"

namespace suyuan {
namespace {

using BnCtxPtr = std::unique_ptr<BN_CTX, OpenSslFree<BN_CTX_free>>;

EvpPkeyPtr NewKey() { return EvpPkeyPtr(EVP_EC_gen("P-256")); }

void BuildTable(P256Table* table) {
  for (int i = 0; i < P256Table::kUsesBefore; ++i) table->CountGood();
}

struct Signed {
  std::string digest, r, s;
};

std::string ToBytes(const BIGNUM* number) {
  std::string out(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, Bytes(out));
  return out;
}

std::string Padded(const BIGNUM* number) {
  std::string out(32, '\0');
  REQUIRE(BN_bn2binpad(number, Bytes(out), 32) == 32);
  return out;
}

Signed Sign(EVP_PKEY* key, std::string digest) {
  EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  REQUIRE(EVP_PKEY_sign_init(context.get()) == 1);
  std::string der(80, '\0');
  size_t size = der.size();
  REQUIRE(EVP_PKEY_sign(context.get(), Bytes(der), &size, Bytes(digest), digest.size()) == 1);
  der.resize(size);
  const EcdsaSigPtr parsed = DecodeDer<EcdsaSigPtr>(der, d2i_ECDSA_SIG);
  return {std::move(digest), ToBytes(ECDSA_SIG_get0_r(parsed.get())),
          ToBytes(ECDSA_SIG_get0_s(parsed.get()))};
}

// What OpenSSL says.
bool Expected(EVP_PKEY* key, const Signed& signed_) {
  EcdsaSigPtr signature(ECDSA_SIG_new());
  ECDSA_SIG_set0(signature.get(),
                 BN_bin2bn(Bytes(signed_.r), static_cast<int>(signed_.r.size()), nullptr),
                 BN_bin2bn(Bytes(signed_.s), static_cast<int>(signed_.s.size()), nullptr));
  const std::string der = EncodeDer(signature.get(), i2d_ECDSA_SIG);
  EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  REQUIRE(EVP_PKEY_verify_init(context.get()) == 1);
  return EVP_PKEY_verify(context.get(), Bytes(der), der.size(), Bytes(signed_.digest),
                         signed_.digest.size()) == 1;
}

// The signature that makes the two terms of R = u1 G + u2 Q what the test wants: r = x(R),
// s = r / u2, e = u1 s. Q = d G.
Signed Crafted(const BIGNUM* u1, const BIGNUM* u2, const BIGNUM* d) {
  const BnCtxPtr context(BN_CTX_new());
  EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  const BIGNUM* n = EC_GROUP_get0_order(group);
  EC_POINT* point = EC_POINT_new(group);
  const BignumPtr k(BN_new()), r(BN_new()), s(BN_new()), e(BN_new());
  BN_mod_mul(k.get(), u2, d, n, context.get());
  BN_mod_add(k.get(), k.get(), u1, n, context.get());
  Signed out;
  if (!BN_is_zero(k.get())) {
    EC_POINT_mul(group, point, k.get(), nullptr, nullptr, context.get());
    EC_POINT_get_affine_coordinates(group, point, r.get(), nullptr, context.get());
    BN_nnmod(r.get(), r.get(), n, context.get());
  } else {
    BN_set_word(r.get(), 7);  // R is at infinity: whatever r is, it does not verify
  }
  BN_mod_inverse(s.get(), u2, n, context.get());
  BN_mod_mul(s.get(), s.get(), r.get(), n, context.get());
  BN_mod_mul(e.get(), u1, s.get(), n, context.get());
  out = {Padded(e.get()), ToBytes(r.get()), ToBytes(s.get())};
  EC_POINT_free(point);
  EC_GROUP_free(group);
  return out;
}

BignumPtr PrivateNumber(EVP_PKEY* key) {
  BIGNUM* d = nullptr;
  REQUIRE(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1);
  return BignumPtr(d);
}

}  // namespace

TEST_CASE("A table is made for a key that has signed often", "[p256_table]") {
  const EvpPkeyPtr key = NewKey();
  P256Table table(key.get());
  const Signed one = Sign(key.get(), RandomBytes(32));
  for (int i = 1; i < P256Table::kUsesBefore; ++i) table.CountGood();
  CHECK_FALSE(table.Verify(one.digest, one.r, one.s).has_value());
  table.CountGood();
  CHECK(table.Verify(one.digest, one.r, one.s) == true);
}

TEST_CASE("A table says of every signature what OpenSSL says", "[p256_table]") {
  for (int k = 0; k < 3; ++k) {
    const EvpPkeyPtr key = NewKey(), other = NewKey();
    P256Table table(key.get());
    BuildTable(&table);
    for (int i = 0; i < 200; ++i) {
      const Signed good = Sign(key.get(), RandomBytes(32));
      CHECK(table.Verify(good.digest, good.r, good.s) == true);
      std::vector<Signed> others(5, good);
      others[0].digest = RandomBytes(32);
      others[1].r[i % others[1].r.size()] ^= static_cast<char>(1 << (i % 8));
      others[2].s[i % others[2].s.size()] ^= static_cast<char>(1 << (i % 8));
      std::swap(others[3].r, others[3].s);
      others[4] = Sign(other.get(), good.digest);
      for (const Signed& one : others) {
        CHECK(table.Verify(one.digest, one.r, one.s) == Expected(key.get(), one));
      }
    }
  }
}

TEST_CASE("A table keeps to the rule where its sums degenerate", "[p256_table]") {
  const EvpPkeyPtr key = NewKey();
  P256Table table(key.get());
  BuildTable(&table);
  const BignumPtr d = PrivateNumber(key.get());
  const BnCtxPtr context(BN_CTX_new());
  EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
  const BIGNUM* n = EC_GROUP_get0_order(group);
  const BignumPtr u1(BN_new()), u2(BN_new());
  for (const unsigned long word : {1UL, 2UL, 63UL, 64UL, 65UL, 127UL, 128UL, 1UL << 35}) {
    BN_set_word(u2.get(), word);
    // u1 G = u2 Q: the sum is a doubling.
    BN_mod_mul(u1.get(), u2.get(), d.get(), n, context.get());
    const Signed doubled = Crafted(u1.get(), u2.get(), d.get());
    CHECK(Expected(key.get(), doubled));
    CHECK(table.Verify(doubled.digest, doubled.r, doubled.s) == true);
    // u1 G = -u2 Q: the sum is at infinity.
    BN_sub(u1.get(), n, u1.get());
    const Signed nothing = Crafted(u1.get(), u2.get(), d.get());
    CHECK_FALSE(Expected(key.get(), nothing));
    CHECK(table.Verify(nothing.digest, nothing.r, nothing.s) == false);
    // u1 = 0: a digest of zeros.
    BN_zero(u1.get());
    const Signed zero = Crafted(u1.get(), u2.get(), d.get());
    CHECK(zero.digest == std::string(32, '\0'));
    CHECK(table.Verify(zero.digest, zero.r, zero.s) == Expected(key.get(), zero));
    CHECK(table.Verify(zero.digest, zero.r, zero.s) == true);
    // Small and large factors, also of the generator.
    BN_sub(u2.get(), n, u2.get());
    BN_set_word(u1.get(), word);
    const Signed large = Crafted(u1.get(), u2.get(), d.get());
    CHECK(table.Verify(large.digest, large.r, large.s) == true);
    CHECK(Expected(key.get(), large));
  }
  // A digest beyond the group's order.
  const Signed most = Sign(key.get(), std::string(32, '\xff'));
  CHECK(table.Verify(most.digest, most.r, most.s) == true);
  EC_GROUP_free(group);
}

TEST_CASE("A process has so many tables and no more", "[p256_table]") {
  std::vector<EvpPkeyPtr> keys;
  std::vector<std::unique_ptr<P256Table>> tables;
  for (int i = 0; i <= P256Table::kMaxTables; ++i) {
    keys.push_back(NewKey());
    tables.push_back(std::make_unique<P256Table>(keys.back().get()));
    BuildTable(tables.back().get());
  }
  const auto has_table = [&](size_t i) {
    const Signed one = Sign(keys[i].get(), RandomBytes(32));
    return tables[i]->Verify(one.digest, one.r, one.s).has_value();
  };
  CHECK(has_table(0));
  CHECK(has_table(P256Table::kMaxTables - 1));
  CHECK_FALSE(has_table(P256Table::kMaxTables));
  // One that goes makes room.
  tables.erase(tables.begin());
  keys.erase(keys.begin());
  const EvpPkeyPtr next = NewKey();
  P256Table table(next.get());
  BuildTable(&table);
  const Signed one = Sign(next.get(), RandomBytes(32));
  CHECK(table.Verify(one.digest, one.r, one.s) == true);
}

TEST_CASE("A public key goes on telling good from bad signatures", "[p256_table]") {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256);
  REQUIRE(key.ok());
  const auto verifier = (*key)->public_key();
  for (int i = 0; i < P256Table::kUsesBefore + 50; ++i) {
    const std::string message = std::to_string(i);
    const auto signature = (*key)->Sign(HashFamily::kSha2, {message});
    REQUIRE(signature.ok());
    REQUIRE(verifier->Verify(HashFamily::kSha2, {message}, *signature).ok());
    REQUIRE(absl::IsUnauthenticated(verifier->Verify(HashFamily::kSha2, {"other"}, *signature)));
  }
}

}  // namespace suyuan
