#include "scripts/demo/epcis.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "network/common/status_macros.h"
#include "scripts/demo/json_reader.h"

namespace suyuan::demo {
namespace {

constexpr absl::string_view kProductClass = "urn:epcglobal:epcis:vtype:EPCClass";
constexpr absl::string_view kParty = "urn:epcglobal:epcis:vtype:SourceDest";
constexpr absl::string_view kLocation = "urn:epcglobal:epcis:vtype:BusinessLocation";

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

char GtinCheckDigit(absl::string_view digits13) {
  int sum = 0;
  for (size_t i = 0; i < 13; ++i) sum += (digits13[i] - '0') * (i % 2 == 0 ? 3 : 1);
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

// The item reference starts with the indicator digit, which leads the GTIN.
std::optional<std::string> Gtin(absl::string_view company, absl::string_view item) {
  if (company.size() < 6 || company.size() > 12 || company.size() + item.size() != 13) return {};
  if (!AllDigits(company) || !AllDigits(item)) return {};
  std::string gtin = absl::StrCat(item.substr(0, 1), company, item.substr(1));
  gtin.push_back(GtinCheckDigit(gtin));
  return gtin;
}

// Master data on the way to the document: who owns which place.
struct Places {
  std::map<std::string, std::string> owner_of_location;  // SGLN to PGLN
  std::map<std::string, std::string> msp_of_party;       // PGLN to MSP id
};

absl::StatusOr<std::map<std::string, std::string>> Attributes(const JsonReader& element) {
  std::map<std::string, std::string> out;
  SUYUAN_ASSIGN_OR_RETURN(const auto list, element.List("attributes"));
  for (const JsonReader& attribute : list) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string id, attribute.Text("id"));
    SUYUAN_ASSIGN_OR_RETURN(out[id], attribute.Text("attribute"));
  }
  return out;
}

absl::Status ReadProduct(const JsonReader& element, EpcisDocument* document) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, element.Text("id"));
  absl::string_view pattern = id;
  const bool starts = absl::ConsumePrefix(&pattern, "urn:epc:idpat:sgtin:");
  const std::vector<absl::string_view> parts = absl::StrSplit(pattern, '.');
  if (!starts || parts.size() != 3 || parts[2] != "*") return element.Error("id", "is no pattern");
  const auto gtin = Gtin(parts[0], parts[1]);
  if (!gtin) return element.Error("id", "has no GTIN");
  SUYUAN_ASSIGN_OR_RETURN(auto attributes, Attributes(element));
  if (attributes["suyuan:gtin"] != *gtin) {
    return element.Error("suyuan:gtin", absl::StrCat("is not ", *gtin, ", as the id has it"));
  }
  document->products[*gtin] = {attributes["cbvmda:descriptionShort"],
                               attributes["cbvmda:tradeItemDescription"]};
  return absl::OkStatus();
}

absl::Status ReadParty(const JsonReader& element, EpcisDocument* document, Places* places) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, element.Text("id"));
  SUYUAN_ASSIGN_OR_RETURN(auto attributes, Attributes(element));
  const std::string& msp = attributes["suyuan:mspId"];
  if (msp.empty()) return element.Error("suyuan:mspId", "is missing");
  places->msp_of_party[id] = msp;
  document->parties.push_back({id, msp, {attributes["cbvmda:name"], attributes["suyuan:nameEn"]}});
  return absl::OkStatus();
}

absl::Status ReadLocation(const JsonReader& element, Places* places) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, element.Text("id"));
  SUYUAN_ASSIGN_OR_RETURN(auto attributes, Attributes(element));
  places->owner_of_location[id] = attributes["suyuan:owner"];
  return absl::OkStatus();
}

