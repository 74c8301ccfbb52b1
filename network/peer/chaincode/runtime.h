// What a chaincode call is, and who can run one.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/peer/chaincode/definition.h"
#include "network/peer/chaincode/peer_channel.h"
#include "protos/common/policies.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/collection.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

class TransactionContext;

// Parsed collections of a definition, by name.
using Collections = std::map<std::string, ::protos::StaticCollectionConfig, std::less<>>;

// What all calls of one transaction share. One thread at a time uses it: a caller
// waits for its callee.
struct Transaction {
  std::string tx_id;
  PeerChannel* channel = nullptr;
  std::shared_ptr<PeerChannel> channel_owner;
  std::shared_ptr<const ::protos::SignedProposal> proposal;  // transient data included
  IdentityPtr creator;
  std::unique_ptr<Simulator> simulator;
  absl::Time deadline;
  // True on another channel than the proposal's: writes are dropped.
  bool read_only = false;
  // Names of the chaincodes of this channel called so far, in order of first call.
  std::vector<std::string> called;
};

// One call of one chaincode within a transaction.
struct ChaincodeCall {
  std::shared_ptr<Transaction> transaction;
  ::protos::ChaincodeInput input;
  // The chain of calls that led here, this one excluded: "channel/name".
  std::vector<std::string> callers;
};

struct ChaincodeResult {
  ::protos::Response response;
  ::protos::ChaincodeEvent event;  // event_name empty: none
};
using ExecuteDone = absl::AnyInvocable<void(absl::StatusOr<ChaincodeResult>)>;

// One kind of running chaincode. Thread-safe.
class ChaincodeRuntime {
 public:
  virtual ~ChaincodeRuntime() = default;
  // Runs one call, answering its requests by `context`, then `done` once. May block
  // until then.
  virtual void Execute(std::shared_ptr<TransactionContext> context,
                       const ::protos::ChaincodeInput& input, ExecuteDone done) = 0;
};

}  // namespace suyuan
