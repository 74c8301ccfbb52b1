#include "network/crypto/hash.h"

#include <openssl/rand.h>

#include "network/common/check.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {
namespace {

constexpr size_t kDigestBytes = 32;

// Fetched once: a fetch by name costs as much as hashing a kilobyte.
const EVP_MD* Algorithm(HashFamily family) {
  static const EvpMdPtr sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  if (family == HashFamily::kSha2) return sha256.get();
  static const EvpMdPtr sm3(EVP_MD_fetch(nullptr, "SM3", nullptr));
  return sm3.get();
}

// A context is 300 ns to make: each thread keeps one.
EVP_MD_CTX* ThreadContext() {
  thread_local const EvpMdCtxPtr context(EVP_MD_CTX_new());
  return context.get();
}

}  // namespace

std::string Digest(HashFamily family, std::initializer_list<absl::string_view> parts) {
  EVP_MD_CTX* context = ThreadContext();
  SUYUAN_CHECK(EVP_DigestInit_ex2(context, Algorithm(family), nullptr) == 1);
  for (absl::string_view part : parts) {
    SUYUAN_CHECK(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
  }
  std::string digest(kDigestBytes, '\0');
  SUYUAN_CHECK(EVP_DigestFinal_ex(context, Bytes(digest), nullptr) == 1);
  return digest;
}

std::string Sha256(absl::string_view data) { return Digest(HashFamily::kSha2, {data}); }

std::string Sha256(std::initializer_list<absl::string_view> parts) {
  return Digest(HashFamily::kSha2, parts);
}

struct Sha256Stream::Impl {
  EvpMdCtxPtr context{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) {
  SUYUAN_CHECK(EVP_DigestInit_ex2(impl_->context.get(), Algorithm(HashFamily::kSha2), nullptr) ==
               1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::string_view data) {
  SUYUAN_CHECK(EVP_DigestUpdate(impl_->context.get(), data.data(), data.size()) == 1);
}

std::string Sha256Stream::Finish() {
  std::string digest(kDigestBytes, '\0');
  SUYUAN_CHECK(EVP_DigestFinal_ex(impl_->context.get(), Bytes(digest), nullptr) == 1);
  return digest;
}

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  SUYUAN_CHECK(size == 0 || RAND_bytes(Bytes(bytes), static_cast<int>(size)) == 1);
  return bytes;
}

}  // namespace suyuan
