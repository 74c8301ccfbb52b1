#include "chaincode/contracts/trace/events/event_store.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chaincode/contracts/trace/events/event_lines.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/vocabulary.h"
#include "chaincode/shim/client_identity.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

// An event of more text is written once, and not beside each of its units.
constexpr size_t kInlineBytes = 600;
constexpr size_t kMaxNameBytes = 512;

std::string EventKey(absl::string_view hash) { return absl::StrCat("event/", hash); }
std::string UnitKey(absl::string_view id) { return absl::StrCat("unit/", id); }

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status PutComposite(ChaincodeStub& stub, absl::string_view type,
                          absl::Span<const std::string> parts, absl::string_view value) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(type, parts));
  return stub.PutState(key, value);
}

void AddEntry(const std::string& field, const std::string& value, std::vector<IndexEntry>* out) {
  if (!value.empty() && value.size() <= kMaxNameBytes) out->push_back({field, value});
}

std::vector<IndexEntry> IndexEntriesOf(const epcis::Event& event, const EventAuthor& author) {
  std::vector<IndexEntry> out;
  AddEntry("author", author.msp_id, &out);
  AddEntry("bizLocation", epcis::UnitId(event.biz_location.id), &out);
  AddEntry("bizStep", event.biz_step, &out);
  AddEntry("disposition", event.disposition, &out);
  AddEntry("readPoint", epcis::UnitId(event.read_point.id), &out);
  AddEntry("time", "all", &out);
  AddEntry("type", epcis::EventTypeName(event.type), &out);
  for (const epcis::Element& element : event.ilmd) {
    if (element.space == epcis::kMasterDataNamespace && element.name == "lotNumber") {
      AddEntry("lotNumber", element.text, &out);
    }
  }
  return out;
}

// Text of the extension {https://suyuan.example/ns/}specialProcess; empty: none.
std::string SpecialProcessOf(const epcis::Event& event) {
  for (const epcis::Element& element : event.extensions) {
    if (element.space == kSuyuanNamespace && element.name == "specialProcess") return element.text;
  }
  return "";
}

}  // namespace

absl::StatusOr<EventAuthor> AuthorOf(const ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, GetCreatorMspId(stub));
  const auto identity = ClientIdentity::FromStub(stub);
  if (identity.ok()) return EventAuthor{msp, identity->id()};
  SUYUAN_ASSIGN_OR_RETURN(const std::string creator, stub.GetCreator());
  return EventAuthor{msp, absl::StrCat("sha256:", HexEncode(Sha256(creator)))};
}

std::string RecordToText(const EventRecord& record) {
  Json head{{"eventHash", record.hash},
            {"txId", record.tx_id},
            {"recordTime", record.record_time},
            {"author", {{"mspId", record.author.msp_id}, {"id", record.author.id}}},
            {"namespaces", Json::array()}};
  for (const auto& [space, prefix] : record.prefixes) {
    head["namespaces"].push_back({space, prefix});
  }
  if (!record.ignored_fields.empty()) head["ignoredFields"] = record.ignored_fields;
  std::string text = Dump(head);
  text.pop_back();
  return absl::StrCat(text, ",\"event\":", record.event_json, "}");
}

absl::StatusOr<EventRecord> RecordFromText(absl::string_view text) {
  // No member before it can have this name, and within texts quotes are escaped.
  const size_t event = text.find(",\"event\":");
  if (event == absl::string_view::npos || text.empty() || text.back() != '}') {
    return absl::InternalError("not the record of an event");
  }
  try {
    const auto head = Json::parse(absl::StrCat(text.substr(0, event), "}"));
    EventRecord record;
    record.hash = head.at("eventHash");
    record.tx_id = head.at("txId");
    record.record_time = head.at("recordTime");
    record.author = {head.at("author").at("mspId"), head.at("author").at("id")};
    for (const auto& pair : head.at("namespaces")) record.prefixes[pair.at(0)] = pair.at(1);
    if (head.contains("ignoredFields")) {
      record.ignored_fields = head.at("ignoredFields").get<std::vector<std::string>>();
    }
    constexpr size_t kSkipped = sizeof(",\"event\":") - 1;
    record.event_json =
        std::string(text.substr(event + kSkipped, text.size() - event - kSkipped - 1));
    return record;
  } catch (const Json::exception& e) {
    return absl::InternalError(absl::StrCat("not the record of an event: ", e.what()));
  }
}

absl::StatusOr<std::string> FindEventText(ChaincodeStub& stub, absl::string_view hash) {
  return stub.GetState(EventKey(hash));
}

absl::StatusOr<std::vector<std::string>> FindEventTexts(ChaincodeStub& stub,
                                                        absl::Span<const std::string> hashes) {
  std::vector<std::string> keys;
  for (const std::string& hash : hashes) keys.push_back(EventKey(hash));
  return stub.GetMultipleStates(keys);
}