absl::Status ReadMasterData(const JsonReader& root, EpcisDocument* document, Places* places) {
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader header, root.Object("epcisHeader"));
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader data, header.Object("epcisMasterData"));
  SUYUAN_ASSIGN_OR_RETURN(const auto vocabularies, data.List("vocabularyList"));
  for (const JsonReader& vocabulary : vocabularies) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string type, vocabulary.Text("type"));
    SUYUAN_ASSIGN_OR_RETURN(const auto elements, vocabulary.List("vocabularyElementList"));
    for (const JsonReader& element : elements) {
      if (type == kProductClass) {
        SUYUAN_RETURN_IF_ERROR(ReadProduct(element, document));
      } else if (type == kParty) {
        SUYUAN_RETURN_IF_ERROR(ReadParty(element, document, places));
      } else if (type == kLocation) {
        SUYUAN_RETURN_IF_ERROR(ReadLocation(element, places));
      } else {
        return vocabulary.Error("type", absl::StrCat("'", type, "' is not understood"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ReadQuantity(const JsonReader& element, LotQuantity* out) {
  SUYUAN_ASSIGN_OR_RETURN(double quantity, element.Number("quantity"));
  out->unit = "piece";
  if (element.Has("uom")) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string uom, element.Text("uom"));
    if (uom != "KGM" && uom != "GRM") return element.Error("uom", "is not KGM or GRM");
    if (uom == "KGM") quantity *= 1000;
    out->unit = "g";
  }
  if (!(quantity > 0 && quantity < 1e15) || std::abs(quantity - std::round(quantity)) > 1e-6) {
    return element.Error("quantity", "is not a whole number of grams or pieces above 0");
  }
  out->quantity = std::llround(quantity);
  return absl::OkStatus();
}

absl::StatusOr<LotQuantity> ReadLot(const JsonReader& element, const EpcisDocument& document) {
  SUYUAN_RETURN_IF_ERROR(element.OnlyFields({"epcClass", "quantity", "uom"}));
  SUYUAN_ASSIGN_OR_RETURN(const std::string urn, element.Text("epcClass"));
  auto lgtin = ParseLgtin(urn);
  if (!lgtin.ok()) return element.Error("epcClass", lgtin.status().message());
  if (document.products.count(lgtin->gtin) == 0) {
    return element.Error("epcClass", absl::StrCat("GTIN ", lgtin->gtin, " is not in master data"));
  }
  LotQuantity out{lgtin->gtin, lgtin->lot, 0, ""};
  SUYUAN_RETURN_IF_ERROR(ReadQuantity(element, &out));
  return out;
}

absl::StatusOr<std::vector<LotQuantity>> ReadLots(const JsonReader& event, const char* field,
                                                  const EpcisDocument& document) {
  SUYUAN_ASSIGN_OR_RETURN(const auto list, event.List(field));
  if (list.empty()) return event.Error(field, "is empty");
  std::vector<LotQuantity> out;
  for (const JsonReader& element : list) {
    SUYUAN_ASSIGN_OR_RETURN(out.emplace_back(), ReadLot(element, document));
  }
  return out;
}

absl::Status ReadTime(const JsonReader& reader, Event* event) {
  SUYUAN_RETURN_IF_ERROR(reader.Text("eventTimeZoneOffset").status());
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, reader.Text("eventTime"));
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, time, &event->time, &error)) {
    return reader.Error("eventTime", error);
  }
  return absl::OkStatus();
}

absl::Status ReadActor(const JsonReader& reader, const Places& places, Event* event) {
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader point, reader.Object("readPoint"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, point.Text("id"));
  const auto location = places.owner_of_location.find(id);
  if (location == places.owner_of_location.end()) {
    return point.Error("id", absl::StrCat("place ", id, " is not in the master data"));
  }
  const auto party = places.msp_of_party.find(location->second);
  if (party == places.msp_of_party.end()) {
    return point.Error("id", absl::StrCat("the owner of ", id, " is not in the master data"));
  }
  event->actor = party->second;
  return absl::OkStatus();
}

// The part of a GDTI after its last dot.
absl::Status ReadDocumentId(const JsonReader& reader, const char* field, Event* event) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string urn, reader.Text(field));
  const std::vector<std::string> parts = absl::StrSplit(urn, '.');
  if (!absl::StartsWith(urn, "urn:epc:id:gdti:") || parts.size() != 3 || parts[2].empty()) {
    return reader.Error(field, "is not a GDTI URN with a serial");
  }
  event->id = parts[2];
  return absl::OkStatus();
}

absl::Status ReadTransformation(const JsonReader& reader, const EpcisDocument& document,
                                Event* event) {
  SUYUAN_RETURN_IF_ERROR(
      reader.OnlyFields({"type", "eventTime", "eventTimeZoneOffset", "transformationID",
                         "inputQuantityList", "outputQuantityList", "suyuan:lossList", "bizStep",
                         "disposition", "readPoint", "bizLocation"}));
  event->kind = EventKind::kTransformation;
  SUYUAN_RETURN_IF_ERROR(ReadDocumentId(reader, "transformationID", event));
  SUYUAN_ASSIGN_OR_RETURN(event->inputs, ReadLots(reader, "inputQuantityList", document));
  SUYUAN_ASSIGN_OR_RETURN(event->outputs, ReadLots(reader, "outputQuantityList", document));
  if (event->outputs.size() != 1) {
    return reader.Error("outputQuantityList", "more than one output: cannot tell what each used");
  }
  if (!reader.Has("suyuan:lossList")) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const auto losses, reader.List("suyuan:lossList"));
  for (const JsonReader& loss : losses) {
    SUYUAN_RETURN_IF_ERROR(ReadQuantity(loss, &event->losses.emplace_back()));
  }
  return absl::OkStatus();
}

absl::Status ReadDespatch(const JsonReader& reader, const Places& places, Event* event) {
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader transaction, reader.Only("bizTransactionList"));
  SUYUAN_RETURN_IF_ERROR(transaction.NeedText("type", "desadv"));
  SUYUAN_RETURN_IF_ERROR(ReadDocumentId(transaction, "bizTransaction", event));
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader destination, reader.Only("destinationList"));
  SUYUAN_RETURN_IF_ERROR(destination.NeedText("type", "owning_party"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string to, destination.Text("destination"));
  const auto party = places.msp_of_party.find(to);
  if (party == places.msp_of_party.end()) {
    return destination.Error("destination", absl::StrCat(to, " is not in the master data"));
  }
  event->to = party->second;
  return absl::OkStatus();
}

