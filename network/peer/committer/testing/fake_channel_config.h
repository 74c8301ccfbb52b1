// A channel configuration whose identities and policies are as plain as their names:
// the identity "Org1MSP/x" is a member of Org1MSP, signs by the text "good", and the
// policy "/needs/Org1MSP,Org2MSP" wants one of each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/channel/channel_config.h"
#include "network/common/check.h"

namespace suyuan {

class FakeIdentity final : public Identity {
 public:
  explicit FakeIdentity(std::string name)
      : name_(std::move(name)), msp_id_(name_.substr(0, name_.find('/'))) {}
  const std::string& msp_id() const override { return msp_id_; }
  const Certificate& certificate() const override {
    SUYUAN_CHECK(false);
    __builtin_unreachable();
  }
  const std::string& serialized() const override { return name_; }
  const std::string& id() const override { return name_; }
  absl::Time expires_at() const override { return absl::InfiniteFuture(); }
  absl::Status Verify(std::initializer_list<absl::string_view>,
                      absl::string_view signature) const override {
    return signature == "good" ? absl::OkStatus() : absl::UnauthenticatedError("bad signature");
  }

 private:
  const std::string name_, msp_id_;
};

class FakeMspManager final : public MspManager {
 public:
  absl::StatusOr<IdentityPtr> Deserialize(absl::string_view serialized) const override {
    if (!absl::StrContains(serialized, "MSP/")) return absl::InvalidArgumentError("unknown");
    return std::make_shared<FakeIdentity>(std::string(serialized));
  }
  absl::Status Validate(const Identity&) const override { return absl::OkStatus(); }
  absl::Status Satisfies(const Identity& identity,
                         const ::common::MSPPrincipal& principal) const override {
    ::common::MSPRole role;
    role.ParseFromString(principal.principal());
    return role.msp_identifier() == identity.msp_id() ? absl::OkStatus()
                                                      : absl::PermissionDeniedError("other MSP");
  }
  const Msp* Find(absl::string_view) const override { return nullptr; }
  const std::vector<std::shared_ptr<const Msp>>& msps() const override { return msps_; }

 private:
  const std::vector<std::shared_ptr<const Msp>> msps_;
};

class FakePolicy final : public Policy {
 public:
  explicit FakePolicy(std::vector<std::string> needed) : needed_(std::move(needed)) {}
  absl::Status EvaluateSignedData(absl::Span<const SignedData>) const override {
    return absl::UnimplementedError("fake");
  }
  absl::Status EvaluateIdentities(absl::Span<const IdentityPtr> identities) const override {
    for (const std::string& msp : needed_) {
      bool found = false;
      for (const IdentityPtr& identity : identities) found |= identity->msp_id() == msp;
      if (!found) return absl::PermissionDeniedError(msp);
    }
    return absl::OkStatus();
  }
  std::vector<std::map<std::string, int>> EndorserLayouts(size_t) const override { return {}; }
  std::string ToString() const override { return "fake"; }

 private:
  const std::vector<std::string> needed_;
};

// Application organisations org1 and org2 (Org1MSP, Org2MSP).
class FakeChannelConfig final : public ChannelConfig {
 public:
  FakeChannelConfig() {
    for (const char* n : {"1", "2"}) {
      const std::string name = absl::StrCat("org", n);
      application_.organizations[name] = {.name = name, .msp_id = absl::StrCat("Org", n, "MSP")};
    }
  }
  const std::string& channel_id() const override { return id_; }
  uint64_t sequence() const override { return 0; }
  const ::common::Config& proto() const override { return proto_; }
  const std::shared_ptr<const MspManager>& msps() const override { return msps_; }
  const OrdererConfig* orderer() const override { return nullptr; }
  const ApplicationConfig* application() const override { return &application_; }
  const std::vector<std::string>& orderer_addresses() const override { return addresses_; }
  PolicyPtr GetPolicy(absl::string_view path) const override {
    if (path == "/Channel/Application/LifecycleEndorsement") {
      return std::make_shared<FakePolicy>(std::vector<std::string>{"Org1MSP", "Org2MSP"});
    }
    constexpr absl::string_view kNeeds = "/needs/";
    if (!absl::StartsWith(path, kNeeds)) return MakeRejectPolicy("not defined");
    return std::make_shared<FakePolicy>(
        std::vector<std::string>(absl::StrSplit(path.substr(kNeeds.size()), ',')));
  }
  bool HasPolicy(absl::string_view path) const override {
    return path == "/Channel/Application/LifecycleEndorsement";
  }
  PolicyPtr GetAclPolicy(absl::string_view) const override { return MakeRejectPolicy("fake"); }
  bool HasCapability(absl::string_view, absl::string_view) const override { return true; }
  absl::StatusOr<::common::Config> ProposeUpdate(absl::string_view) const override {
    return absl::UnimplementedError("fake");
  }
  absl::StatusOr<std::shared_ptr<const ChannelConfig>> ValidateConfigEnvelope(
      const ::common::ConfigEnvelope&) const override {
    return absl::UnimplementedError("fake");
  }

 private:
  const std::string id_ = "trace";
  const ::common::Config proto_;
  const std::shared_ptr<const MspManager> msps_ = std::make_shared<FakeMspManager>();
  const std::vector<std::string> addresses_;
  ApplicationConfig application_;
};

}  // namespace suyuan
