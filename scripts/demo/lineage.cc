#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

constexpr char kContract[] = "BatchLineage";

std::string List(const std::vector<LotQuantity>& lots) {
  return absl::StrJoin(lots, " + ", [](std::string* out, const LotQuantity& lot) {
    absl::StrAppend(out, Amount(lot.quantity, lot.unit), " ", lot.lot);
  });
}

std::string Losses(const Event& event) {
  std::string out;
  for (const LotQuantity& loss : event.losses) {
    absl::StrAppend(&out, ", declared loss ", Amount(loss.quantity, loss.unit));
  }
  return out;
}

std::vector<Call> CreateLots(const EpcisDocument& epcis, const Event& event) {
  std::vector<Call> calls;
  for (const LotQuantity& lot : event.inputs) {
    calls.push_back({event.actor,
                     kContract,
                     "CreateLot",
                     {lot.lot, lot.gtin, epcis.products.at(lot.gtin).zh, absl::StrCat(lot.quantity),
                      lot.unit}});
  }
  return calls;
}

// EPCIS tells what went in, what came out and what was lost; what the one output used
// is the difference.
Call Transform(const EpcisDocument& epcis, const Event& event) {
  auto inputs = nlohmann::json::array();
  auto loss = nlohmann::json::object();
  std::map<std::string, int64_t> uses;
  for (const LotQuantity& input : event.inputs) {
    inputs.push_back({{"lot", input.lot}, {"quantity", input.quantity}});
    uses[input.unit] += input.quantity;
  }
  for (const LotQuantity& lost : event.losses) {
    loss[lost.unit] = loss.value(lost.unit, int64_t{0}) + lost.quantity;
    uses[lost.unit] -= lost.quantity;
  }
  const LotQuantity& output = event.outputs.front();
  const nlohmann::json made{{"lot", output.lot},      {"quantity", output.quantity},
                            {"unit", output.unit},    {"name", epcis.products.at(output.gtin).zh},
                            {"product", output.gtin}, {"uses", uses}};
  return {event.actor,
          kContract,
          "Transform",
          {event.id, inputs.dump(), nlohmann::json::array({made}).dump(), loss.dump()}};
}

Call Ship(const Event& event) {
  auto lots = nlohmann::json::array();
  for (const LotQuantity& lot : event.inputs) lots.push_back(lot.lot);
  return {event.actor, kContract, "Ship", {event.id, lots.dump(), event.to}};
}

std::vector<Call> CallsFor(const EpcisDocument& epcis, const Event& event) {
  switch (event.kind) {
    case EventKind::kCommissioning:
      return CreateLots(epcis, event);
    case EventKind::kTransformation:
      return {Transform(epcis, event)};
    case EventKind::kShipping:
      return {Ship(event)};
    case EventKind::kReceiving:
      return {{event.actor, kContract, "Receive", {event.id}}};
  }
  return {};
}

std::string Sentence(const Stage& stage, const Event& event) {
  switch (event.kind) {
    case EventKind::kCommissioning:
      return absl::StrCat("new lot: ", List(event.inputs), " (",
                          stage.epcis.products.at(event.inputs.front().gtin).en, ")");
    case EventKind::kTransformation:
      return absl::StrCat(event.id, ": ", List(event.inputs), " -> ", List(event.outputs), " (",
                          stage.epcis.products.at(event.outputs.front().gtin).en, ")",
                          Losses(event));
    case EventKind::kShipping:
      return absl::StrCat(event.id, ": ", List(event.inputs), " sent to ",
                          stage.PartyName(event.to));
    case EventKind::kReceiving:
      return absl::StrCat(event.id, ": ", List(event.inputs), " received by ",
                          stage.PartyName(event.to));
  }
  return "";
}

// Rules hold for everybody: each of these must be refused.
void TryWrongDeeds(const Stage& stage) {
  stage.ExpectRefused({stage.BrandOwner(), kContract, "Receive", {"D1"}},
                      "only DistributorMSP may receive this shipment");
  stage.ExpectRefused({stage.BrandOwner(),
                       kContract,
                       "Transform",
                       {"T98", R"([{"lot":"SA-01","quantity":1000}])",
                        R"([{"lot":"XX-01","quantity":1000,"unit":"g"}])", "{}"}},
                      "lot SA-01 has 0 g left, not 1000");
  stage.ExpectRefused({stage.BrandOwner(),
                       kContract,
                       "Transform",
                       {"T99", R"([{"lot":"SO-01","quantity":1000}])",
                        R"([{"lot":"XX-02","quantity":2000,"unit":"g"}])", "{}"}},
                      "quantities in g do not balance: inputs 1000, outputs 2000");
}

}  // namespace

absl::Status ReplayEvents(const Stage& stage) {
  stage.story.Chapter(
      absl::StrCat("From the field to the warehouse: ", stage.epcis.events.size(),
                   " EPCIS events become transactions of the organisation that acted"));
  for (const Event& event : stage.epcis.events) {
    SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(CallsFor(stage.epcis, event)));
    stage.story.Tell(
        absl::StrCat(absl::FormatTime("%Y-%m-%d", event.time, absl::FixedTimeZone(8 * 3600)), "  ",
                     Sentence(stage, event)));
  }
  TryWrongDeeds(stage);
  return absl::OkStatus();
}

}  // namespace suyuan::demo
