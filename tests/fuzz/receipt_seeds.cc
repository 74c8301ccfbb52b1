#include "network/receipt/testing/test_receipt.h"
#include "tests/fuzz/seeds.h"

namespace suyuan {

const TestReceipt& FuzzReceipt() {
  static const auto* const made = new TestReceipt(MakeTestReceipt(TestChannel()));
  return *made;
}

std::vector<std::string> FuzzSeeds() { return {FuzzReceipt().receipt.SerializeAsString()}; }

}  // namespace suyuan
