#include "network/peer/committer/own_endorsements.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

// Of each part by itself: the same bytes parted elsewhere are another endorser's, who
// did not sign them.
std::string DigestOf(std::initializer_list<absl::string_view> message) {
  std::string digests;
  for (const absl::string_view part : message) digests += Sha256(part);
  return digests;
}

class RememberingSigner final : public SigningIdentity {
 public:
  RememberingSigner(std::shared_ptr<const SigningIdentity> signer,
                    std::shared_ptr<OwnEndorsements> own)
      : signer_(std::move(signer)), own_(std::move(own)) {}

  const std::string& serialized() const override { return signer_->serialized(); }
  const std::string& msp_id() const override { return signer_->msp_id(); }
  absl::StatusOr<std::string> Sign(
      std::initializer_list<absl::string_view> message) const override {
    SUYUAN_ASSIGN_OR_RETURN(std::string signature, signer_->Sign(message));
    own_->Add(message, signature);
    return signature;
  }

 private:
  const std::shared_ptr<const SigningIdentity> signer_;
  const std::shared_ptr<OwnEndorsements> own_;
};

}  // namespace

void OwnEndorsements::Add(std::initializer_list<absl::string_view> message,
                          absl::string_view signature) {
  std::string digest = DigestOf(message);
  absl::MutexLock lock(&mutex_);
  if (!digests_.emplace(signature, std::move(digest)).second) return;
  order_.emplace_back(signature);
  if (order_.size() <= capacity_) return;
  digests_.erase(order_.front());
  order_.pop_front();
}

bool OwnEndorsements::Made(std::initializer_list<absl::string_view> message,
                           absl::string_view signature) const {
  std::string digest;
  {
    absl::MutexLock lock(&mutex_);
    const auto it = digests_.find(signature);
    if (it == digests_.end()) return false;
    digest = it->second;
  }
  return digest == DigestOf(message);
}

std::shared_ptr<const SigningIdentity> RememberSignatures(
    std::shared_ptr<const SigningIdentity> signer, std::shared_ptr<OwnEndorsements> own) {
  return std::make_shared<RememberingSigner>(std::move(signer), std::move(own));
}

}  // namespace suyuan
