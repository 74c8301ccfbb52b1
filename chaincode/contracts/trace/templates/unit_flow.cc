#include "chaincode/contracts/trace/templates/unit_flow.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/events/unit_report.h"
#include "chaincode/contracts/trace/governance/governance_contract.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxEvents = 10'000;
constexpr size_t kEventsAtOnce = 1000;

std::string TextOf(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void AddTerm(epcis::Vocabulary vocabulary, const std::string& text, std::set<std::string>* out) {
  const auto term = epcis::CanonicalTerm(vocabulary, text);
  if (term.ok()) out->insert(epcis::BareTerm(vocabulary, *term));
}

// Is one of `units` among what this transformation made?
bool Makes(const nlohmann::json& event, const std::set<std::string>& units) {
  const auto is_one = [&](const nlohmann::json& epc) {
    return epc.is_string() && units.count(epcis::UnitId(epc.get<std::string>())) > 0;
  };
  const auto epcs = event.find("outputEPCList");
  if (epcs != event.end() && std::any_of(epcs->begin(), epcs->end(), is_one)) return true;
  const auto lots = event.find("outputQuantityList");
  return lots != event.end() && std::any_of(lots->begin(), lots->end(), [&](const auto& lot) {
           return lot.is_object() && is_one(lot.value("epcClass", nlohmann::json()));
         });
}

// Its own when it makes one of `units`; what else makes it so is the caller's to say.
absl::StatusOr<FlowEvent> ReadFlowEvent(const std::string& text,
                                        const std::set<std::string>& units) {
  SUYUAN_ASSIGN_OR_RETURN(const EventRecord record, RecordFromText(text));
  const auto json = nlohmann::json::parse(record.event_json, nullptr, false);
  if (!json.is_object()) return absl::InternalError("an event's record is not JSON");
  FlowEvent event;
  event.hash = record.hash;
  event.author = record.author.msp_id;
  event.type = TextOf(json, "type");
  event.own = Makes(json, units);
  std::set<std::string> steps;
  AddTerm(epcis::Vocabulary::kBizStep, TextOf(json, "bizStep"), &steps);
  if (!steps.empty()) event.step = *steps.begin();
  AddTerm(epcis::Vocabulary::kDisposition, TextOf(json, "disposition"), &event.dispositions);
  const auto persistent = json.find("persistentDisposition");
  if (persistent == json.end() || !persistent->is_object()) return event;
  const auto set = persistent->find("set");
  if (set == persistent->end() || !set->is_array()) return event;
  for (const auto& one : *set) {
    if (one.is_string()) AddTerm(epcis::Vocabulary::kDisposition, one, &event.dispositions);
  }
  return event;
}

// Where the unit was, and what it travelled in.
absl::Status AddPath(ChaincodeStub& stub, const std::string& unit,
                     std::map<std::string, std::pair<int64_t, bool>>* events) {
  SUYUAN_ASSIGN_OR_RETURN(const LedgerTrace path, TraceLedger(stub, unit, epcis::Direction::kPath));
  for (const epcis::TraceEvent& event : path.trace.events) {
    (*events)[event.hash] = {event.time_ms, true};
  }
  return absl::OkStatus();
}

nlohmann::json StageJson(const StageResult& result) {
  const FlowStage& stage = *result.stage;
  nlohmann::json json{{"id", stage.id},
                      {"name", stage.name},
                      {"mandatory", stage.mandatory},
                      {"met", result.event != nullptr && result.problem.empty()}};
  if (!result.problem.empty()) json["problem"] = result.problem;
  if (result.sent_back > 0) json["sentBack"] = result.sent_back;
  if (result.event != nullptr) {
    json["event"] = result.event->hash;
    json["eventTime"] = epcis::FormatTime(result.event->time_ms);
    json["author"] = result.event->author;
  }
  return json;
}

std::string Unless(const absl::Status& status) { return std::string(status.message()); }

absl::StatusOr<std::string> WhyNotRecorded(ChaincodeStub& stub, const std::string& unit,
                                           const nlohmann::json& flow) {
  SUYUAN_ASSIGN_OR_RETURN(const auto known, FindUnit(stub, unit));
  if (!known || (known->origin != "made" && known->origin != "commissioned")) {
    return std::string("no event here has made it");
  }
  if (flow.at("templates").empty()) return std::string("there is no template of its product");
  const auto missing = flow.at("missing").get<std::vector<std::string>>();
  if (missing.empty()) return std::string();
  return absl::StrCat("stages: ", absl::StrJoin(missing, ", "));
}

absl::StatusOr<std::string> WhyNotPassed(ChaincodeStub& stub, const std::string& unit) {
  for (const Use use : {Use::kShip, Use::kSell}) {
    const absl::Status free = CheckNotHeld(stub, unit, use);
    if (absl::IsFailedPrecondition(free)) return Unless(free);
    SUYUAN_RETURN_IF_ERROR(free);
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto inspection, FindRecord(stub, InspectionKey(unit)));
  if (inspection && inspection->value("result", "") == "passed") return std::string();
  SUYUAN_ASSIGN_OR_RETURN(const auto events, EventsOfLife(stub, unit));
  std::string why = "no inspection has passed";
  for (const FlowEvent& event : events) {
    if (!event.own || event.step != "inspecting") continue;
    if (event.dispositions.count("conformant") > 0) why.clear();
    if (event.dispositions.count("non_conformant") > 0) why = "its last inspection failed";
  }
  return why;
}

absl::StatusOr<std::string> WhyNotRecallable(ChaincodeStub& stub, const std::string& gtin) {
  const auto product = NeedApprovedProduct(stub, gtin);
  if (absl::IsNotFound(product.status()) || absl::IsFailedPrecondition(product.status())) {
    return Unless(product.status());
  }
  SUYUAN_RETURN_IF_ERROR(product.status());
  const absl::Status listed = CheckNotBlacklisted(stub, product->registrant);
  if (absl::IsFailedPrecondition(listed)) return Unless(listed);
  SUYUAN_RETURN_IF_ERROR(listed);
  return std::string();
}

void Put(const char* name, const std::string& reason, nlohmann::json* checks) {
  (*checks)[name] = {{"ok", reason.empty()}, {"reason", reason}};
}

}  // namespace

