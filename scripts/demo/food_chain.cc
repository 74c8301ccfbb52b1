#include "scripts/demo/food_chain.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/gs1/identifier.h"
#include "network/common/status_macros.h"
#include "scripts/demo/story.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;
using Attributes = std::map<std::string, std::string>;

constexpr char kProductClass[] = "urn:epcglobal:epcis:vtype:EPCClass";
constexpr char kParty[] = "urn:epcglobal:epcis:vtype:SourceDest";
constexpr char kLocation[] = "urn:epcglobal:epcis:vtype:BusinessLocation";

// Master data on the way to the document: who owns which place.
struct Owners {
  Attributes party_of_place;  // SGLN to PGLN
  Attributes msp_of_party;    // PGLN to MSP id
};

// What follows throws what nlohmann throws; it names the field.

std::map<std::string, Attributes> Elements(const json& root, const char* type) {
  std::map<std::string, Attributes> out;
  for (const json& list : root.at("epcisHeader").at("epcisMasterData").at("vocabularyList")) {
    if (list.at("type") != type) continue;
    for (const json& element : list.at("vocabularyElementList")) {
      Attributes& attributes = out[element.at("id")];
      for (const json& one : element.at("attributes")) {
        attributes[one.at("id")] = one.at("attribute");
      }
    }
  }
  return out;
}

Owners ReadParties(const json& root, FoodChain* chain) {
  Owners owners;
  for (auto& [id, a] : Elements(root, kParty)) {
    owners.msp_of_party[id] = a["suyuan:mspId"];
    chain->parties.push_back({id,
                              a["suyuan:mspId"],
                              a["suyuan:creditCode"],
                              {a["cbvmda:name"], a["suyuan:nameEn"]},
                              a["cbvmda:streetAddressOne"]});
  }
  for (auto& [id, a] : Elements(root, kLocation)) owners.party_of_place[id] = a["suyuan:owner"];
  return owners;
}

void ReadProducts(const json& root, Owners owners, FoodChain* chain) {
  for (auto& [id, a] : Elements(root, kProductClass)) {
    chain->products[a["suyuan:gtin"]] = {
        {a["cbvmda:descriptionShort"], a["cbvmda:tradeItemDescription"]},
        owners.msp_of_party[a["suyuan:registrant"]],
        a["suyuan:category"],
        a["suyuan:specification"]};
  }
}

absl::Status NameLots(const std::vector<epcis::Quantity>& quantities, FoodChain* chain) {
  for (const epcis::Quantity& quantity : quantities) {
    const auto id = gs1::ParseIdentifier(quantity.epc_class);
    if (!id.ok() || id->scheme != gs1::Scheme::kLgtin || chain->products.count(id->key) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(quantity.epc_class, " is no lot of a product in the master data"));
    }
    const auto [known, added] =
        chain->lots.emplace(id->extension, LotName{quantity.epc_class, id->key, id->extension});
    if (!added && known->second.gtin != id->key) {
      return absl::InvalidArgumentError(
          absl::StrCat("lot ", id->extension, " is of GTIN ", known->second.gtin, " elsewhere"));
    }
  }
  return absl::OkStatus();
}

absl::Status AddEvent(epcis::Event event, const std::vector<std::string>& ignored_fields,
                      Owners owners, FoodChain* chain) {
  ChainEvent out;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, event.event_time, &out.time, &error)) {
    return absl::InvalidArgumentError(absl::StrCat("eventTime: ", error));
  }
  out.actor = owners.msp_of_party[owners.party_of_place[event.read_point.id]];
  if (out.actor.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("readPoint: nobody in the master data owns ", event.read_point.id));
  }
  for (const auto* list : {&event.quantities, &event.child_quantities, &event.input_quantities,
                           &event.output_quantities}) {
    SUYUAN_RETURN_IF_ERROR(NameLots(*list, chain));
  }
  out.hash = epcis::HashEvent(event, ignored_fields).uri;
  out.event = std::move(event);
  chain->events.push_back(std::move(out));
  return absl::OkStatus();
}

absl::Status ReadMasterData(absl::string_view text, FoodChain* chain, Owners* owners) {
  try {
    const json root = json::parse(text.begin(), text.end());
    *owners = ReadParties(root, chain);
    ReadProducts(root, *owners, chain);
  } catch (const json::exception& e) {
    return absl::InvalidArgumentError(absl::StrCat("master data: ", e.what()));
  }
  return absl::OkStatus();
}

}  // namespace

const ChainEvent* FoodChain::FindEvent(absl::string_view hash) const {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const ChainEvent& event) { return event.hash == hash; });
  return found == events.end() ? nullptr : &*found;
}

std::string FoodChain::ShortName(const std::string& epc) const {
  const auto id = gs1::ParseIdentifier(epc);
  if (!id.ok()) return epc;
  if (id->scheme == gs1::Scheme::kLgtin) return id->extension;
  if (id->scheme == gs1::Scheme::kSscc) return absl::StrCat("pallet …", id->key.substr(14));
  return epc;
}

Name FoodChain::ProductName(const std::string& epc) const {
  const auto id = gs1::ParseIdentifier(epc);
  const auto product = products.find(id.ok() ? id->key : "");
  return product == products.end() ? Name() : product->second.name;
}

std::vector<FoodChain::Bottles> FoodChain::BottleLots() const {
  std::vector<Bottles> out;
  for (const ChainEvent& one : events) {
    for (const epcis::Quantity& quantity : one.event.output_quantities) {
      Bottles bottles;
      if (!quantity.uom.empty() || !absl::SimpleAtoi(quantity.quantity, &bottles.count)) continue;
      bottles.lot = lots.at(ShortName(quantity.epc_class));
      bottles.made = one.time;
      out.push_back(std::move(bottles));
    }
  }
  return out;
}

std::string FoodChain::Document(const std::vector<epcis::Event>& list) const {
  return epcis::WriteDocumentJson(list, list.back().event_time, prefixes);
}

absl::StatusOr<epcis::Trace> FoodChain::Walk(const std::string& epc,
                                             epcis::Direction direction) const {
  std::vector<epcis::Event> list;
  std::vector<std::string> hashes;
  for (const ChainEvent& one : events) {
    list.push_back(one.event);
    hashes.push_back(one.hash);
  }
  return epcis::Lineage(std::move(list), std::move(hashes)).Walk(epc, direction);
}

absl::StatusOr<FoodChain> ReadFoodChain(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(epcis::Document document, epcis::ReadDocument(text));
  FoodChain chain;
  Owners owners;
  SUYUAN_RETURN_IF_ERROR(ReadMasterData(text, &chain, &owners));
  chain.prefixes = document.prefixes;
  for (epcis::ReadEventResult& read : document.events) {
    SUYUAN_RETURN_IF_ERROR(read.event);
    SUYUAN_RETURN_IF_ERROR(
        AddEvent(*std::move(read.event), document.ignored_fields, owners, &chain), read.path);
  }
  std::stable_sort(chain.events.begin(), chain.events.end(),
                   [](const ChainEvent& a, const ChainEvent& b) { return a.time < b.time; });
  return chain;
}

std::string AmountText(const epcis::Quantity& quantity) {
  if (quantity.quantity.empty()) return "all";
  uint64_t whole = 0;
  const std::string number =
      absl::SimpleAtoi(quantity.quantity, &whole) ? Grouped(whole) : quantity.quantity;
  if (quantity.uom.empty()) return absl::StrCat(number, whole == 1 ? " piece" : " pieces");
  return absl::StrCat(number, " ", quantity.uom == "KGM" ? "kg" : quantity.uom);
}

}  // namespace suyuan::demo
