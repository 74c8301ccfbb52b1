#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "network/policy/layouts.h"
#include "network/policy/principal_text.h"
#include "network/policy/verifying_policy.h"

namespace suyuan {
namespace {

using policy_internal::ChooseN;
using policy_internal::Combine;
using policy_internal::Layout;
using policy_internal::VerifyingPolicy;

constexpr int kMaxDepth = 64;
constexpr int kMaxLeaves = 1000;

struct Rule {
  int principal = -1;  // a leaf when >= 0
  int n = 0;
  std::vector<Rule> rules;
};

class Compiler {
 public:
  explicit Compiler(int identities) : identities_(identities) {}

  absl::StatusOr<Rule> Compile(const ::common::SignaturePolicy& policy, int depth) {
    if (depth > kMaxDepth) return Error("rules nest deeper than ", kMaxDepth, " levels");
    switch (policy.Type_case()) {
      case ::common::SignaturePolicy::kSignedBy:
        return Leaf(policy.signed_by());
      case ::common::SignaturePolicy::kNOutOf:
        return Gate(policy.n_out_of(), depth);
      default:
        return Error("a rule is empty");
    }
  }

 private:
  template <typename... Parts>
  static absl::Status Error(const Parts&... parts) {
    return absl::InvalidArgumentError(absl::StrCat("signature policy: ", parts...));
  }

  absl::StatusOr<Rule> Leaf(int index) {
    if (++leaves_ > kMaxLeaves) return Error("more than ", kMaxLeaves, " leaves");
    if (index < 0 || index >= identities_) {
      return Error("signed_by ", index, " is outside of the ", identities_, " identities");
    }
    return Rule{.principal = index};
  }

  absl::StatusOr<Rule> Gate(const ::common::SignaturePolicy::NOutOf& gate, int depth) {
    if (gate.n() < 0) return Error("n is ", gate.n());
    Rule rule{.n = gate.n()};
    rule.rules.reserve(gate.rules_size());
    for (const auto& sub : gate.rules()) {
      SUYUAN_ASSIGN_OR_RETURN(Rule compiled, Compile(sub, depth + 1));
      rule.rules.push_back(std::move(compiled));
    }
    return rule;
  }

  const int identities_;
  int leaves_ = 0;
};

// One evaluation: remembers which identities are consumed, and asks the MSP about
// each pair of principal and identity once.
class Evaluation {
 public:
  Evaluation(const MspManager& msps, const ::common::SignaturePolicyEnvelope& envelope,
             absl::Span<const IdentityPtr> identities)
      : msps_(msps),
        envelope_(envelope),
        identities_(identities),
        answers_(envelope.identities_size() * identities.size(), kUnknown) {}

  bool Satisfied(const Rule& root) {
    std::vector<bool> used(identities_.size(), false);
    return Try(root, &used);
  }

 private:
  enum Answer : char { kUnknown, kFits, kDiffers };

  bool Try(const Rule& rule, std::vector<bool>* used) {
    return rule.principal >= 0 ? TryLeaf(rule.principal, used) : TryGate(rule, used);
  }

  bool TryLeaf(int principal, std::vector<bool>* used) {
    for (size_t i = 0; i < identities_.size(); ++i) {
      if ((*used)[i] || !Fits(principal, i)) continue;
      (*used)[i] = true;
      return true;
    }
    return false;
  }

  // Every rule is tried even after n is reached, and consumes: peers must agree.
  bool TryGate(const Rule& gate, std::vector<bool>* used) {
    int satisfied = 0;
    for (const Rule& rule : gate.rules) {
      std::vector<bool> attempt = *used;
      if (!Try(rule, &attempt)) continue;
      ++satisfied;
      *used = std::move(attempt);
    }
    return satisfied >= gate.n;
  }

  bool Fits(int principal, size_t identity) {
    char& answer = answers_[principal * identities_.size() + identity];
    if (answer == kUnknown) {
      const bool fits =
          msps_.Satisfies(*identities_[identity], envelope_.identities(principal)).ok();
      answer = fits ? kFits : kDiffers;
    }
    return answer == kFits;
  }

  const MspManager& msps_;
  const ::common::SignaturePolicyEnvelope& envelope_;
  const absl::Span<const IdentityPtr> identities_;
  std::vector<char> answers_;
};

class SignaturePolicyImpl : public VerifyingPolicy {
 public:
  SignaturePolicyImpl(::common::SignaturePolicyEnvelope envelope, Rule root,
                      std::shared_ptr<const MspManager> msps)
      : VerifyingPolicy(std::move(msps)), envelope_(std::move(envelope)), root_(std::move(root)) {}

  absl::Status EvaluateIdentities(absl::Span<const IdentityPtr> identities) const override {
    if (Evaluation(*msps(), envelope_, identities).Satisfied(root_)) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrCat("signature set did not satisfy policy ", ToString()));
  }

  std::vector<std::map<std::string, int>> EndorserLayouts(size_t limit) const override {
    return policy_internal::Minimal(Layouts(root_), limit);
  }

  std::string ToString() const override { return Text(root_); }

 private:
  std::vector<Layout> Layouts(const Rule& rule) const {
    if (rule.principal >= 0) {
      const auto msp = policy_internal::EndorsingMsp(envelope_.identities(rule.principal));
      if (!msp) return {};
      return {Layout{{*msp, 1}}};
    }
    std::vector<std::vector<Layout>> rules;
    for (const Rule& sub : rule.rules) rules.push_back(Layouts(sub));
    return ChooseN(rule.n, rules, Combine::kSum);
  }

  std::string Text(const Rule& rule) const {
    if (rule.principal >= 0) {
      return policy_internal::PrincipalText(envelope_.identities(rule.principal));
    }
    std::string out = absl::StrCat("OutOf(", rule.n);
    for (const Rule& sub : rule.rules) absl::StrAppend(&out, ", ", Text(sub));
    return out + ")";
  }

  const ::common::SignaturePolicyEnvelope envelope_;
  const Rule root_;
};

}  // namespace

absl::StatusOr<PolicyPtr> MakeSignaturePolicy(const ::common::SignaturePolicyEnvelope& envelope,
                                              std::shared_ptr<const MspManager> msps) {
  if (envelope.version() != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("signature policy: version ", envelope.version(), " is not known"));
  }
  for (int i = 0; i < envelope.identities_size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(policy_internal::CheckPrincipal(envelope.identities(i)),
                           absl::StrCat("signature policy: identities[", i, "]"));
  }
  SUYUAN_ASSIGN_OR_RETURN(Rule root,
                          Compiler(envelope.identities_size()).Compile(envelope.rule(), 0));
  return PolicyPtr(
      std::make_shared<SignaturePolicyImpl>(envelope, std::move(root), std::move(msps)));
}

}  // namespace suyuan
