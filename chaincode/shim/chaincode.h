// What a chaincode is to the peer: two entry points over a stub.
//
// Most authors do not implement Chaincode but write contracts (contract.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "chaincode/shim/stub.h"

namespace suyuan {

// The answer to a client. 200 is success; from 400 on the transaction is not
// endorsed and `message` says why.
struct ChaincodeResponse {
  static constexpr int32_t kOk = 200;
  static constexpr int32_t kErrorThreshold = 400;
  static constexpr int32_t kError = 500;

  int32_t status = kOk;
  std::string message;
  std::string payload;

  bool ok() const { return status < kErrorThreshold; }
  static ChaincodeResponse Success(std::string payload = "");
  static ChaincodeResponse Error(absl::string_view message);
};

// Thread-safe: transactions run side by side, each with its own stub. The result
// depends on the stub alone: no clock, no random numbers, no unordered iteration,
// no memory of earlier transactions. An exception becomes a 500 response.
class Chaincode {
 public:
  virtual ~Chaincode() = default;
  // The call that a definition with init_required asks for. Success by default.
  virtual ChaincodeResponse Init(ChaincodeStub& stub);
  virtual ChaincodeResponse Invoke(ChaincodeStub& stub) = 0;
};

}  // namespace suyuan
