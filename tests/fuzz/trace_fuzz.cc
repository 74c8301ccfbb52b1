// JSON arguments of the registration, scan policy, template, hold, recall, council, dealer and
// diversion contracts: every parser takes every text; what one accepts it accepts again as it
// writes it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "chaincode/contracts/trace/anticounterfeit/scan_policy.h"
#include "chaincode/contracts/trace/antidiversion/dealer.h"
#include "chaincode/contracts/trace/antidiversion/diversion_rule.h"
#include "chaincode/contracts/trace/antidiversion/holding.h"
#include "chaincode/contracts/trace/antidiversion/scan_place.h"
#include "chaincode/contracts/trace/antidiversion/scan_query.h"
#include "chaincode/contracts/trace/governance/motion.h"
#include "chaincode/contracts/trace/nonconformity/hold.h"
#include "chaincode/contracts/trace/nonconformity/inspection.h"
#include "chaincode/contracts/trace/nonconformity/recall.h"
#include "chaincode/contracts/trace/registration/attachment.h"
#include "chaincode/contracts/trace/registration/data_model.h"
#include "chaincode/contracts/trace/registration/organization.h"
#include "chaincode/contracts/trace/registration/product.h"
#include "chaincode/contracts/trace/templates/flow_template.h"
#include "chaincode/shim/conversion.h"

namespace {

using namespace suyuan;  // NOLINT: one file
using nlohmann::json;

void Need(bool good) {
  if (!good) std::abort();
}

void TryModel(const json& object) {
  const auto model = ParseModel("c", 1, "model", object);
  if (!model.ok()) return;
  const auto again = ParseModel("c", 1, "model", ToJson(*model));
  Need(again.ok() && ToJson(*again) == ToJson(*model));
  for (const char* scope : {"product", "batch"}) {
    CheckRecord(*model, scope, object, json::object());
    CheckRecord(*model, scope, json::object(), object);
  }
}

void TryTemplate(const json& object) {
  const auto flow = ParseTemplate("template", object);
  if (!flow.ok()) return;
  const auto again = ParseTemplate("template", ToJson(*flow));
  Need(again.ok() && ToJson(*again) == ToJson(*flow));
  std::vector<FlowEvent> events;
  for (const FlowStage& stage : flow->stages) {
    FlowEvent event;
    event.time_ms = static_cast<int64_t>(events.size() % 3);
    event.type = stage.types.empty() ? "ObjectEvent" : *stage.types.begin();
    event.step = stage.steps.empty() ? "" : *stage.steps.begin();
    event.dispositions = events.size() % 2 == 0 ? stage.passed : stage.failed;
    event.own = events.size() % 2 == 0;
    events.push_back(std::move(event));
  }
  Need(CheckFlow(*flow, events).size() == flow->stages.size());
}

void TryDiversion(const json& object) {
  const auto dealer = ParseDealer("d", "a", object);
  if (dealer.ok()) {
    const auto again = DealerFromJson(json(*dealer));
    Need(again.ok() && json(*again) == json(*dealer));
    FitOf(dealer->terms.area, ScanPlace());
  }
  const auto place = ParseScanPlace("a", object);
  if (place.ok()) FitOf({{"330000"}, {"310101"}}, *place);
  const auto goods = ParseGoods("a", object);
  if (goods.ok()) {
    const auto again = ParseGoods("a", ToJson(*goods));
    Need(again.ok() && ToJson(*again) == ToJson(*goods));
  }
  const auto rule = ParseRule("a", object);
  if (rule.ok()) JudgeScans(*rule, {LoggedScan(), LoggedScan()});
  ParseScanQuery("a", object).status().IgnoreError();
  HoldingFromJson(object).status().IgnoreError();
  ScanFromJson(object).status().IgnoreError();
}

void TryPaper(const json& object) {
  const auto paper = ParsePaper("p", "content", object);
  if (!paper.ok()) return;
  const auto again = PaperFromJson(json(*paper));
  Need(again.ok() && json(*again) == json(*paper));
}

void TryPolicy(const json& object) {
  const auto policy = ParseScanPolicy("policy", object);
  if (!policy.ok()) return;
  const auto again = ParseScanPolicy("policy", ToJson(*policy));
  Need(again.ok() && ToJson(*again) == ToJson(*policy));
  // Values stay values: what a tenant wrote can't bring markup into a page.
  for (const auto& [state, texts] : policy->prompts) {
    const PromptTexts filled =
        PromptOf(state, {"2026-01-01T00:00:00Z", "<i>", 1, 2, 3, "\"", "{lot}<"}, policy->prompts);
    Need((filled.zh + filled.en).find_first_of("<>\"'`") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parsed =
      internal::ParseJson("a", absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed.ok() || !parsed->is_object()) return 0;
  TryModel(*parsed);
  TryPaper(*parsed);
  TryPolicy(*parsed);
  TryTemplate(*parsed);
  TryDiversion(*parsed);
  CheckInformation("a", *parsed).IgnoreError();
  CheckOrganization("a", *parsed).status().IgnoreError();
  CheckAttachment("a", *parsed).status().IgnoreError();
  CheckIdentification("a", *parsed).status().IgnoreError();
  ParseFileRules("a", *parsed).status().IgnoreError();
  ParseFieldRights("a", *parsed).status().IgnoreError();
  ParseCouncil("a", *parsed).status().IgnoreError();
  ParseMotion("m", "a", *parsed).status().IgnoreError();
  ParseDisposition("a", *parsed).status().IgnoreError();
  ParseInspection("a", *parsed).status().IgnoreError();
  ParseScope("a", *parsed).status().IgnoreError();
  return 0;
}