absl::Status ReadObjectEvent(const JsonReader& reader, const EpcisDocument& document,
                             const Places& places, Event* event) {
  SUYUAN_RETURN_IF_ERROR(
      reader.OnlyFields({"type", "eventTime", "eventTimeZoneOffset", "epcList", "action", "bizStep",
                         "disposition", "readPoint", "bizLocation", "quantityList",
                         "bizTransactionList", "sourceList", "destinationList"}));
  SUYUAN_ASSIGN_OR_RETURN(event->inputs, ReadLots(reader, "quantityList", document));
  SUYUAN_ASSIGN_OR_RETURN(const std::string step, reader.Text("bizStep"));
  if (step == "commissioning") return reader.NeedText("action", "ADD");
  if (step != "shipping" && step != "receiving") {
    return reader.Error("bizStep", absl::StrCat("'", step, "' is not understood"));
  }
  event->kind = step == "shipping" ? EventKind::kShipping : EventKind::kReceiving;
  SUYUAN_RETURN_IF_ERROR(reader.NeedText("action", "OBSERVE"));
  SUYUAN_RETURN_IF_ERROR(ReadDespatch(reader, places, event));
  if (event->kind == EventKind::kReceiving && event->actor != event->to) {
    return reader.Error("readPoint", "does not belong to the destination");
  }
  return absl::OkStatus();
}

absl::StatusOr<Event> ReadEvent(const JsonReader& reader, const EpcisDocument& document,
                                const Places& places) {
  Event event;
  SUYUAN_RETURN_IF_ERROR(ReadTime(reader, &event));
  SUYUAN_RETURN_IF_ERROR(ReadActor(reader, places, &event));
  SUYUAN_ASSIGN_OR_RETURN(const std::string type, reader.Text("type"));
  if (type == "TransformationEvent") {
    SUYUAN_RETURN_IF_ERROR(ReadTransformation(reader, document, &event));
  } else if (type == "ObjectEvent") {
    SUYUAN_RETURN_IF_ERROR(ReadObjectEvent(reader, document, places, &event));
  } else {
    return reader.Error("type", absl::StrCat("'", type, "' is not understood"));
  }
  return event;
}

// Lots are known by their number alone, so it must not name two products' lots.
absl::Status CheckLotNumbers(const Event& event, size_t number,
                             std::map<std::string, std::string>* gtin_of_lot) {
  for (const auto* lots : {&event.inputs, &event.outputs}) {
    for (const LotQuantity& lot : *lots) {
      const auto [known, added] = gtin_of_lot->emplace(lot.lot, lot.gtin);
      if (known->second != lot.gtin) {
        return absl::InvalidArgumentError(absl::StrCat("event ", number, ": field epcClass: lot ",
                                                       lot.lot, " is of GTIN ", known->second,
                                                       " elsewhere"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Lgtin> ParseLgtin(absl::string_view urn) {
  if (!absl::ConsumePrefix(&urn, "urn:epc:class:lgtin:")) {
    return absl::InvalidArgumentError("is not an LGTIN URN");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(urn, absl::MaxSplits('.', 2));
  if (parts.size() != 3) return absl::InvalidArgumentError("is not COMPANY.ITEM.LOT");
  const auto gtin = Gtin(parts[0], parts[1]);
  if (!gtin) return absl::InvalidArgumentError("company and item are not 13 digits together");
  if (parts[2].empty() || parts[2].size() > 20) {
    return absl::InvalidArgumentError("the lot is not 1 to 20 characters");
  }
  return Lgtin{*gtin, std::string(parts[2])};
}

absl::StatusOr<EpcisDocument> ReadEpcis(absl::string_view text) {
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded()) return absl::InvalidArgumentError("document: is not JSON");
  const JsonReader root(&json, "document");
  SUYUAN_RETURN_IF_ERROR(root.NeedText("type", "EPCISDocument"));
  SUYUAN_RETURN_IF_ERROR(root.NeedText("schemaVersion", "2.0"));
  EpcisDocument document;
  Places places;
  SUYUAN_RETURN_IF_ERROR(ReadMasterData(root, &document, &places));
  SUYUAN_ASSIGN_OR_RETURN(const JsonReader body, root.Object("epcisBody"));
  SUYUAN_ASSIGN_OR_RETURN(const auto events, body.List("eventList"));
  std::map<std::string, std::string> gtin_of_lot;
  for (size_t i = 0; i < events.size(); ++i) {
    const JsonReader reader(&events[i].value(), absl::StrCat("event ", i + 1));
    SUYUAN_ASSIGN_OR_RETURN(document.events.emplace_back(), ReadEvent(reader, document, places));
    SUYUAN_RETURN_IF_ERROR(CheckLotNumbers(document.events.back(), i + 1, &gtin_of_lot));
  }
  std::stable_sort(document.events.begin(), document.events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  return document;
}

}  // namespace suyuan::demo
