#include "chaincode/contracts/trace/anti_diversion.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/gs1/region_code.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kHolder[] = "holder";
constexpr char kAlert[] = "alert";
constexpr size_t kMaxRegions = 400;
constexpr int kMaxDepth = 20;

std::string DealerKey(absl::string_view dealer) { return absl::StrCat("dealer/", dealer); }

absl::StatusOr<nlohmann::json> LoadDealer(ChaincodeStub& stub, const std::string& dealer) {
  SUYUAN_RETURN_IF_ERROR(CheckId("dealer", dealer));
  return NeedRecord(stub, DealerKey(dealer), "dealer", dealer);
}

absl::StatusOr<std::vector<std::string>> ParseRegions(const nlohmann::json& json) {
  if (json.empty() || json.size() > kMaxRegions) {
    return internal::ArgumentError("regions", absl::StrCat("not 1 to ", kMaxRegions));
  }
  std::set<std::string> regions;
  for (const auto& element : json) {
    if (!element.is_string()) return internal::ArgumentError("regions", "an element is not a text");
    SUYUAN_ASSIGN_OR_RETURN(const std::string region,
                            gs1::CanonicalRegion(element.get<std::string>()), "argument 'regions'");
    regions.insert(region);
  }
  return std::vector<std::string>(regions.begin(), regions.end());
}

std::vector<std::string> RegionsOf(const nlohmann::json& record) {
  return record.value("regions", std::vector<std::string>());
}

// The parent may sell wherever the dealer does, and is not below it.
absl::Status CheckParent(ChaincodeStub& stub, const std::string& dealer, const std::string& parent,
                         const std::vector<std::string>& regions) {
  std::string above = parent;
  for (int depth = 0; !above.empty(); ++depth) {
    if (above == dealer) return internal::ArgumentError("parent", "is below the dealer");
    if (depth == kMaxDepth) {
      return internal::ArgumentError("parent", absl::StrCat("is deeper than ", kMaxDepth));
    }
    SUYUAN_ASSIGN_OR_RETURN(const auto record, LoadDealer(stub, above));
    if (depth == 0) {
      const std::vector<std::string> wide = RegionsOf(record);
      for (const std::string& region : regions) {
        if (!gs1::AnyRegionContains(wide, region)) {
          return internal::ArgumentError(
              "regions", absl::StrCat(region, " is outside the regions of dealer ", parent));
        }
      }
    }
    above = record.value("parent", "");
  }
  return absl::OkStatus();
}

// What is shipped now must come whole from where the dealer's parent has it.
absl::StatusOr<std::optional<IndexRange>> Source(ChaincodeStub& stub, const std::string& batch,
                                                 uint64_t from, uint64_t to,
                                                 const std::string& parent) {
  SUYUAN_ASSIGN_OR_RETURN(auto range, RangeFrom(stub, kHolder, batch, from));
  const bool shipped = range && range->from <= to;
  if (parent.empty()) {
    if (!shipped) return std::optional<IndexRange>();
    return absl::FailedPreconditionError(absl::StrCat("indexes ", range->from, " to ", range->to,
                                                      " were shipped to dealer ",
                                                      range->record.value("dealer", "")));
  }
  if (!shipped || range->from > from || range->to < to ||
      range->record.value("dealer", "") != parent) {
    return absl::FailedPreconditionError(absl::StrCat(
        "indexes ", from, " to ", to, " are not all in one shipment to dealer ", parent));
  }
  return range;
}

}  // namespace

AntiDiversion::AntiDiversion() : Contract("AntiDiversion") {
  Submit("RegisterDealer", {"dealer", "name", "parent", "regions"}, &AntiDiversion::RegisterDealer);
  Submit("MoveDealer", {"dealer", "parent", "regions"}, &AntiDiversion::MoveDealer);
  Evaluate("GetDealer", {"dealer"}, &AntiDiversion::GetDealer);
  Evaluate("GetDealerHistory", {"dealer"}, &AntiDiversion::GetDealerHistory);
  Submit("ShipCodes", {"shipment", "batch", "from", "to", "dealer"}, &AntiDiversion::ShipCodes);
  Evaluate("GetHolder", {"batch", "index"}, &AntiDiversion::GetHolder);
  Evaluate("GetAlerts", {"batch"}, &AntiDiversion::GetAlerts);
}

