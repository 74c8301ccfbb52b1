#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

std::string Step(const epcis::Event& event) {
  return epcis::BareTerm(epcis::Vocabulary::kBizStep, event.biz_step);
}

// "6,000 kg SB-01 + 3,000 kg WA-01", "pallet …0010 + pallet …0027".
std::string Units(const Stage& stage, const std::vector<std::string>& epcs,
                  const std::vector<epcis::Quantity>& quantities) {
  std::vector<std::string> texts;
  for (const std::string& epc : epcs) texts.push_back(stage.chain.ShortName(epc));
  for (const epcis::Quantity& quantity : quantities) {
    const std::string lot = stage.chain.ShortName(quantity.epc_class);
    texts.push_back(quantity.quantity.empty() ? lot : absl::StrCat(AmountText(quantity), " ", lot));
  }
  return absl::StrJoin(texts, " + ");
}

// ", declared loss 300 kg" of the extension lossList.
std::string Losses(const epcis::Event& event) {
  std::string out;
  for (const epcis::Element& extension : event.extensions) {
    if (extension.name != "lossList") continue;
    epcis::Quantity loss;
    for (const epcis::Element& field : extension.children) {
      if (field.name == "quantity") loss.quantity = field.text;
      if (field.name == "uom") loss.uom = field.text;
    }
    absl::StrAppend(&out, ", declared loss ", AmountText(loss));
  }
  return out;
}

std::string To(const Stage& stage, const epcis::Event& event) {
  for (const Party& party : stage.chain.parties) {
    if (!event.destinations.empty() && event.destinations.front().id == party.id) {
      return party.name.Both();
    }
  }
  return "anybody";
}

// An attempt: this much of one lot becomes that much of another.
epcis::Event Make(const Stage& stage, const std::string& from, const char* used,
                  const std::string& to, const char* made) {
  const auto like = std::find_if(
      stage.chain.events.begin(), stage.chain.events.end(),
      [](const ChainEvent& one) { return one.event.type == epcis::EventType::kTransformation; });
  epcis::Event event = like->event;
  event.extensions.clear();
  event.input_quantities = {{stage.EpcOf(from), used, "KGM", {}}};
  event.output_quantities = {{stage.EpcOf(to), made, "KGM", {}}};
  return event;
}

// Rules hold for everybody: each of these must be refused.
void TryWrongDeeds(const Stage& stage) {
  stage.ExpectEventRefused(stage.BrandOwner(), Make(stage, "MO-01", "6000", "SO-01", "9000"),
                           "make 9,000 kg out of 6,000 kg", "does not balance");
  stage.ExpectEventRefused(stage.BrandOwner(), Make(stage, "SA-01", "100", "MO-01", "100"),
                           "use salt that is used up", "ProducerMSP has 0 KGM, not 100 KGM");
}

// Consecutive events of one organisation.
std::vector<std::vector<ChainEvent>> Documents(const Stage& stage) {
  std::vector<std::vector<ChainEvent>> out;
  for (const ChainEvent& one : stage.chain.events) {
    if (one.actor == stage.Regulator()) continue;  // what it finds is told later
    if (out.empty() || out.back().back().actor != one.actor) out.emplace_back();
    out.back().push_back(one);
  }
  return out;
}

absl::Status CaptureDocument(const Stage& stage, const std::vector<ChainEvent>& document) {
  std::vector<epcis::Event> events;
  for (const ChainEvent& one : document) events.push_back(one.event);
  SUYUAN_ASSIGN_OR_RETURN(const Captured captured, Capture(stage, document.front().actor, events));
  stage.story.Expect(captured.success, absl::StrCat(document.front().actor, " captures ",
                                                    document.size(), " events in one transaction",
                                                    captured.success ? "" : ": ", captured.reason));
  for (const ChainEvent& one : document) {
    stage.story.Tell(absl::StrCat(Day(one.time), "  ", Sentence(stage, one)));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Day(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::FixedTimeZone(8 * 3600));
}

std::string Sentence(const Stage& stage, const ChainEvent& one) {
  const epcis::Event& event = one.event;
  const std::string step = Step(event);
  if (event.type == epcis::EventType::kTransformation) {
    const epcis::Quantity& made = event.output_quantities.front();
    return absl::StrCat(Units(stage, {}, event.input_quantities), " -> ",
                        Units(stage, {}, event.output_quantities), " (",
                        stage.chain.ProductName(made.epc_class).en, ")", Losses(event));
  }
  if (event.type == epcis::EventType::kAggregation) {
    return absl::StrCat(Units(stage, event.child_epcs, event.child_quantities),
                        event.action == "ADD" ? " onto " : " off ",
                        stage.chain.ShortName(event.parent_id));
  }
  const std::string units = Units(stage, event.epcs, event.quantities);
  if (step == "commissioning") {
    return absl::StrCat("new lot: ", units, " (",
                        stage.chain.ProductName(event.quantities.front().epc_class).en, ")");
  }
  if (step == "shipping") return absl::StrCat(units, " offered to ", To(stage, event));
  if (step == "receiving") return absl::StrCat(units, " accepted by ", To(stage, event));
  return absl::StrCat(step, ": ", units);
}

absl::StatusOr<Captured> Capture(const Stage& stage, const std::string& msp_id,
                                 const std::vector<epcis::Event>& events) {
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string text,
      stage.alliance.Submit({msp_id, "Events", "Capture", {stage.chain.Document(events), "{}"}}));
  const json answer = json::parse(text, nullptr, false);
  if (!answer.is_object() || !answer.contains("job") || !answer.contains("results")) {
    return absl::DataLossError("Events:Capture: the answer has no job");
  }
  Captured out{answer["job"].value("captureID", ""), answer["job"].value("success", false), ""};
  for (const json& result : answer["results"]) {
    if (!out.reason.empty()) continue;
    out.reason = result.value("reason", "");
    // Which event it is, the story knows.
    const std::string place = result.value("event", "") + "/";
    if (absl::StartsWith(out.reason, place)) out.reason.erase(0, place.size());
  }
  return out;
}

void Stage::ExpectEventRefused(const std::string& msp_id, const epcis::Event& event,
                               absl::string_view title, absl::string_view reason) const {
  const auto captured = Capture(*this, msp_id, {event});
  const std::string said = captured.ok() ? captured->reason : captured.status().ToString();
  story.Expect(absl::StrContains(said, reason),
               absl::StrCat(msp_id, " tries to ", title, ", refused: ", said));
}

absl::Status CaptureEvents(const Stage& stage) {
  const auto documents = Documents(stage);
  stage.story.Chapter(absl::StrCat("From the field to the warehouse, as EPCIS 2.0 events: ",
                                   documents.size(), " documents of the organisations that acted"));
  for (const auto& document : documents) {
    // Goods under way are accepted by whom they are offered to alone.
    if (Step(document.front().event) == "receiving") {
      stage.ExpectEventRefused(stage.Regulator(), document.front().event, "receive these goods",
                               "under way to");
    }
    SUYUAN_RETURN_IF_ERROR(CaptureDocument(stage, document));
  }
  TryWrongDeeds(stage);
  return absl::OkStatus();
}

}  // namespace suyuan::demo
