#include "chaincode/contracts/trace/batch_lineage.h"

#include <deque>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kForward[] = "out";
constexpr char kBackward[] = "in";
constexpr char kLotShipment[] = "lot-shipment";
constexpr size_t kMaxNodes = 100'000;

std::string TransformationKey(absl::string_view id) { return absl::StrCat("transformation/", id); }
std::string ShipmentKey(absl::string_view id) { return absl::StrCat("shipment/", id); }

absl::StatusOr<Lot> LoadLot(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("lot", id));
  SUYUAN_ASSIGN_OR_RETURN(const auto json, NeedRecord(stub, LotKey(id), "lot", id));
  return LotFromJson(json);
}

absl::Status SaveLot(ChaincodeStub& stub, const Lot& lot) {
  return PutRecord(stub, LotKey(lot.id), lot);
}

absl::Status AddEdges(ChaincodeStub& stub, const std::string& id, const Transformation& t) {
  for (const LotUse& input : t.inputs) {
    for (const LotOutput& output : t.outputs) {
      const nlohmann::json edge{{"from", input.lot},
                                {"to", output.lot.id},
                                {"transformation", id},
                                {"quantity", input.quantity}};
      SUYUAN_RETURN_IF_ERROR(Append(stub, kForward, {input.lot, id, output.lot.id}, edge));
      SUYUAN_RETURN_IF_ERROR(Append(stub, kBackward, {output.lot.id, id, input.lot}, edge));
    }
  }
  return absl::OkStatus();
}

// Breadth first over edges of `directions`.
class Tracer {
 public:
  Tracer(ChaincodeStub* stub, std::vector<std::string> directions)
      : stub_(*stub), directions_(std::move(directions)) {}

  absl::StatusOr<nlohmann::json> Run(const std::string& root) {
    SUYUAN_RETURN_IF_ERROR(LoadLot(stub_, root).status());
    Meet(root);
    while (!todo_.empty()) {
      const std::string lot = std::move(todo_.front());
      todo_.pop_front();
      for (const std::string& direction : directions_) {
        SUYUAN_RETURN_IF_ERROR(Follow(lot, direction));
      }
      if (seen_.size() > kMaxNodes) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the trace of lot ", root, " has over ", kMaxNodes, " nodes"));
      }
    }
    return Result(root);
  }

 private:
  void Meet(const std::string& lot) {
    if (seen_.insert(lot).second) todo_.push_back(lot);
  }
  absl::Status Follow(const std::string& lot, const std::string& direction) {
    SUYUAN_ASSIGN_OR_RETURN(const auto edges, ListRecords(stub_, direction, {lot}));
    for (const auto& edge : edges) {
      const std::string from = edge.value("from", ""), to = edge.value("to", "");
      edges_[{from, to, edge.value("transformation", "")}] = edge;
      Meet(from == lot ? to : from);
    }
    return absl::OkStatus();
  }
  absl::StatusOr<nlohmann::json> Result(const std::string& root) {
    nlohmann::json nodes = nlohmann::json::array(), edges = nlohmann::json::array();
    for (const std::string& id : seen_) {
      SUYUAN_ASSIGN_OR_RETURN(nlohmann::json node, NeedRecord(stub_, LotKey(id), "lot", id));
      SUYUAN_ASSIGN_OR_RETURN(node["shipments"], ListRecords(stub_, kLotShipment, {id}));
      nodes.push_back(std::move(node));
    }
    for (auto& [key, edge] : edges_) edges.push_back(std::move(edge));
    return nlohmann::json{{"root", root}, {"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
  }

  ChaincodeStub& stub_;
  const std::vector<std::string> directions_;
  std::set<std::string> seen_;
  std::deque<std::string> todo_;
  std::map<std::tuple<std::string, std::string, std::string>, nlohmann::json> edges_;
};

}  // namespace

std::string LotKey(absl::string_view id) { return absl::StrCat("lot/", id); }

BatchLineage::BatchLineage() : Contract("BatchLineage") {
  Submit("CreateLot", {"lot", "product", "name", "quantity", "unit"}, &BatchLineage::CreateLot);
  Submit("Transform", {"id", "inputs", "outputs", "loss"}, &BatchLineage::Transform);
  Submit("Ship", {"shipment", "lots", "to"}, &BatchLineage::Ship);
  Submit("Receive", {"shipment"}, &BatchLineage::Receive);
  Evaluate("GetLot", {"lot"}, &BatchLineage::GetLot);
  Evaluate("TraceBackward", {"lot"}, &BatchLineage::TraceBackward);
  Evaluate("TraceForward", {"lot"}, &BatchLineage::TraceForward);
  Evaluate("TraceConnected", {"lot"}, &BatchLineage::TraceConnected);
}

absl::Status BatchLineage::CreateLot(TransactionContext& tx, const std::string& id,
                                     const std::string& product, const std::string& name,
                                     int64_t quantity, const std::string& unit) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("name", name));
  SUYUAN_RETURN_IF_ERROR(CheckId("lot", id));
  SUYUAN_RETURN_IF_ERROR(CheckId("unit", unit));
  if (quantity < 1) return internal::ArgumentError("quantity", "must be above 0");
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  Lot lot{id, "", name, unit, quantity, quantity, msp, ""};
  if (!product.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const Product known, NeedApprovedProduct(tx.stub(), product));
    lot.product = known.gtin;
  }
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), LotKey(id), "lot", id));
  SUYUAN_RETURN_IF_ERROR(SaveLot(tx.stub(), lot));
  return Announce(tx.stub(), "CreateLot", lot);
}

