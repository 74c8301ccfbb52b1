// Trace codes and the commitment to a batch of them. All of this but the checking
// of proofs runs off-chain, at the issuer.
//
//   signature = RSA-FDH(issuer key, issuer || product || batch)       one per batch
//   seed      = SHA-256("suyuan-seed" || signature)
//   block(i)  = SHA-256("suyuan-code" || seed || i || length)         one per code
//   code(i)   = first 16 bytes of block(i) modulo 10^(length-1), check digit appended
//   salt(i)   = last 16 bytes of block(i)
//   leaf(i)   = SHA-256(0x00 || salt(i) || i || code(i))
//   root      = Merkle root over all leaves
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

// kInvalidArgument unless 15, 17 or 21.
absl::Status CheckCodeLength(absl::string_view argument, int64_t length);
// Digits only, one of the lengths, and the check digit (ISO 7064 MOD 11,10) fits.
absl::Status CheckCode(absl::string_view argument, absl::string_view code);

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
// `length` is 15, 17 or 21.
TraceCode DeriveCode(absl::string_view seed, uint64_t index, int length);
// The same from the key: one RSA operation a call.
absl::StatusOr<TraceCode> DeriveCode(absl::string_view private_key_pem, const BatchName& name,
                                     uint64_t index, int length);

// Raw 32 bytes.
std::string CodeLeaf(absl::string_view salt, uint64_t index, absl::string_view code);

// A batch in the issuer's memory: 32 bytes a leaf, twice, and the codes.
class CodeBatch {
 public:
  // `taken` says whether a code is in use elsewhere (may be null). A code that is
  // taken or repeated within the batch becomes void: an empty text whose leaf nobody
  // can prove.
  static CodeBatch Derive(absl::string_view seed, uint64_t count, int length,
                          const std::function<bool(absl::string_view)>& taken = nullptr);

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
