// The stub over a transport, and a whole transaction over it: what every way of
// running a chaincode shares.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/chaincode.h"
#include "chaincode/shim/transport.h"

namespace suyuan {

struct TransactionInput {
  std::string tx_id;
  std::string channel_id;
  std::string input;            // protos.ChaincodeInput
  std::string signed_proposal;  // protos.SignedProposal; empty when there is none
  bool is_init = false;
};

// Serialised messages, as the peer wants them.
struct TransactionOutput {
  std::string response;  // protos.Response
  std::string event;     // protos.ChaincodeEvent; empty when none was set
};

// The event that SetEvent() left.
struct ChaincodeEventData {
  std::string name;
  std::string payload;
};

// What the runner of a transaction sees beyond ChaincodeStub.
class TransactionStub : public ChaincodeStub {
 public:
  // `transport` must outlive the stub.
  //   kInvalidArgument  `input.input` is malformed
  static absl::StatusOr<std::unique_ptr<TransactionStub>> Make(TransactionInput input,
                                                               ChaincodeTransport* transport);
  virtual const std::optional<ChaincodeEventData>& event() const = 0;
};

// Runs one transaction to its end; never throws. An exception of the chaincode, or
// a batch of writes that the peer refuses, becomes a 500 response.
TransactionOutput RunTransaction(Chaincode& chaincode, TransactionInput input,
                                 ChaincodeTransport* transport);

}  // namespace suyuan
