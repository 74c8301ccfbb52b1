#include <openssl/err.h>

#include "absl/strings/str_cat.h"
#include "network/crypto/certificate.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

// Longer paths are refused: no alliance has them, and each level costs a signature.
constexpr int kMaxIntermediates = 8;

// A stack that borrows its certificates from CertificatePtrs that outlive it.
using BorrowedStack =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * s) { sk_X509_free(s); })>;

BorrowedStack Borrow(absl::Span<const CertificatePtr> certificates) {
  BorrowedStack stack(sk_X509_new_null());
  for (const CertificatePtr& certificate : certificates) {
    if (certificate) sk_X509_push(stack.get(), Native(*certificate));
  }
  return stack;
}

void SetRules(X509_STORE_CTX* context, absl::Time at) {
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(rules, absl::ToTimeT(at));
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);
  X509_VERIFY_PARAM_set_depth(rules, kMaxIntermediates);
  X509_VERIFY_PARAM_set_auth_level(rules, 1);
}

absl::Status Refusal(const Certificate& leaf, X509_STORE_CTX* context) {
  ERR_clear_error();
  const int depth = X509_STORE_CTX_get_error_depth(context);
  X509* at = X509_STORE_CTX_get_current_cert(context);
  std::string where;
  if (depth > 0 && at != nullptr) {
    where = absl::StrCat(" at ", NameText(X509_get_subject_name(at)));
  }
  return absl::UnauthenticatedError(absl::StrCat(
      "no certificate chain from ", leaf.subject(),
      " to a root: ", X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)), where));
}

// The caller's pointers for the path OpenSSL found.
std::vector<CertificatePtr> PathOf(X509_STORE_CTX* context, const CertificatePtr& leaf,
                                   absl::Span<const CertificatePtr> roots,
                                   absl::Span<const CertificatePtr> intermediates) {
  std::vector<CertificatePtr> path;
  const STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; i < sk_X509_num(found); ++i) {
    const X509* x509 = sk_X509_value(found, i);
    const auto add = [&](const CertificatePtr& candidate) {
      if (static_cast<int>(path.size()) == i && candidate && Native(*candidate) == x509) {
        path.push_back(candidate);
      }
    };
    add(leaf);
    for (const CertificatePtr& candidate : intermediates) add(candidate);
    for (const CertificatePtr& candidate : roots) add(candidate);
    // OpenSSL may put a trusted certificate in place of an equal one it was given.
    for (const CertificatePtr& candidate : roots) {
      if (static_cast<int>(path.size()) == i && candidate &&
          X509_cmp(Native(*candidate), x509) == 0) {
        path.push_back(candidate);
      }
    }
  }
  return path;
}

}  // namespace

absl::StatusOr<std::vector<CertificatePtr>> BuildChain(
    const CertificatePtr& leaf, absl::Span<const CertificatePtr> roots,
    absl::Span<const CertificatePtr> intermediates, absl::Time at) {
  const BorrowedStack trusted = Borrow(roots);
  const BorrowedStack untrusted = Borrow(intermediates);
  X509StoreCtxPtr context(X509_STORE_CTX_new());
  if (!context || !trusted || !untrusted ||
      X509_STORE_CTX_init(context.get(), nullptr, Native(*leaf), untrusted.get()) != 1) {
    return OpenSslError("chain verification", absl::StatusCode::kInternal);
  }
  X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
  SetRules(context.get(), at);
  if (X509_verify_cert(context.get()) != 1) return Refusal(*leaf, context.get());
  return PathOf(context.get(), leaf, roots, intermediates);
}

}  // namespace suyuan
