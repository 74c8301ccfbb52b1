// Trace codes and the commitment to a batch of them: made at the issuer, off-chain; contracts
// check proofs.
//
//   signature = RSA-FDH(issuer key, issuer || product || batch)       one per batch
//   seed      = SHA-256("suyuan-seed" || signature)
//   block(i)  = SHA-256("suyuan-code" || seed || i || length)         one per code
//   code(i)   = first 16 bytes of block(i) modulo 10^(length-1), check digit appended
//   salt(i)   = last 16 bytes of block(i)
//   leaf(i)   = SHA-256(0x00 || salt(i) || i || code(i))
//   root      = Merkle root over all leaves
//
// A second, covered layer of the same batch comes from another block of each index:
//   block'(i) = SHA-256("suyuan-inner" || seed || i || length)
// Its codes are whole codes (15, 17, 21 digits), or verification codes of 6 digits without a check
// digit that are entered beside the open code. It has salts, leaves and a root of its own; who
// knows every open code, salt and leaf knows nothing of it.
//
// The ledger holds the root alone. Without the seed a block is indistinguishable
// from random, so knowing any number of codes does not help to predict another;
// without the salt a leaf tells nothing about its code, though 15 digits are only
// 10^14 tries. Given the signature, anybody can check it with the issuer's public
// key and derive the whole batch: that is how an issuer proves a batch to an auditor.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan {

// Digits of a verification code.
inline constexpr int kShortCode = 6;

// kInvalidArgument unless 15, 17 or 21.
absl::Status CheckCodeLength(absl::string_view argument, int64_t length);
// kInvalidArgument unless 6, 15, 17 or 21.
absl::Status CheckInnerCodeLength(absl::string_view argument, int64_t length);
// Digits only, one of the lengths, and the check digit (ISO 7064 MOD 11,10) fits.
absl::Status CheckCode(absl::string_view argument, absl::string_view code);
// The same, or the six digits of a verification code.
absl::Status CheckInnerCode(absl::string_view argument, absl::string_view code);

struct BatchName {
  std::string issuer;   // MSP id
  std::string product;  // GTIN-14
  std::string batch;
};

// The RSA-FDH signature over `name`; deterministic.
absl::StatusOr<std::string> SignBatch(absl::string_view private_key_pem, const BatchName& name);
absl::Status VerifyBatchSignature(absl::string_view public_key_pem, const BatchName& name,
                                  absl::string_view signature);

struct TraceCode {
  std::string code;
  std::string salt;  // 16 bytes
};

// 32 bytes. Keep it as secret as the key.
std::string BatchSeed(absl::string_view signature);
enum class CodeLayer { kOpen, kInner };
// `length` is 15, 17 or 21; of the inner layer also 6.
TraceCode DeriveCode(absl::string_view seed, uint64_t index, int length,
                     CodeLayer layer = CodeLayer::kOpen);
// The same from the key: one RSA operation a call.
absl::StatusOr<TraceCode> DeriveCode(absl::string_view private_key_pem, const BatchName& name,
                                     uint64_t index, int length);

// Raw 32 bytes.
std::string CodeLeaf(absl::string_view salt, uint64_t index, absl::string_view code);

// A batch in the issuer's memory: 32 bytes a leaf, twice, and the codes.
class CodeBatch {
 public:
  // `count` is at least 1. `taken` says whether a code is in use elsewhere (may be null). A code
  // that is taken or repeated within the batch becomes void: an empty text whose leaf nobody can
  // prove. Verification codes repeat, and are never void.
  static CodeBatch Derive(absl::string_view seed, uint64_t count, int length,
                          const std::function<bool(absl::string_view)>& taken = nullptr,
                          CodeLayer layer = CodeLayer::kOpen);

  const std::vector<std::string>& codes() const { return codes_; }
  uint64_t void_count() const { return void_count_; }
  const std::string& root() const;  // raw 32 bytes
  // Siblings from the leaf up, 32 bytes each, concatenated.
  std::string Proof(uint64_t index) const;

 private:
  std::vector<std::string> codes_;
  uint64_t void_count_ = 0;
  std::vector<std::vector<std::string>> levels_;
};

}  // namespace suyuan
