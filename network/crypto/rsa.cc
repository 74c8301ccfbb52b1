#include "network/crypto/rsa.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <memory>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

struct Free {
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free>;

const unsigned char* In(absl::string_view v) {
  return reinterpret_cast<const unsigned char*>(v.data());
}
unsigned char* Out(std::string& v) { return reinterpret_cast<unsigned char*>(v.data()); }

// An encrypted key is refused instead of asking on the terminal.
int NoPassword(char*, int, int, void*) { return 0; }

absl::StatusOr<Key> Parse(absl::string_view pem, bool is_private) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(is_private ? PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr)
                     : PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr));
  const int bits = key && EVP_PKEY_is_a(key.get(), "RSA") == 1 ? EVP_PKEY_get_bits(key.get()) : 0;
  if (bits < 2048 || bits > 8192) {
    return absl::InvalidArgumentError("not an RSA key of 2048 to 8192 bits in PEM");
  }
  return key;
}

// One octet shorter than the modulus, so below it.
std::string FullDomainHash(absl::string_view message, size_t modulus_bytes) {
  const std::string seed = Sha256({"suyuan-fdh", message});
  std::string out(1, '\0');
  for (uint32_t counter = 0; out.size() < modulus_bytes; ++counter) {
    const char big_endian[] = {static_cast<char>(counter >> 24), static_cast<char>(counter >> 16),
                               static_cast<char>(counter >> 8), static_cast<char>(counter)};
    out += Sha256({seed, absl::string_view(big_endian, 4)});
  }
  out.resize(modulus_bytes);
  return out;
}

absl::StatusOr<std::string> WritePublic(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(bio.get(), key) != 1) {
    return absl::InternalError("cannot write an RSA public key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

absl::StatusOr<std::string> RsaFdhSign(absl::string_view private_key_pem,
                                       absl::string_view message) {
  SUYUAN_ASSIGN_OR_RETURN(const Key key, Parse(private_key_pem, true));
  const std::string hash = FullDomainHash(message, EVP_PKEY_get_size(key.get()));
  const Context context(EVP_PKEY_CTX_new(key.get(), nullptr));
  std::string signature(hash.size(), '\0');
  size_t size = signature.size();
  if (EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_sign(context.get(), Out(signature), &size, In(hash), hash.size()) != 1 ||
      size != hash.size()) {
    return absl::InternalError("RSA signature failed");
  }
  return signature;
}

absl::Status RsaFdhVerify(absl::string_view public_key_pem, absl::string_view message,
                          absl::string_view signature) {
  SUYUAN_ASSIGN_OR_RETURN(const Key key, Parse(public_key_pem, false));
  const std::string hash = FullDomainHash(message, EVP_PKEY_get_size(key.get()));
  const Context context(EVP_PKEY_CTX_new(key.get(), nullptr));
  std::string recovered(hash.size(), '\0');
  size_t size = recovered.size();
  if (signature.size() != hash.size() || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_verify_recover(context.get(), Out(recovered), &size, In(signature),
                              signature.size()) != 1 ||
      recovered != hash) {
    return absl::UnauthenticatedError("not a signature by this RSA key");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> RsaPublicKeyPem(absl::string_view private_key_pem) {
  SUYUAN_ASSIGN_OR_RETURN(const Key key, Parse(private_key_pem, true));
  return WritePublic(key.get());
}

absl::StatusOr<std::string> GenerateRsaKeyPem(int bits) {
  const Key key(EVP_RSA_gen(static_cast<unsigned>(bits)));
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1) {
    return absl::InternalError("cannot generate an RSA key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace suyuan
