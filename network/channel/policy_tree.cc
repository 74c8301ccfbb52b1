#include "network/channel/policy_tree.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan::channel_internal {
namespace {

using ::common::ConfigGroup;

class Compiler {
 public:
  explicit Compiler(const std::shared_ptr<const MspManager>& msps) : msps_(msps) {}

  // Children first: an implicit meta policy points at theirs.
  absl::Status Compile(const ConfigGroup& group, const std::string& path) {
    for (const auto& [name, child] : group.groups()) {
      SUYUAN_RETURN_IF_ERROR(Compile(child, absl::StrCat(path, "/", name)));
    }
    for (const auto& [name, policy] : group.policies()) {
      const std::string policy_path = absl::StrCat(path, "/", name);
      SUYUAN_ASSIGN_OR_RETURN(policies_[policy_path], CompileOne(policy.policy(), group, path),
                              policy_path);
    }
    return absl::OkStatus();
  }

  PolicyMap Take() { return std::move(policies_); }

 private:
  absl::StatusOr<PolicyPtr> CompileOne(const ::common::Policy& policy, const ConfigGroup& group,
                                       const std::string& path) {
    switch (policy.type()) {
      case ::common::Policy::SIGNATURE: {
        SUYUAN_ASSIGN_OR_RETURN(const auto envelope, ParseProto<::common::SignaturePolicyEnvelope>(
                                                         policy.value(), "signature policy"));
        return MakeSignaturePolicy(envelope, msps_);
      }
      case ::common::Policy::IMPLICIT_META:
        return CompileMeta(policy.value(), group, path);
      default:
        return absl::InvalidArgumentError(
            absl::StrCat("policy type ", policy.type(), " is not known"));
    }
  }

  absl::StatusOr<PolicyPtr> CompileMeta(const std::string& bytes, const ConfigGroup& group,
                                        const std::string& path) {
    SUYUAN_ASSIGN_OR_RETURN(
        const auto meta, ParseProto<::common::ImplicitMetaPolicy>(bytes, "implicit meta policy"));
    if (!::common::ImplicitMetaPolicy::Rule_IsValid(meta.rule())) {
      return absl::InvalidArgumentError(absl::StrCat("unknown rule ", meta.rule()));
    }
    std::set<std::string> children;  // sorted: layouts come out alike everywhere
    for (const auto& [name, child] : group.groups()) children.insert(name);
    std::vector<PolicyPtr> sub_policies;
    for (const std::string& name : children) {
      auto it = policies_.find(absl::StrCat(path, "/", name, "/", meta.sub_policy()));
      sub_policies.push_back(it == policies_.end() ? nullptr : it->second);
    }
    return MakeImplicitMetaPolicy(meta, std::move(sub_policies));
  }

  const std::shared_ptr<const MspManager>& msps_;
  PolicyMap policies_;
};

}  // namespace

absl::StatusOr<PolicyMap> CompilePolicies(const ConfigGroup& root,
                                          const std::shared_ptr<const MspManager>& msps) {
  Compiler compiler(msps);
  SUYUAN_RETURN_IF_ERROR(compiler.Compile(root, "/Channel"));
  return compiler.Take();
}

}  // namespace suyuan::channel_internal
