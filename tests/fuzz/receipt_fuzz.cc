// Receipts as anybody may hand them in, judged by a channel's genesis block.
#include <cstddef>
#include <cstdint>

#include "network/receipt/receipt.h"
#include "network/receipt/testing/test_receipt.h"

namespace suyuan {
const TestReceipt& FuzzReceipt();  // receipt_seeds.cc
}  // namespace suyuan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view receipt(reinterpret_cast<const char*>(data), size);
  suyuan::VerifyReceipt(receipt, suyuan::FuzzReceipt().genesis).status().IgnoreError();
  return 0;
}
