#include <set>

#include "absl/strings/str_join.h"
#include "network/policy/policy.h"

namespace suyuan {
namespace {

absl::Status VerifySignature(const Identity& identity, const SignedData& signed_data) {
  const auto& parts = signed_data.data;
  switch (parts.size()) {
    case 1:
      return identity.Verify({parts[0]}, signed_data.signature);
    case 2:
      return identity.Verify({parts[0], parts[1]}, signed_data.signature);
    case 3:
      return identity.Verify({parts[0], parts[1], parts[2]}, signed_data.signature);
    default:
      return identity.Verify({absl::StrJoin(parts, "")}, signed_data.signature);
  }
}

}  // namespace

std::vector<IdentityPtr> VerifiedIdentities(const MspManager& msps,
                                            absl::Span<const SignedData> set) {
  std::vector<IdentityPtr> verified;
  std::set<absl::string_view> seen;
  for (const SignedData& signed_data : set) {
    auto identity = msps.Deserialize(signed_data.identity);
    if (!identity.ok() || seen.count((*identity)->id()) > 0) continue;
    if (!msps.Validate(**identity).ok()) continue;
    if (!VerifySignature(**identity, signed_data).ok()) continue;
    verified.push_back(*std::move(identity));
    seen.insert(verified.back()->id());
  }
  return verified;
}

}  // namespace suyuan
