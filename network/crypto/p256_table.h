// ECDSA over P-256 with a public key that is met again and again: multiples of the key are kept,
// as OpenSSL keeps those of the curve's generator, which takes off almost half of a verification
// (32 against 52 microseconds). SEC 1 version 2, section 4.1.4; the arithmetic is OpenSSL's.
//
// A table is 150 KiB and 20 ms of work, so only keys that have signed often get one, and no more
// than kMaxTables of a process at a time; other keys are verified without.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {

// Thread-safe.
class P256Table {
 public:
  static constexpr int kUsesBefore = 400;
  static constexpr int kMaxTables = 64;

  // `key` is a P-256 key, and outlives the table.
  explicit P256Table(EVP_PKEY* key) : key_(key) {}
  ~P256Table();
  P256Table(const P256Table&) = delete;
  P256Table& operator=(const P256Table&) = delete;

  // Notes a signature that was good; may build the table.
  void CountGood();

  // Whether (r, s), big-endian and both in [1, n - 1], is the key's signature of a 32-byte digest;
  // nothing without a table.
  std::optional<bool> Verify(absl::string_view digest, absl::string_view r,
                             absl::string_view s) const;

 private:
  struct Tables;

  EVP_PKEY* const key_;
  std::atomic<int> uses_{0};
  std::atomic<const Tables*> tables_{nullptr};
};

}  // namespace suyuan
