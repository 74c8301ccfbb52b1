// Are these signers enough? Signature policies and implicit meta policies, as
// channel configurations and chaincode definitions hold them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "network/msp/msp.h"
#include "protos/common/policies.pb.h"

namespace suyuan {

// Bytes, who is said to have signed them, and the signature. Views: the owner
// keeps them alive during the call.
struct SignedData {
  std::vector<absl::string_view> data;  // parts, signed as one concatenation
  absl::string_view identity;           // msp.SerializedIdentity
  absl::string_view signature;
};

// Immutable, thread-safe.
class Policy {
 public:
  virtual ~Policy() = default;

  // Drops identities that are unknown, invalid or whose signature does not verify,
  // and doubles of one identity, then asks EvaluateIdentities().
  //   kPermissionDenied  not enough; the message names the policy's rule
  virtual absl::Status EvaluateSignedData(absl::Span<const SignedData> set) const = 0;

  // The same over identities whose signatures are already known to be good (each
  // valid, in order, without doubles).
  virtual absl::Status EvaluateIdentities(absl::Span<const IdentityPtr> identities) const = 0;

  // For choosing endorsers: each element is a set of MSP ids with how many
  // distinct peers of it are needed, enough to satisfy the policy; minimal sets
  // only, smallest first, at most `limit`. Roles other than peer-like ones (PEER,
  // MEMBER) yield nothing.
  virtual std::vector<std::map<std::string, int>> EndorserLayouts(size_t limit) const = 0;

  // "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer')", or "MAJORITY of Endorsement".
  virtual std::string ToString() const = 0;
};
using PolicyPtr = std::shared_ptr<const Policy>;

// Drops from `set` what does not verify and doubles, as EvaluateSignedData() does.
std::vector<IdentityPtr> VerifiedIdentities(const MspManager& msps,
                                            absl::Span<const SignedData> set);

// `envelope` over the MSPs of `msps` (kept alive by the policy).
//   kInvalidArgument  a rule points outside the identities, n is negative, nesting
//                     over 64 levels, more than 1,000 leaves, malformed principal
absl::StatusOr<PolicyPtr> MakeSignaturePolicy(const ::common::SignaturePolicyEnvelope& envelope,
                                              std::shared_ptr<const MspManager> msps);

// `threshold` of `sub_policies` (null entries count as never satisfied); none at
// all is satisfied.
PolicyPtr MakeImplicitMetaPolicy(const ::common::ImplicitMetaPolicy& meta,
                                 std::vector<PolicyPtr> sub_policies);

// Refuses always; for a policy that a config names but does not define.
PolicyPtr MakeRejectPolicy(absl::string_view reason);

// Fabric's policy language: AND('Org1MSP.peer', OR('Org2MSP.admin', 'Org3MSP.member')),
// OutOf(2, ...). Roles: member, admin, client, peer, orderer.
//   kInvalidArgument  names the position
absl::StatusOr<::common::SignaturePolicyEnvelope> ParsePolicy(absl::string_view text);

// Any one member / any one admin of the organisation(s), etc.
::common::SignaturePolicyEnvelope AnyOf(absl::Span<const std::string> msp_ids,
                                        ::common::MSPRole::MSPRoleType role);

}  // namespace suyuan
