// A chaincode outside the tree: keeps a greeting per name.
#include <chaincode/shim/chaincode.h>
#include <chaincode/shim/module.h>

namespace {

class Greeting final : public suyuan::Chaincode {
 public:
  suyuan::ChaincodeResponse Invoke(suyuan::ChaincodeStub& stub) override {
    const auto arguments = stub.GetArgs();
    if (arguments.size() == 3 && arguments[0] == "Set") {
      const absl::Status put = stub.PutState(arguments[1], arguments[2]);
      if (!put.ok()) return suyuan::ChaincodeResponse::Error(put.message());
      return suyuan::ChaincodeResponse::Success();
    }
    return suyuan::ChaincodeResponse::Error("expected Set NAME TEXT");
  }
};

std::unique_ptr<suyuan::Chaincode> MakeGreeting() { return std::make_unique<Greeting>(); }

}  // namespace

SUYUAN_CHAINCODE_MODULE("greeting", "1.0", MakeGreeting);
