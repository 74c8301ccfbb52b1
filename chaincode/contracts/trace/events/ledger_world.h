// The rules' world over a transaction's stub.
#pragma once

#include <string>

#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

class LedgerWorld : public World {
 public:
  explicit LedgerWorld(ChaincodeStub* stub) : stub_(*stub) {}
  absl::StatusOr<std::optional<Unit>> FindUnit(const std::string& id) override;
  absl::StatusOr<bool> IsRegistered(const std::string& gtin) override;
  absl::StatusOr<std::string> MspOfParty(const std::string& party) override;
  absl::Status CheckNotHeld(const std::string& unit, Use use) override;

 private:
  ChaincodeStub& stub_;
  std::map<std::string, bool> registered_;
};

// Where the MSP id of a party's identifier is kept.
std::string PartyKey(absl::string_view party);

}  // namespace suyuan
