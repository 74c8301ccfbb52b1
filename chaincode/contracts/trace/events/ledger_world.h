// The rules' world over a transaction's stub.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

class LedgerWorld : public World {
 public:
  explicit LedgerWorld(ChaincodeStub* stub) : stub_(*stub) {}
  absl::StatusOr<std::optional<Unit>> FindUnit(const std::string& id) override;
  absl::StatusOr<std::set<std::string>> CarriersOf(const std::string& unit) override;
  absl::StatusOr<bool> IsRegistered(const std::string& gtin) override;
  absl::StatusOr<std::string> MspOfParty(const std::string& party) override;
  absl::StatusOr<bool> MaySupervise() override;
  absl::Status CheckNotHeld(const std::string& unit, Use use) override;
  absl::Status CheckSale(const std::string& gtin, const std::string& msp_id) override;

 private:
  ChaincodeStub& stub_;
  // Asked once each: what a transaction reads is committed state, whatever it has written.
  std::map<std::string, bool> registered_;
  std::map<std::pair<std::string, Use>, absl::Status> not_held_;
  std::map<std::pair<std::string, std::string>, absl::Status> sale_;
};

// Where the MSP id of a party's identifier is kept.
std::string PartyKey(absl::string_view party);

}  // namespace suyuan
