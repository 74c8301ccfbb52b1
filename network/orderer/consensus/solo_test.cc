#include "network/orderer/consensus/solo.h"

#include <catch2/catch.hpp>

#include "network/orderer/consensus/testing/consenter_contract.h"

namespace suyuan {
namespace {

// The log is what the receiver keeps: there is nothing else to reopen.
class SoloPlace final : public ConsenterPlace {
 public:
  std::unique_ptr<Consenter> Open(Consenter::Deliver deliver) override {
    return MakeSoloConsenter(std::move(deliver));
  }
};

TEST_CASE("One orderer alone keeps the consenter's contract", "[consensus]") {
  TestConsenterContract([] { return std::make_unique<SoloPlace>(); });
}

}  // namespace
}  // namespace suyuan
