#include "gateway/call.h"

#include "absl/strings/str_cat.h"

namespace suyuan {

absl::Status CheckReader(const ChannelConfig& config, absl::string_view resource,
                         absl::string_view request, absl::string_view identity,
                         absl::string_view signature) {
  const ApplicationConfig* application = config.application();
  const bool has_acl = application != nullptr && application->acls.count(std::string(resource)) > 0;
  const PolicyPtr policy =
      has_acl ? config.GetAclPolicy(resource) : config.GetPolicy("/Channel/Application/Readers");
  const SignedData data{{request}, identity, signature};
  const absl::Status verdict = policy->EvaluateSignedData({&data, 1});
  if (verdict.ok()) return verdict;
  return absl::PermissionDeniedError(absl::StrCat("access denied: ", verdict.message()));
}

}  // namespace suyuan
