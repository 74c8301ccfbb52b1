// Chaincode that is part of the peer: _lifecycle, qscc, cscc.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "network/msp/msp.h"
#include "network/peer/chaincode/peer_channel.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

class ChaincodeHost;

// One call. Views live as long as the call.
struct SystemCall {
  std::vector<std::string> args;   // args[0] is the function
  PeerChannel* channel = nullptr;  // null: the proposal names no channel
  const ::protos::SignedProposal* proposal = nullptr;
  IdentityPtr creator;             // its signature has been checked
  Simulator* simulator = nullptr;  // null for qscc, cscc and without a channel
  bool from_chaincode = false;     // called by another chaincode
};

// Thread-safe.
class SystemChaincode {
 public:
  virtual ~SystemChaincode() = default;
  // True when a call on a channel gets a simulator and its result is recorded.
  virtual bool simulates() const = 0;
  virtual ::protos::Response Invoke(const SystemCall& call) = 0;
};

// Everything outlives them.
struct SystemChaincodeDeps {
  PeerChannels* channels = nullptr;
  std::shared_ptr<const Msp> local_msp;
  ChaincodeHost* chaincodes = nullptr;
};

// By name. Immutable, thread-safe.
class SystemChaincodes {
 public:
  explicit SystemChaincodes(const SystemChaincodeDeps& deps);
  // nullptr when `name` is not one of them.
  SystemChaincode* Find(absl::string_view name) const;

 private:
  std::map<std::string, std::unique_ptr<SystemChaincode>, std::less<>> by_name_;
};

}  // namespace suyuan
