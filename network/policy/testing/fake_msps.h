// Identities without certificates: "Org1MSP.peer.alice" is alice, a peer of Org1MSP;
// her signature over anything is "good".
#pragma once

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "network/msp/msp.h"

namespace suyuan {

class FakeIdentity : public Identity {
 public:
  FakeIdentity(std::string serialized, std::string msp_id, std::string role)
      : serialized_(std::move(serialized)), msp_id_(std::move(msp_id)), role_(std::move(role)) {}
  const std::string& role() const { return role_; }
  const std::string& msp_id() const override { return msp_id_; }
  const Certificate& certificate() const override { std::abort(); }
  const std::string& serialized() const override { return serialized_; }
  const std::string& id() const override { return serialized_; }
  absl::Time expires_at() const override { return absl::InfiniteFuture(); }
  absl::Status Verify(std::initializer_list<absl::string_view>,
                      absl::string_view signature) const override {
    return signature == "good" ? absl::OkStatus() : absl::UnauthenticatedError("bad signature");
  }

 private:
  const std::string serialized_, msp_id_, role_;
};

class FakeMsps : public MspManager {
 public:
  absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const override {
    const std::vector<std::string> parts = absl::StrSplit(serialized, '.');
    if (parts.size() != 3) return absl::InvalidArgumentError("malformed identity");
    return IdentityPtr(std::make_shared<FakeIdentity>(std::string(serialized), parts[0], parts[1]));
  }
  absl::Status Validate(const Identity& identity) const override {
    return Role(identity) == "revoked" ? absl::UnauthenticatedError("revoked") : absl::OkStatus();
  }
  absl::Status Satisfies(const Identity& identity,
                         const ::common::MSPPrincipal& principal) const override {
    ::common::MSPRole wanted;
    if (!wanted.ParseFromString(principal.principal())) {
      return absl::InvalidArgumentError("malformed principal");
    }
    const bool fits = identity.msp_id() == wanted.msp_identifier() &&
                      (wanted.role() == ::common::MSPRole::MEMBER ||
                       absl::AsciiStrToUpper(Role(identity)) ==
                           ::common::MSPRole::MSPRoleType_Name(wanted.role()));
    return fits ? absl::OkStatus() : absl::PermissionDeniedError("does not fit");
  }
  const Msp* Find(absl::string_view) const override { return nullptr; }
  const std::vector<std::shared_ptr<const Msp>>& msps() const override { return none_; }

 private:
  static const std::string& Role(const Identity& identity) {
    return static_cast<const FakeIdentity&>(identity).role();
  }
  const std::vector<std::shared_ptr<const Msp>> none_;
};

}  // namespace suyuan