absl::Status AntiDiversion::RegisterDealer(TransactionContext& tx, const std::string& dealer,
                                           const std::string& name, const std::string& parent,
                                           const JsonArray& regions) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("dealer", dealer));
  SUYUAN_RETURN_IF_ERROR(CheckText("name", name));
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed, ParseRegions(regions.value));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), DealerKey(dealer), "dealer", dealer));
  SUYUAN_RETURN_IF_ERROR(CheckParent(tx.stub(), dealer, parent, parsed));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  const nlohmann::json record{{"dealer", dealer},
                              {"name", name},
                              {"parent", parent},
                              {"regions", parsed},
                              {"registrant", msp}};
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), DealerKey(dealer), record));
  return Announce(tx.stub(), "RegisterDealer", record);
}

absl::Status AntiDiversion::MoveDealer(TransactionContext& tx, const std::string& dealer,
                                       const std::string& parent, const JsonArray& regions) const {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, LoadDealer(tx.stub(), dealer));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.value("registrant", ""), "move this dealer"));
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed, ParseRegions(regions.value));
  SUYUAN_RETURN_IF_ERROR(CheckParent(tx.stub(), dealer, parent, parsed));
  record["parent"] = parent;
  record["regions"] = parsed;
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), DealerKey(dealer), record));
  return Announce(tx.stub(), "MoveDealer", record);
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetDealer(TransactionContext& tx,
                                                        const std::string& dealer) const {
  return LoadDealer(tx.stub(), dealer);
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetDealerHistory(TransactionContext& tx,
                                                               const std::string& dealer) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("dealer", dealer));
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, tx.stub().GetHistoryForKey(DealerKey(dealer)));
  nlohmann::json out = nlohmann::json::array();
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto version, iterator->Next());
    if (!version) return out;
    auto record = nlohmann::json::parse(version->value, nullptr, /*allow_exceptions=*/false);
    if (record.is_discarded()) return absl::InternalError("a dealer's version is not JSON");
    out.push_back({{"txId", version->tx_id},
                   {"timestamp", TimeText(version->timestamp)},
                   {"dealer", std::move(record)}});
  }
}

absl::Status AntiDiversion::ShipCodes(TransactionContext& tx, const std::string& shipment,
                                      const std::string& batch, uint64_t from, uint64_t to,
                                      const std::string& dealer) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("shipment", shipment));
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, record.issuer, "ship codes of this batch"));
  SUYUAN_RETURN_IF_ERROR(CheckIndexRange(from, to, record.count));
  const std::string key = absl::StrCat("code-shipment/", shipment);
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "code shipment", shipment));
  SUYUAN_ASSIGN_OR_RETURN(const auto target, LoadDealer(tx.stub(), dealer));
  SUYUAN_ASSIGN_OR_RETURN(const auto source,
                          Source(tx.stub(), batch, from, to, target.value("parent", "")));
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(tx.stub()));
  const IndexRange range{from,
                         to,
                         {{"batch", batch},
                          {"from", from},
                          {"to", to},
                          {"dealer", dealer},
                          {"regions", target["regions"]},
                          {"shipment", shipment},
                          {"shippedAt", time}}};
  SUYUAN_RETURN_IF_ERROR(source ? ReplacePart(tx.stub(), kHolder, batch, *source, range)
                                : PutRange(tx.stub(), kHolder, batch, range));
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, range.record));
  return Announce(tx.stub(), "ShipCodes", range.record);
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetHolder(TransactionContext& tx,
                                                        const std::string& batch,
                                                        uint64_t index) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  SUYUAN_ASSIGN_OR_RETURN(auto range, RangeOver(tx.stub(), kHolder, batch, index));
  return range ? std::move(range->record) : nlohmann::json::object();
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetAlerts(TransactionContext& tx,
                                                        const std::string& batch) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  return ListRecords(tx.stub(), kAlert, {batch});
}

absl::StatusOr<bool> AlertIfDiverted(ChaincodeStub& stub, const std::string& batch, uint64_t index,
                                     const std::string& region) {
  SUYUAN_ASSIGN_OR_RETURN(const auto holder, RangeOver(stub, kHolder, batch, index));
  if (!holder || gs1::AnyRegionContains(RegionsOf(holder->record), region)) return false;
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(stub));
  const nlohmann::json alert{{"batch", batch},
                             {"index", index},
                             {"region", region},
                             {"dealer", holder->record["dealer"]},
                             {"allowed", holder->record["regions"]},
                             {"shipment", holder->record["shipment"]},
                             {"timestamp", time},
                             {"txId", stub.GetTxID()}};
  SUYUAN_RETURN_IF_ERROR(Append(stub, kAlert, {batch, stub.GetTxID()}, alert));
  SUYUAN_RETURN_IF_ERROR(Announce(stub, "DiversionAlert", alert));
  return true;
}

}  // namespace suyuan
