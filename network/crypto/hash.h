// SHA-2 and SM3 digests.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace suyuan {

// The family that a channel's MSP names in crypto_config.signature_hash_family;
// the digest is SHA-256 (FIPS 180-4) or SM3 (GB/T 32905), 32 bytes both.
enum class HashFamily { kSha2, kSm3 };

// SHA-256 of the concatenation; 32 raw bytes.
std::string Sha256(absl::string_view data);
std::string Sha256(std::initializer_list<absl::string_view> parts);
std::string Digest(HashFamily family, std::initializer_list<absl::string_view> parts);

// SHA-256 over data that arrives in pieces. One use, not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void Update(absl::string_view data);
  std::string Finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `size` bytes from the system's secure generator.
std::string RandomBytes(size_t size);

}  // namespace suyuan