absl::Status BatchLineage::Transform(TransactionContext& tx, const std::string& id,
                                     const JsonArray& inputs, const JsonArray& outputs,
                                     const JsonObject& loss) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("id", id));
  SUYUAN_ASSIGN_OR_RETURN(Transformation t,
                          ParseTransformation(inputs.value, outputs.value, loss.value));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), TransformationKey(id), "transformation", id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  std::map<std::string, std::string> units;
  for (const LotUse& input : t.inputs) {
    SUYUAN_ASSIGN_OR_RETURN(Lot lot, LoadLot(tx.stub(), input.lot));
    SUYUAN_RETURN_IF_ERROR(Consume(&lot, input.quantity, msp));
    SUYUAN_RETURN_IF_ERROR(CheckNotHeld(tx.stub(), lot.id, Use::kUse, lot.product));
    units[lot.id] = lot.unit;
    SUYUAN_RETURN_IF_ERROR(SaveLot(tx.stub(), lot));
  }
  SUYUAN_RETURN_IF_ERROR(CheckBalance(t, units));
  for (LotOutput& output : t.outputs) {
    output.lot.owner = msp;
    SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), LotKey(output.lot.id), "lot", output.lot.id));
    SUYUAN_RETURN_IF_ERROR(SaveLot(tx.stub(), output.lot));
  }
  SUYUAN_RETURN_IF_ERROR(AddEdges(tx.stub(), id, t));
  const nlohmann::json record{{"transformation", id},
                              {"owner", msp},
                              {"inputs", inputs.value},
                              {"outputs", outputs.value},
                              {"loss", loss.value}};
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), TransformationKey(id), record));
  return Announce(tx.stub(), "Transform", record);
}

absl::Status BatchLineage::Ship(TransactionContext& tx, const std::string& shipment,
                                const JsonArray& lots, const std::string& to) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("shipment", shipment));
  SUYUAN_RETURN_IF_ERROR(CheckId("to", to));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  if (to == msp) return internal::ArgumentError("to", "is the sender");
  if (lots.value.empty() || lots.value.size() > 1000) {
    return internal::ArgumentError("lots", "not 1 to 1000 lots");
  }
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), ShipmentKey(shipment), "shipment", shipment));
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(tx.stub()));
  std::set<std::string> seen;
  for (const auto& element : lots.value) {
    if (!element.is_string()) return internal::ArgumentError("lots", "an element is not a text");
    if (!seen.insert(element).second) {
      return internal::ArgumentError("lots", absl::StrCat(std::string(element), " is named twice"));
    }
    SUYUAN_ASSIGN_OR_RETURN(Lot lot, LoadLot(tx.stub(), element));
    SUYUAN_RETURN_IF_ERROR(Consume(&lot, 0, msp));
    SUYUAN_RETURN_IF_ERROR(CheckNotHeld(tx.stub(), lot.id, Use::kShip, lot.product));
    lot.in_transit = to;
    SUYUAN_RETURN_IF_ERROR(SaveLot(tx.stub(), lot));
    SUYUAN_RETURN_IF_ERROR(
        Append(tx.stub(), kLotShipment, {lot.id, shipment},
               {{"shipment", shipment}, {"from", msp}, {"to", to}, {"shippedAt", time}}));
  }
  const nlohmann::json record{{"shipment", shipment}, {"from", msp},       {"to", to},
                              {"lots", lots.value},   {"shippedAt", time}, {"receivedAt", ""}};
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), ShipmentKey(shipment), record));
  return Announce(tx.stub(), "Ship", record);
}

absl::Status BatchLineage::Receive(TransactionContext& tx, const std::string& shipment) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("shipment", shipment));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record,
                          NeedRecord(tx.stub(), ShipmentKey(shipment), "shipment", shipment));
  const std::string to = record.value("to", "");
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, to, "receive this shipment"));
  if (record.value("receivedAt", "") != "") {
    return absl::FailedPreconditionError(
        absl::StrCat("shipment ", shipment, " has been received already"));
  }
  SUYUAN_ASSIGN_OR_RETURN(record["receivedAt"], TransactionTime(tx.stub()));
  for (const auto& id : record["lots"]) {
    SUYUAN_ASSIGN_OR_RETURN(Lot lot, LoadLot(tx.stub(), id));
    lot.owner = to;
    lot.in_transit.clear();
    SUYUAN_RETURN_IF_ERROR(SaveLot(tx.stub(), lot));
    SUYUAN_RETURN_IF_ERROR(Append(tx.stub(), kLotShipment, {lot.id, shipment},
                                  {{"shipment", shipment},
                                   {"from", record["from"]},
                                   {"to", to},
                                   {"shippedAt", record["shippedAt"]},
                                   {"receivedAt", record["receivedAt"]}}));
  }
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), ShipmentKey(shipment), record));
  return Announce(tx.stub(), "Receive", record);
}

absl::StatusOr<nlohmann::json> BatchLineage::GetLot(TransactionContext& tx,
                                                    const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Lot lot, LoadLot(tx.stub(), id));
  return nlohmann::json(lot);
}

absl::StatusOr<nlohmann::json> BatchLineage::TraceBackward(TransactionContext& tx,
                                                           const std::string& lot) const {
  return Tracer(&tx.stub(), {kBackward}).Run(lot);
}

absl::StatusOr<nlohmann::json> BatchLineage::TraceForward(TransactionContext& tx,
                                                          const std::string& lot) const {
  return Tracer(&tx.stub(), {kForward}).Run(lot);
}

absl::StatusOr<nlohmann::json> BatchLineage::TraceConnected(TransactionContext& tx,
                                                            const std::string& lot) const {
  return Tracer(&tx.stub(), {kBackward, kForward}).Run(lot);
}

}  // namespace suyuan
