// What is known of the lot that an item belongs to: on sale, held, recalled, or past its shelf
// life. Trace alone: it says nothing of whether the item is genuine.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/nonconformity/hold.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct LotFacts {
  std::vector<UnitHold> holds;
  std::string expires_on;  // day, the last one; "" not known
  std::string today;       // in China
};

// "recalled" before "expired" before "held" before "known".
struct LotState {
  std::string state;
  std::string hold;  // that says so, "" none
};
LotState JudgeLot(const LotFacts& facts);

// Of a lot of `product` (GTIN-14). A registered batch's data field "expiresOn" tells the day, or
// its production day and the product's field "shelfLifeDays" do. Today is the transaction's.
absl::StatusOr<LotFacts> LoadLotFacts(ChaincodeStub& stub, const std::string& product,
                                      const std::string& lot);

}  // namespace suyuan
