#include "network/cli/signer_file.h"

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {
constexpr uint64_t kMaxPemBytes = 1u << 20;
}  // namespace

absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadSigner(
    const std::string& msp_id, const std::string& certificate_file, const std::string& key_file) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(certificate_file, kMaxPemBytes));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(key_file, kMaxPemBytes));
  SUYUAN_ASSIGN_OR_RETURN(auto signer, MakeSigningIdentity(msp_id, certificate, key),
                          absl::StrCat(certificate_file, ", ", key_file));
  return signer;
}

}  // namespace suyuan
