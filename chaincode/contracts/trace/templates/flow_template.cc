#include "chaincode/contracts/trace/templates/flow_template.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxTerms = 50;
const char* const kTransport[] = {"shipping", "departing", "transporting", "arriving"};
const char* const kTypes[] = {"ObjectEvent", "AggregationEvent", "TransactionEvent",
                              "TransformationEvent", "AssociationEvent"};

// Terms of a vocabulary, each in its one bare form.
std::set<std::string> Terms(const char* name, epcis::Vocabulary vocabulary, Fields* fields) {
  std::set<std::string> out;
  for (const std::string& text : fields->Texts(name, kMaxTerms, Fields::kOptional)) {
    const auto term = epcis::CanonicalTerm(vocabulary, text);
    if (term.ok()) {
      out.insert(epcis::BareTerm(vocabulary, *term));
    } else {
      fields->Mistake(name, absl::StrCat("holds ", text, ": ", term.status().message()));
    }
  }
  return out;
}

std::set<std::string> Types(Fields* fields) {
  std::set<std::string> out;
  for (const std::string& text : fields->Texts("types", kMaxTerms, Fields::kOptional)) {
    if (std::find(std::begin(kTypes), std::end(kTypes), text) == std::end(kTypes)) {
      fields->Mistake("types", absl::StrCat("holds ", text, ", which is no type of event"));
    }
    out.insert(text);
  }
  return out;
}

absl::StatusOr<FlowStage> ParseStage(const std::string& argument, const nlohmann::json& object) {
  Fields fields(argument, object);
  FlowStage stage;
  stage.id = fields.Id("id");
  stage.name = fields.Text("name", Fields::kOptional, 256);
  stage.mandatory = fields.Bool("mandatory", true);
  stage.of = fields.OneOf("of", {"product", "material", "any"}, Fields::kOptional);
  if (stage.of.empty()) stage.of = "any";
  stage.steps = Terms("steps", epcis::Vocabulary::kBizStep, &fields);
  stage.types = Types(&fields);
  stage.passed = Terms("passed", epcis::Vocabulary::kDisposition, &fields);
  stage.failed = Terms("failed", epcis::Vocabulary::kDisposition, &fields);
  stage.back = fields.Id("back", Fields::kOptional);
  if (stage.steps.empty() && stage.types.empty()) {
    fields.Mistake("steps", "is empty, and so is types: every event would do");
  }
  if (stage.failed.empty() != stage.back.empty()) {
    fields.Mistake("back", "and failed go together: what fails is sent back to a stage");
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return stage;
}

bool Before(const std::vector<FlowStage>& stages, const std::string& id) {
  return std::any_of(stages.begin(), stages.end(),
                     [&](const FlowStage& stage) { return stage.id == id; });
}

// What most traces lack is raw material and transport; a template may not leave them out.
void CheckLegs(const FlowTemplate& flow, Fields* fields) {
  bool material = false, transport = false;
  for (const FlowStage& stage : flow.stages) {
    if (!stage.mandatory) continue;
    material |= stage.of == "material";
    for (const char* step : kTransport) transport |= stage.steps.count(step) > 0;
  }
  if (!material) fields->Mistake("stages", "holds no mandatory stage of material");
  if (!transport) {
    fields->Mistake("stages",
                    "holds no mandatory stage of transport (shipping, departing, transporting or "
                    "arriving)");
  }
}

bool Meets(const std::set<std::string>& wanted, const std::set<std::string>& has) {
  return std::any_of(has.begin(), has.end(),
                     [&](const std::string& one) { return wanted.count(one) > 0; });
}

bool IsOf(const FlowStage& stage, const FlowEvent& event) {
  if (stage.of != "any" && (stage.of == "product") != event.own) return false;
  if (!stage.types.empty() && stage.types.count(event.type) == 0) return false;
  return stage.steps.empty() || stage.steps.count(event.step) > 0;
}

bool Failed(const FlowStage& stage, const FlowEvent& event) {
  return Meets(stage.failed, event.dispositions);
}
bool Passed(const FlowStage& stage, const FlowEvent& event) {
  if (Failed(stage, event)) return false;
  return stage.passed.empty() || Meets(stage.passed, event.dispositions);
}

// One stage over all events.
StageResult CheckStage(const FlowStage& stage, const FlowStage* back,
                       absl::Span<const FlowEvent> events) {
  StageResult result;
  result.stage = &stage;
  const FlowEvent* failed = nullptr;  // and not passed since
  bool repeated = false;
  for (const FlowEvent& event : events) {
    if (back != nullptr && IsOf(*back, event)) repeated = true;
    if (!IsOf(stage, event)) continue;
    if (Failed(stage, event)) {
      ++result.sent_back;
      failed = &event;
      repeated = false;
    } else if (Passed(stage, event)) {
      if (result.event == nullptr) result.event = &event;
      if (failed != nullptr && !repeated && result.problem.empty()) {
        result.problem = absl::StrCat("passed at ", epcis::FormatTime(event.time_ms), " without ",
                                      stage.back, " since it was sent back");
      }
      failed = nullptr;
    }
  }
  if (failed != nullptr) {
    result.problem = absl::StrCat("was sent back to ", stage.back, " at ",
                                  epcis::FormatTime(failed->time_ms), " and has not passed since");
  } else if (result.event == nullptr && stage.mandatory) {
    result.problem = "is missing";
  }
  return result;
}

}  // namespace

