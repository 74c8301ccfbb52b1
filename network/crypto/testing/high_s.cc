#include "network/crypto/testing/high_s.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include <memory>

#include "network/common/check.h"

namespace suyuan {

std::string WithHighS(absl::string_view signature) {
  const auto* data = reinterpret_cast<const unsigned char*>(signature.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> sig(
      d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(signature.size())), &ECDSA_SIG_free);
  const std::unique_ptr<EC_GROUP, decltype(&EC_GROUP_free)> group(
      EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), &EC_GROUP_free);
  SUYUAN_CHECK(sig != nullptr && group != nullptr);
  BIGNUM* high = BN_new();
  SUYUAN_CHECK(BN_sub(high, EC_GROUP_get0_order(group.get()), ECDSA_SIG_get0_s(sig.get())) == 1);
  SUYUAN_CHECK(ECDSA_SIG_set0(sig.get(), BN_dup(ECDSA_SIG_get0_r(sig.get())), high) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(sig.get(), &der);
  SUYUAN_CHECK(size > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace suyuan
