// UnitGraph over the events in the ledger.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chaincode/contracts/trace/events/ledger_world.h"
#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/contracts/trace/nonconformity/unit_graph.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// Of a forward trace: the root, what was made of it, items of its lots, and what is inside of such
// a unit. Not what carried one: others ride there too.
std::set<std::string> MadeOf(const epcis::Trace& trace);

class LedgerGraph final : public UnitGraph {
 public:
  // `stub` must outlive this.
  explicit LedgerGraph(ChaincodeStub* stub) : stub_(*stub), world_(stub), book_(&world_) {}

  // Everything at once, so that descendants are not traced again.
  absl::StatusOr<std::vector<std::string>> Next(const std::string& unit) override;
  absl::StatusOr<std::vector<std::string>> Previous(const std::string& unit) override;
  // Empty facts for what is not known.
  absl::StatusOr<UnitFacts> Facts(const std::string& unit) override;

 private:
  absl::StatusOr<std::vector<std::string>> Step(const std::string& unit,
                                                epcis::Direction direction);

  ChaincodeStub& stub_;
  LedgerWorld world_;
  UnitBook book_;  // of what Facts() read, each unit once
  std::set<std::string> traced_forward_, traced_backward_;
};

}  // namespace suyuan
