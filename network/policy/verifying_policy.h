// What this room's policies have in common: signatures are verified once, whatever
// the depth of the policy.
#pragma once

#include <memory>
#include <string>

#include "network/policy/policy.h"

namespace suyuan::policy_internal {

class VerifyingPolicy : public Policy {
 public:
  // The MSPs that judge signers; nullptr when there is nothing to judge.
  explicit VerifyingPolicy(std::shared_ptr<const MspManager> msps) : msps_(std::move(msps)) {}

  absl::Status EvaluateSignedData(absl::Span<const SignedData> set) const override {
    if (msps_ == nullptr) return EvaluateIdentities({});
    return EvaluateIdentities(VerifiedIdentities(*msps_, set));
  }

  const std::shared_ptr<const MspManager>& msps() const { return msps_; }

 private:
  const std::shared_ptr<const MspManager> msps_;
};

}  // namespace suyuan::policy_internal
