#include "absl/strings/str_cat.h"
#include "network/policy/layouts.h"
#include "network/policy/verifying_policy.h"

namespace suyuan {
namespace {

using policy_internal::ChooseN;
using policy_internal::Combine;
using policy_internal::Layout;
using policy_internal::VerifyingPolicy;

int Threshold(::common::ImplicitMetaPolicy::Rule rule, int count) {
  if (count == 0) return 0;
  switch (rule) {
    case ::common::ImplicitMetaPolicy::ANY:
      return 1;
    case ::common::ImplicitMetaPolicy::ALL:
      return count;
    case ::common::ImplicitMetaPolicy::MAJORITY:
      return count / 2 + 1;
    default:
      return count + 1;  // an unknown rule is never satisfied
  }
}

// The sub-groups of one configuration share their MSPs.
std::shared_ptr<const MspManager> MspsOf(const std::vector<PolicyPtr>& policies) {
  for (const PolicyPtr& policy : policies) {
    const auto* verifying = dynamic_cast<const VerifyingPolicy*>(policy.get());
    if (verifying != nullptr && verifying->msps() != nullptr) return verifying->msps();
  }
  return nullptr;
}

class ImplicitMetaPolicyImpl : public VerifyingPolicy {
 public:
  ImplicitMetaPolicyImpl(const ::common::ImplicitMetaPolicy& meta, std::vector<PolicyPtr> policies)
      : VerifyingPolicy(MspsOf(policies)),
        meta_(meta),
        policies_(std::move(policies)),
        threshold_(Threshold(meta.rule(), static_cast<int>(policies_.size()))) {}

  absl::Status EvaluateIdentities(absl::Span<const IdentityPtr> identities) const override {
    int satisfied = 0;
    for (const PolicyPtr& policy : policies_) {
      if (satisfied == threshold_) break;
      if (policy != nullptr && policy->EvaluateIdentities(identities).ok()) ++satisfied;
    }
    if (satisfied >= threshold_) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrCat("implicit policy evaluation failed - ", satisfied,
                     " sub-policies were satisfied, but this policy requires ", threshold_,
                     " of the '", meta_.sub_policy(), "' sub-policies to be satisfied"));
  }

  std::vector<std::map<std::string, int>> EndorserLayouts(size_t limit) const override {
    std::vector<std::vector<Layout>> rules;
    for (const PolicyPtr& policy : policies_) {
      rules.push_back(policy == nullptr ? std::vector<Layout>() : policy->EndorserLayouts(limit));
    }
    return policy_internal::Minimal(ChooseN(threshold_, rules, Combine::kMax), limit);
  }

  std::string ToString() const override {
    return absl::StrCat(::common::ImplicitMetaPolicy::Rule_Name(meta_.rule()), " of ",
                        meta_.sub_policy());
  }

 private:
  const ::common::ImplicitMetaPolicy meta_;
  const std::vector<PolicyPtr> policies_;
  const int threshold_;
};

class RejectPolicy : public Policy {
 public:
  explicit RejectPolicy(absl::string_view reason) : reason_(reason) {}
  absl::Status EvaluateSignedData(absl::Span<const SignedData>) const override { return Refuse(); }
  absl::Status EvaluateIdentities(absl::Span<const IdentityPtr>) const override { return Refuse(); }
  std::vector<std::map<std::string, int>> EndorserLayouts(size_t) const override { return {}; }
  std::string ToString() const override { return absl::StrCat("REJECT (", reason_, ")"); }

 private:
  absl::Status Refuse() const { return absl::PermissionDeniedError(reason_); }
  const std::string reason_;
};

}  // namespace

PolicyPtr MakeImplicitMetaPolicy(const ::common::ImplicitMetaPolicy& meta,
                                 std::vector<PolicyPtr> sub_policies) {
  return std::make_shared<ImplicitMetaPolicyImpl>(meta, std::move(sub_policies));
}

PolicyPtr MakeRejectPolicy(absl::string_view reason) {
  return std::make_shared<RejectPolicy>(reason);
}

}  // namespace suyuan