std::string LatestTemplateKey(const std::string& kind, const std::string& subject) {
  return absl::StrCat("template-latest/", kind, "/", subject);
}

absl::StatusOr<std::optional<PublishedTemplate>> FindTemplate(ChaincodeStub& stub,
                                                              const std::string& kind,
                                                              const std::string& subject,
                                                              uint32_t version) {
  if (version == 0) {
    SUYUAN_ASSIGN_OR_RETURN(const auto latest, FindRecord(stub, LatestTemplateKey(kind, subject)));
    if (!latest) return std::optional<PublishedTemplate>();
    version = latest->value("version", 0u);
  }
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string key,
      stub.CreateCompositeKey("template", {kind, subject, PaddedIndex(version)}));
  SUYUAN_ASSIGN_OR_RETURN(
      const auto record,
      NeedRecord(stub, key, "template", absl::StrCat(subject, " version ", version)));
  PublishedTemplate out{kind, subject, version, {}};
  SUYUAN_ASSIGN_OR_RETURN(out.flow,
                          ParseTemplate("template", record.value("template", nlohmann::json())));
  return std::optional<PublishedTemplate>(std::move(out));
}

absl::StatusOr<std::vector<PublishedTemplate>> TemplatesOf(ChaincodeStub& stub,
                                                           const std::string& gtin) {
  std::vector<std::pair<std::string, std::string>> subjects;
  const auto product = LoadProduct(stub, gtin);
  if (product.ok() && !product->category.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto path, PathIds(stub, product->category));
    for (const std::string& id : path) subjects.emplace_back("category", id);
  } else if (!product.ok() && !absl::IsNotFound(product.status())) {
    return product.status();
  }
  subjects.emplace_back("product", gtin);
  std::vector<PublishedTemplate> out;
  for (const auto& [kind, subject] : subjects) {
    SUYUAN_ASSIGN_OR_RETURN(auto found, FindTemplate(stub, kind, subject, 0));
    if (found) out.push_back(*std::move(found));
  }
  return out;
}

