// Endorsement policies under one channel configuration, by the bytes that define
// them, and the policies of each chaincode's namespace.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"
#include "network/ledger/simulator.h"
#include "network/policy/policy.h"

namespace suyuan {

// Who must endorse writes to one chaincode's namespace.
struct NamespacePolicies {
  PolicyPtr chaincode;
  // Collections of the definition with a policy of their own or, without one, the
  // chaincode's.
  std::map<std::string, PolicyPtr, std::less<>> collections;
};

// Not thread-safe: stage two of validation runs in one thread.
class PolicyBook {
 public:
  explicit PolicyBook(ChannelConfigPtr config);

  const ChannelConfig& config() const { return *config_; }

  // Policies of the chaincode defined at `view`; nullptr when it is not defined.
  // Remembered until ForgetDefinitions().
  //   any error  this node's trouble (the state could not be read)
  absl::StatusOr<const NamespacePolicies*> ForNamespace(const StateView& view,
                                                        absl::string_view name);
  void ForgetDefinitions() { namespaces_.clear(); }

  // The policy for writes to `collection` of `policies`; nullptr when there is no
  // such collection.
  PolicyPtr ForCollection(const NamespacePolicies& policies, absl::string_view collection);

  // A common.SignaturePolicyEnvelope, as key-level policies are. Malformed bytes
  // give a policy that refuses.
  PolicyPtr FromSignaturePolicy(absl::string_view bytes);

 private:
  // A protos.ApplicationPolicy.
  PolicyPtr FromApplicationPolicy(absl::string_view bytes);
  PolicyPtr Lifecycle() const;
  PolicyPtr ImplicitCollection(absl::string_view msp_id) const;

  const ChannelConfigPtr config_;
  absl::flat_hash_map<std::string, PolicyPtr> signature_policies_;
  absl::flat_hash_map<std::string, std::unique_ptr<const NamespacePolicies>> namespaces_;
};

}  // namespace suyuan
