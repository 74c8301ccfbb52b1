#include "network/crypto/ecdsa_signature.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "network/common/check.h"
#include "network/common/status_macros.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {
namespace {

// Group order n and n/2 of a curve, big-endian without leading zeros (both curves'
// halves fill all bytes, so values compare by length, then bytes).
struct Order {
  explicit Order(absl::string_view order_hex, absl::string_view half_hex)
      : n(absl::HexStringToBytes(order_hex)), half(absl::HexStringToBytes(half_hex)) {}
  const std::string n;
  const std::string half;
};

const Order& OrderOf(KeyAlgorithm algorithm) {
  static const Order p256("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
                          "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
  static const Order p384(
      "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc5"
      "29"
      "73",
      "7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96efac0d06d9245853bd76760cb566"
      "6294b9");
  SUYUAN_CHECK(algorithm == KeyAlgorithm::kEcdsaP256 || algorithm == KeyAlgorithm::kEcdsaP384);
  return algorithm == KeyAlgorithm::kEcdsaP256 ? p256 : p384;
}

bool LessOrEqual(absl::string_view a, absl::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a <= b;
}

// Takes a positive, minimal DER INTEGER off the front of `der`; its magnitude
// without leading zeros.
bool ConsumePositive(absl::string_view* der, absl::string_view* magnitude) {
  if (der->size() < 3 || (*der)[0] != 0x02) return false;
  const size_t size = static_cast<unsigned char>((*der)[1]);
  if (size == 0 || size > 0x7f || der->size() < 2 + size) return false;
  absl::string_view value = der->substr(2, size);
  der->remove_prefix(2 + size);
  if ((value[0] & 0x80) != 0) return false;  // negative
  if (value[0] == 0) {
    if (value.size() == 1 || (value[1] & 0x80) == 0) return false;  // zero, or not minimal
    value.remove_prefix(1);
  }
  *magnitude = value;
  return true;
}

absl::Status Malformed() {
  return absl::UnauthenticatedError("signature is not a DER SEQUENCE{r, s}");
}

}  // namespace

absl::StatusOr<EcdsaNumbers> CheckEcdsaSignature(KeyAlgorithm algorithm,
                                                 absl::string_view signature) {
  const Order& order = OrderOf(algorithm);
  // Both curves' signatures are shorter than 128 bytes: one length byte.
  if (signature.size() < 2 || signature[0] != 0x30 || (signature[1] & 0x80) != 0 ||
      static_cast<size_t>(signature[1]) != signature.size() - 2) {
    return Malformed();
  }
  absl::string_view rest = signature.substr(2);
  absl::string_view r, s;
  if (!ConsumePositive(&rest, &r) || !ConsumePositive(&rest, &s) || !rest.empty()) {
    return Malformed();
  }
  if (!LessOrEqual(r, order.n) || r == order.n) {
    return absl::UnauthenticatedError("signature has r out of range");
  }
  if (!LessOrEqual(s, order.half)) {
    return absl::UnauthenticatedError("signature has a high s (s > n/2)");
  }
  return EcdsaNumbers{r, s};
}

absl::StatusOr<std::string> ToLowS(KeyAlgorithm algorithm, absl::string_view signature) {
  const Order& order = OrderOf(algorithm);
  EcdsaSigPtr parsed = DecodeDer<EcdsaSigPtr>(signature, d2i_ECDSA_SIG);
  if (!parsed) return OpenSslError("decode signature", absl::StatusCode::kInternal);
  BignumPtr n(BN_bin2bn(Bytes(order.n), static_cast<int>(order.n.size()), nullptr));
  BignumPtr half(BN_bin2bn(Bytes(order.half), static_cast<int>(order.half.size()), nullptr));
  if (BN_cmp(ECDSA_SIG_get0_s(parsed.get()), half.get()) <= 0) return std::string(signature);
  BignumPtr r(BN_dup(ECDSA_SIG_get0_r(parsed.get())));
  BignumPtr s(BN_new());
  if (!r || !s || BN_sub(s.get(), n.get(), ECDSA_SIG_get0_s(parsed.get())) != 1 ||
      ECDSA_SIG_set0(parsed.get(), r.get(), s.get()) != 1) {
    return OpenSslError("normalise signature", absl::StatusCode::kInternal);
  }
  (void)r.release();  // owned by `parsed` now
  (void)s.release();
  return EncodeDer(parsed.get(), i2d_ECDSA_SIG);
}

}  // namespace suyuan
