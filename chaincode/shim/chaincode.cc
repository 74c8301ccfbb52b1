#include "chaincode/shim/chaincode.h"

#include <utility>

namespace suyuan {

ChaincodeResponse ChaincodeResponse::Success(std::string payload) {
  return {kOk, "", std::move(payload)};
}

ChaincodeResponse ChaincodeResponse::Error(absl::string_view message) {
  return {kError, std::string(message), ""};
}

ChaincodeResponse Chaincode::Init(ChaincodeStub& stub) { return ChaincodeResponse::Success(); }

}  // namespace suyuan