absl::StatusOr<FlowTemplate> ParseTemplate(absl::string_view argument,
                                           const nlohmann::json& object) {
  Fields fields(argument, object);
  FlowTemplate flow;
  flow.kind = fields.OneOf("kind", {"product", "service"});
  flow.name = fields.Text("name", Fields::kRequired, 256);
  const nlohmann::json stages = fields.Any("stages");
  if (!stages.is_array() || stages.empty() || stages.size() > kMaxStages) {
    fields.Mistake("stages", absl::StrCat("is not a list of 1 to ", kMaxStages, " stages"));
    SUYUAN_RETURN_IF_ERROR(fields.Finish());
  }
  for (size_t i = 0; i < stages.size(); ++i) {
    const std::string place = absl::StrCat("stages[", i, "]");
    SUYUAN_ASSIGN_OR_RETURN(FlowStage stage,
                            ParseStage(absl::StrCat(argument, ".", place), stages[i]));
    if (Before(flow.stages, stage.id)) {
      fields.Mistake(place, absl::StrCat("has the id of an earlier stage: ", stage.id));
    }
    if (!stage.back.empty() && !Before(flow.stages, stage.back)) {
      fields.Mistake(place, absl::StrCat("goes back to ", stage.back, ", which is no earlier one"));
    }
    flow.stages.push_back(std::move(stage));
  }
  if (flow.kind == "product") CheckLegs(flow, &fields);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return flow;
}

nlohmann::json ToJson(const FlowTemplate& flow) {
  nlohmann::json stages = nlohmann::json::array();
  for (const FlowStage& stage : flow.stages) {
    nlohmann::json json{{"id", stage.id}, {"mandatory", stage.mandatory}, {"of", stage.of}};
    const std::pair<const char*, const std::set<std::string>*> lists[] = {
        {"steps", &stage.steps},
        {"types", &stage.types},
        {"passed", &stage.passed},
        {"failed", &stage.failed}};
    for (const auto& [name, list] : lists) {
      if (!list->empty()) json[name] = *list;
    }
    if (!stage.name.empty()) json["name"] = stage.name;
    if (!stage.back.empty()) json["back"] = stage.back;
    stages.push_back(std::move(json));
  }
  return {{"kind", flow.kind}, {"name", flow.name}, {"stages", std::move(stages)}};
}

std::vector<StageResult> CheckFlow(const FlowTemplate& flow, absl::Span<const FlowEvent> events) {
  std::vector<StageResult> results;
  const StageResult* latest = nullptr;  // of the stages so far, the one that began last
  results.reserve(flow.stages.size());
  for (const FlowStage& stage : flow.stages) {
    const auto back = std::find_if(flow.stages.begin(), flow.stages.end(),
                                   [&](const FlowStage& other) { return other.id == stage.back; });
    results.push_back(CheckStage(stage, back == flow.stages.end() ? nullptr : &*back, events));
    StageResult& result = results.back();
    if (result.event == nullptr) continue;
    if (latest != nullptr && result.event->time_ms < latest->event->time_ms) {
      if (result.problem.empty()) {
        result.problem = absl::StrCat("began before ", latest->stage->id);
      }
      continue;
    }
    latest = &result;
  }
  return results;
}

}  // namespace suyuan
