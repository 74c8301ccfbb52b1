#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/msp/bounded_cache.h"
#include "network/msp/msp.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/identities.pb.h"

namespace suyuan {
namespace {

constexpr size_t kMaxCachedIdentities = 4096;

class ChannelMspManager final : public MspManager {
 public:
  explicit ChannelMspManager(std::vector<std::shared_ptr<const Msp>> msps)
      : msps_(std::move(msps)) {
    for (const auto& msp : msps_) by_id_.emplace(msp->id(), msp.get());
  }

  absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const override {
    if (IdentityPtr known = identities_.Find(serialized)) return known;
    SUYUAN_ASSIGN_OR_RETURN(
        const auto parsed, ParseProto<::msp::SerializedIdentity>(serialized, "SerializedIdentity"));
    const Msp* msp = Find(parsed.mspid());
    if (msp == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("SerializedIdentity.mspid: unknown MSP '", parsed.mspid(), "'"));
    }
    SUYUAN_ASSIGN_OR_RETURN(IdentityPtr identity, msp->Deserialize(serialized));
    identities_.Insert(serialized, identity);
    return identity;
  }

  absl::Status Validate(const Identity& identity) const override {
    const Msp* msp = Find(identity.msp_id());
    if (msp != nullptr) return msp->Validate(identity);
    return absl::UnauthenticatedError(absl::StrCat("unknown MSP '", identity.msp_id(), "'"));
  }

  absl::Status Satisfies(const Identity& identity,
                         const ::common::MSPPrincipal& principal) const override {
    const Msp* msp = Find(identity.msp_id());
    if (msp != nullptr) return msp->Satisfies(identity, principal);
    return absl::PermissionDeniedError(absl::StrCat("unknown MSP '", identity.msp_id(), "'"));
  }

  const Msp* Find(absl::string_view msp_id) const override {
    const auto it = by_id_.find(msp_id);
    return it == by_id_.end() ? nullptr : it->second;
  }

  const std::vector<std::shared_ptr<const Msp>>& msps() const override { return msps_; }

 private:
  const std::vector<std::shared_ptr<const Msp>> msps_;
  absl::flat_hash_map<std::string, const Msp*> by_id_;
  mutable BoundedCache<IdentityPtr> identities_{kMaxCachedIdentities};
};

}  // namespace

absl::StatusOr<std::shared_ptr<const MspManager>> MspManager::Create(
    std::vector<std::shared_ptr<const Msp>> msps) {
  std::sort(msps.begin(), msps.end(),
            [](const auto& a, const auto& b) { return a->id() < b->id(); });
  for (size_t i = 1; i < msps.size(); ++i) {
    if (msps[i]->id() == msps[i - 1]->id()) {
      return absl::InvalidArgumentError(absl::StrCat("two MSPs of one id '", msps[i]->id(), "'"));
    }
  }
  return std::make_shared<const ChannelMspManager>(std::move(msps));
}

}  // namespace suyuan
