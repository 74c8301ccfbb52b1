#include "network/crypto/openssl_handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace suyuan {
namespace {

// One block of PEM text as OpenSSL hands it out.
struct PemBlock {
  ~PemBlock() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<size_t>(size));
  }
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

}  // namespace

absl::Status OpenSslError(absl::string_view what, absl::StatusCode code) {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  if (reason == nullptr) return absl::Status(code, what);
  return absl::Status(code, absl::StrCat(what, ": ", reason));
}

absl::StatusOr<std::string> FirstPemBlock(absl::string_view pem,
                                          absl::Span<const absl::string_view> names,
                                          size_t max_bytes) {
  if (pem.size() > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("PEM text of more than ", max_bytes, " bytes"));
  }
  BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (true) {
    PemBlock block;
    if (!bio ||
        PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) != 1) {
      ERR_clear_error();
      return absl::InvalidArgumentError(
          absl::StrCat("no PEM block ", absl::StrJoin(names, " or ")));
    }
    const absl::string_view name(block.name);
    if (absl::StrContains(name, "ENCRYPTED") || absl::StrContains(block.header, "ENCRYPTED")) {
      return absl::InvalidArgumentError("encrypted PEM is not supported");
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return std::string(reinterpret_cast<const char*>(block.data),
                         static_cast<size_t>(block.size));
    }
  }
}

}  // namespace suyuan
