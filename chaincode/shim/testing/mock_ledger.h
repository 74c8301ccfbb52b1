// A ledger and its peer in memory, for contract tests:
//
//   MockLedger ledger;
//   auto result = ledger.Submit(*chaincode, {.args = {"CreateAsset", "a1", ...}});
//   CHECK(result.response.payload == ...);
//
// or with a stub of one's own:
//
//   MockStub mock(&ledger, {.args = {"f"}});
//   mock.stub().PutState("k", "v");
//   mock.Commit();
//
// Keeps Fabric's read rules: reads see committed state, not own writes; Commit()
// applies. Conflicts are checked as peers do for single keys (not for ranges).
// Requests pass through the real stub and its messages. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "chaincode/shim/chaincode.h"
#include "chaincode/shim/transaction_stub.h"

namespace suyuan::testing {

// A proposal to make up.
struct MockCall {
  std::vector<std::string> args;
  std::map<std::string, std::string> transient;
  std::string msp_id = "ProducerMSP";
  std::string certificate_pem;  // of the creator; nothing that parses by default
  absl::Time timestamp;         // default: 2026-01-01 plus the transaction's number in seconds
  bool is_init = false;
};

struct MockResult {
  ChaincodeResponse response;
  std::string tx_id;
  std::string event_name;
  std::string event_payload;
  bool committed = false;  // response OK and no read was stale
};

class MockLedger {
 public:
  MockLedger();
  ~MockLedger();

  // Runs and, when the response is OK, commits.
  MockResult Submit(Chaincode& chaincode, MockCall call);
  // Runs only.
  MockResult Evaluate(Chaincode& chaincode, MockCall call);

  // Makes `chaincode` callable by InvokeChaincode. It must outlive the ledger.
  void AddChaincode(const std::string& name, Chaincode* chaincode);

  // Committed public state.
  const std::map<std::string, std::string>& state() const;
  // Committed private state by (collection, key).
  const std::map<std::pair<std::string, std::string>, std::string>& private_state() const;
  // Every request that carried a write or read, as text "TYPE key", of the last
  // transaction that ran.
  const std::vector<std::string>& last_requests() const;
  // Makes peers announce these in READY.
  void set_limits(BatchLimits limits);

 private:
  friend class MockStub;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One simulated transaction.
class MockStub {
 public:
  MockStub(MockLedger* ledger, MockCall call);
  ~MockStub();
  TransactionStub& stub();
  // For RunTransaction() in tests of the shim.
  ChaincodeTransport* transport();
  const std::string& tx_id() const;
  // Applies the writes. False, and nothing applied, when a key that was read has
  // changed since (MVCC_READ_CONFLICT).
  bool Commit();

 private:
  friend class MockLedger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::testing
