#include "scripts/demo/sales.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

Name NameOf(const json& record, const char* zh, const char* en) {
  return {record.at(zh), record.at(en)};
}

// Throws what nlohmann throws; it names the field.
Sales FromJson(const json& root) {
  Sales sales;
  sales.scan_limit = root.at("scanLimit");
  sales.code_length = root.at("codeLength");
  for (const json& b : root.at("batches")) {
    sales.batches[b.at("batch")] = {b.at("line"), b.at("aminoNitrogen")};
  }
  for (const json& d : root.at("dealers")) {
    sales.dealers.push_back(
        {d.at("dealer"), NameOf(d, "name", "nameEn"), d.at("parent"), d.at("regions")});
  }
  for (const json& s : root.at("codeShipments")) {
    sales.shipments.push_back(
        {s.at("shipment"), s.at("batch"), s.at("from"), s.at("to"), s.at("dealer")});
  }
  for (const json& p : root.at("places")) {
    sales.places.push_back({p.at("region"), NameOf(p, "zh", "en")});
  }
  const json& wrong = root.at("incidents");
  const json& diverted = wrong.at("diverted");
  sales.diverted = {diverted.at("batch"), diverted.at("from"), diverted.at("to"),
                    diverted.at("region")};
  const json& copied = wrong.at("copied");
  sales.copied = {copied.at("batch"), copied.at("index"), sales.places.size(), ""};
  const json& busy = wrong.at("overLimit");
  sales.over_limit = {busy.at("batch"), busy.at("index"), busy.at("scans"), busy.at("region")};
  const json& bad = wrong.at("contaminated");
  sales.contaminated = {bad.at("lot"), bad.at("affected"), bad.at("untouched"), {}};
  for (const json& b : bad.at("buyers")) {
    sales.contaminated.buyers.emplace_back(b.at("name"), b.at("lots"));
  }
  sales.repeated_codes = wrong.at("repeatedCodes");
  sales.forged_codes = wrong.at("forgedCodes");
  sales.scans = wrong.at("scans");
  return sales;
}

}  // namespace

const Place* Sales::FindPlace(absl::string_view region) const {
  for (const Place& place : places) {
    if (place.region == region) return &place;
  }
  return nullptr;
}

const Dealer* Sales::FindDealer(absl::string_view id) const {
  for (const Dealer& dealer : dealers) {
    if (dealer.id == id) return &dealer;
  }
  return nullptr;
}

const CodeShipment* Sales::HolderOf(absl::string_view batch, uint64_t index) const {
  for (auto it = shipments.rbegin(); it != shipments.rend(); ++it) {
    if (it->batch == batch && it->from <= index && index <= it->to) return &*it;
  }
  return nullptr;
}

absl::StatusOr<Sales> ReadSales(absl::string_view text) {
  try {
    return FromJson(json::parse(text.begin(), text.end()));
  } catch (const json::exception& e) {
    return absl::InvalidArgumentError(absl::StrCat("sales data: ", e.what()));
  }
}

}  // namespace suyuan::demo