absl::StatusOr<std::string> FindSpecialProcess(ChaincodeStub& stub, absl::string_view hash) {
  return stub.GetState(absl::StrCat("special/", hash));
}

absl::Status CheckNames(const epcis::EventFacts& facts) {
  for (const std::string& name : epcis::NamesOf(facts)) {
    if (name.size() > kMaxNameBytes) {
      return absl::InvalidArgumentError(absl::StrCat("identifier ", name.substr(0, 40),
                                                     "...: longer than ", kMaxNameBytes, " bytes"));
    }
    if (name.find('\0') != std::string::npos || !IsUtf8(name) ||
        name.find("\xf4\x8f\xbf\xbf") != std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("identifier ", name, ": holds a character that no key can hold"));
    }
  }
  return absl::OkStatus();
}

absl::Status PutEvent(ChaincodeStub& stub, const EventRecord& record, const epcis::Event& event,
                      const epcis::EventFacts& facts, const std::vector<UnitChange>& changes) {
  SUYUAN_RETURN_IF_ERROR(stub.PutState(EventKey(record.hash), RecordToText(record)));
  std::string text = absl::StrCat(record.tx_id, " ", epcis::FactsToText(facts));
  if (text.size() > kInlineBytes) {
    SUYUAN_RETURN_IF_ERROR(stub.PutState(absl::StrCat("facts/", record.hash), text));
    text = record.tx_id;
  }
  const std::string time = SortableTime(facts.time_ms);
  for (const std::string& name : epcis::NamesOf(facts)) {
    SUYUAN_RETURN_IF_ERROR(PutComposite(stub, "name", {name, time, record.hash}, text));
  }
  for (const IndexEntry& entry : IndexEntriesOf(event, record.author)) {
    SUYUAN_RETURN_IF_ERROR(
        PutComposite(stub, "by", {entry.field, entry.value, time, record.hash}, "1"));
  }
  const std::string special = SpecialProcessOf(event);
  if (!special.empty()) {
    SUYUAN_RETURN_IF_ERROR(stub.PutState(absl::StrCat("special/", record.hash), special));
  }
  if (changes.empty()) return absl::OkStatus();
  Json list = Json::array();
  for (const UnitChange& change : changes) {
    Json one{{"after", UnitToText(change.after)}};
    if (change.before) one["before"] = UnitToText(*change.before);
    list.push_back(std::move(one));
  }
  return stub.PutState(absl::StrCat("change/", record.hash), Dump(list));
}

absl::Status PutDeclaration(ChaincodeStub& stub, const EventRecord& record,
                            const epcis::EventFacts& facts) {
  SUYUAN_RETURN_IF_ERROR(
      PutComposite(stub, "declaration", {record.hash, record.tx_id}, RecordToText(record)));
  const std::string time = SortableTime(facts.time_ms);
  for (const std::string& name : epcis::NamesOf(facts)) {
    SUYUAN_RETURN_IF_ERROR(
        PutComposite(stub, "name", {name, time, record.hash, record.tx_id}, "1"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> DeclarationTexts(ChaincodeStub& stub,
                                                          const std::string& hash) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator,
                          stub.GetStateByPartialCompositeKey("declaration", {hash}));
  std::vector<std::string> texts;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(auto entry, iterator->Next());
    if (!entry) return texts;
    texts.push_back(std::move(entry->value));
  }
}

absl::StatusOr<std::vector<UnitChange>> ChangesOf(ChaincodeStub& stub, absl::string_view hash) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, stub.GetState(absl::StrCat("change/", hash)));
  std::vector<UnitChange> changes;
  if (text.empty()) return changes;
  const auto list = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return absl::InternalError("changes of an event are not JSON");
  for (const auto& one : list) {
    UnitChange change;
    SUYUAN_ASSIGN_OR_RETURN(change.after, UnitFromText(one.value("after", "")));
    if (one.contains("before")) {
      SUYUAN_ASSIGN_OR_RETURN(change.before, UnitFromText(one.value("before", "")));
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string SortableTime(int64_t milliseconds) {
  // From the year 1 on, which is the first that an event may have.
  constexpr int64_t kYearOne = -62'135'596'800'000;
  return absl::StrFormat("%015d", milliseconds - kYearOne);
}

absl::StatusOr<std::optional<Unit>> FindUnit(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, stub.GetState(UnitKey(id)));
  if (text.empty()) return std::optional<Unit>();
  SUYUAN_ASSIGN_OR_RETURN(Unit unit, UnitFromText(text));
  return std::optional<Unit>(std::move(unit));
}

absl::Status PutUnit(ChaincodeStub& stub, const Unit& unit) {
  return stub.PutState(UnitKey(unit.id), UnitToText(unit));
}

}  // namespace suyuan