absl::StatusOr<std::vector<FlowEvent>> EventsOfLife(ChaincodeStub& stub, const std::string& unit) {
  SUYUAN_ASSIGN_OR_RETURN(const LedgerTrace back,
                          TraceLedger(stub, unit, epcis::Direction::kBackward));
  std::map<std::string, std::pair<int64_t, bool>> found;  // by hash: time, and whether its own
  for (const epcis::TraceEvent& event : back.trace.events) {
    found[event.hash] = {event.time_ms, false};
  }
  std::set<std::string> units{back.trace.root};
  for (const epcis::TraceEdge& edge : back.trace.edges) {
    if (edge.reason == "lot" && edge.to == back.trace.root) units.insert(edge.from);
  }
  for (const std::string& one : units) SUYUAN_RETURN_IF_ERROR(AddPath(stub, one, &found));
  if (found.size() > kMaxEvents) {
    return absl::ResourceExhaustedError(
        absl::StrCat(unit, " has more than ", kMaxEvents, " events upstream"));
  }
  std::vector<std::string> hashes;
  for (const auto& [hash, what] : found) hashes.push_back(hash);
  std::vector<FlowEvent> events;
  for (size_t from = 0; from < hashes.size(); from += kEventsAtOnce) {
    const size_t count = std::min(kEventsAtOnce, hashes.size() - from);
    SUYUAN_ASSIGN_OR_RETURN(const auto texts,
                            FindEventTexts(stub, absl::MakeSpan(hashes).subspan(from, count)));
    for (const std::string& text : texts) {
      SUYUAN_ASSIGN_OR_RETURN(FlowEvent event, ReadFlowEvent(text, units));
      const auto& [time_ms, own] = found.at(event.hash);
      event.time_ms = time_ms;
      event.own = event.own || own;
      events.push_back(std::move(event));
    }
  }
  // By time, then hash, for that is the order they came in.
  std::stable_sort(events.begin(), events.end(),
                   [](const FlowEvent& a, const FlowEvent& b) { return a.time_ms < b.time_ms; });
  return events;
}

std::string GtinOf(const std::string& unit) {
  return IsProductClass(unit) ? std::string() : ProductOf(unit);
}

absl::StatusOr<nlohmann::json> CheckUnit(ChaincodeStub& stub, const std::string& unit) {
  const std::string gtin = GtinOf(unit);
  if (gtin.empty()) {
    return internal::ArgumentError("epc", absl::StrCat(unit, " is no lot or item of a product"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto events, EventsOfLife(stub, unit));
  SUYUAN_ASSIGN_OR_RETURN(const auto templates, TemplatesOf(stub, gtin));
  nlohmann::json list = nlohmann::json::array();
  std::set<std::string> missing;
  for (const PublishedTemplate& one : templates) {
    nlohmann::json stages = nlohmann::json::array();
    bool complete = true;
    for (const StageResult& result : CheckFlow(one.flow, events)) {
      stages.push_back(StageJson(result));
      if (result.problem.empty()) continue;
      complete = false;
      missing.insert(result.stage->id);
    }
    list.push_back({{"kind", one.kind},
                    {"subject", one.subject},
                    {"version", one.version},
                    {"name", one.flow.name},
                    {"complete", complete},
                    {"stages", std::move(stages)}});
  }
  return nlohmann::json{{"unit", unit},
                        {"gtin", gtin},
                        {"complete", missing.empty() && !templates.empty()},
                        {"missing", missing},
                        {"templates", std::move(list)}};
}

absl::StatusOr<nlohmann::json> CheckReadiness(ChaincodeStub& stub, const std::string& unit,
                                              const nlohmann::json& flow) {
  SUYUAN_ASSIGN_OR_RETURN(const UnitReport report, ReportUnit(stub, unit));
  SUYUAN_ASSIGN_OR_RETURN(const std::string recorded, WhyNotRecorded(stub, unit, flow));
  SUYUAN_ASSIGN_OR_RETURN(const std::string passed, WhyNotPassed(stub, unit));
  SUYUAN_ASSIGN_OR_RETURN(const std::string recallable,
                          WhyNotRecallable(stub, flow.value("gtin", "")));
  const auto list = [](const char* what, const std::vector<std::string>& units) {
    return units.empty() ? std::string() : absl::StrCat(what, absl::StrJoin(units, ", "));
  };
  nlohmann::json checks;
  Put("recorded", recorded, &checks);
  Put("traceable", list("without source: ", report.without_source), &checks);
  Put("followed", list("under way ", report.under_way), &checks);
  Put("quality", passed, &checks);
  Put("accountable", report.responsible ? "" : "events have only named it", &checks);
  Put("recallable", recallable, &checks);
  return checks;
}

}  // namespace suyuan
