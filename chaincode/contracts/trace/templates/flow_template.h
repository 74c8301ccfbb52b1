// What a product or a service must go through, as configuration, and whether the events of a
// unit's life have it all. Plain rules over plain structs, apart from any ledger.
//
//   {"kind":"product","name":"...","stages":[
//     {"id":"inspection","name":"...","mandatory":true,"of":"product","steps":["inspecting"],
//      "types":[],"passed":["conformant"],"failed":["non_conformant"],"back":"processing"}, ...]}
//
// An event is of a stage when it has one of the stage's steps, and is of one of its types (none
// named: any), and about what the stage is of. It meets the stage when it has one of the
// dispositions `passed` (none named: when it has none of `failed`). One that has failed sends the
// unit back: the stage counts as met again only after an event of stage `back`, and then one that
// meets it. So an inspection may send goods back into production, and a customer a service.
//
// Stages are in order: each begins (the first event that meets it) no earlier than those before it.
// What there is more than once, materials or batches of them, needs a stage once.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan {

inline constexpr size_t kMaxStages = 100;

struct FlowStage {
  std::string id;
  std::string name;  // for people
  bool mandatory = true;
  // product   events of the unit itself and of the lot that it is of: what made them, where they
  //           were and what they travelled in
  // material  events of what it was made of, however far back
  // any       both
  std::string of;
  std::set<std::string> steps;           // business steps: bare words of CBV, or URIs
  std::set<std::string> types;           // "TransformationEvent" and so on
  std::set<std::string> passed, failed;  // dispositions: bare words of CBV, or URIs
  std::string back;                      // an earlier stage; empty: nothing is sent back
};

struct FlowTemplate {
  std::string kind;  // "product", "service"
  std::string name;
  std::vector<FlowStage> stages;
};

// Left out: mandatory, of any, no types, nothing passed, failed or back. A template of a product
// has a mandatory stage of material, and a mandatory one with a step of transport (shipping,
// departing, transporting, arriving).
//   kInvalidArgument  "argument 'NAME.stages[2]': field steps ...": names the field and the rule
absl::StatusOr<FlowTemplate> ParseTemplate(absl::string_view argument,
                                           const nlohmann::json& object);
nlohmann::json ToJson(const FlowTemplate& flow);

// What the rules see of an event.
struct FlowEvent {
  std::string hash;
  int64_t time_ms = 0;
  std::string type, step;
  std::set<std::string> dispositions;  // with persistent ones that it sets
  bool own = false;                    // of the unit, its lot or what it travelled in
  std::string author;                  // MSP id
};

struct StageResult {
  const FlowStage* stage = nullptr;
  const FlowEvent* event = nullptr;  // the first that meets it; nullptr: none
  size_t sent_back = 0;              // events that failed
  // Empty, or what is wrong: "is missing"; "was sent back to STAGE at TIME and has not passed
  // since"; "passed at TIME without STAGE since it was sent back"; "began before STAGE". Of stages
  // that are not mandatory, only of what there is.
  std::string problem;
};
// One a stage, in their order. `flow` and `events` (by time) outlive the results.
std::vector<StageResult> CheckFlow(const FlowTemplate& flow, absl::Span<const FlowEvent> events);

}  // namespace suyuan
