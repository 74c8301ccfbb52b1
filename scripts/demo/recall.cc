#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/epcis/identifier.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

constexpr char kHold[] = "H-2026-01";
constexpr char kRecall[] = "R-2026-01";
constexpr char kReason[] = "aflatoxin B1 in the soybeans";
// Of the distributor's platform, which alone knows who is behind a contact.
constexpr char kContactKey[] = "a secret of the platform";

std::string Contact(const std::string& buyer) {
  return HexEncode(Sha256(absl::StrCat(kContactKey, "/", buyer)));
}

std::string Details() { return json{{"reason", kReason}}.dump(); }

std::string UnitsOf(const Stage& stage, const std::vector<std::string>& lots) {
  json units = json::array();
  for (const std::string& lot : lots) units.push_back(stage.EpcOf(lot));
  return units.dump();
}

std::string Scope(const Stage& stage) {
  return json{{"units", {stage.EpcOf(stage.sales.contaminated.lot)}}}.dump();
}

// A consumer's shop sells so many bottles of the lot.
epcis::Event Sale(const Stage& stage, const std::string& lot, const char* bottles) {
  epcis::Event event;
  for (const ChainEvent& one : stage.chain.events) {
    if (one.actor == stage.Distributor()) event = one.event;
  }
  event.type = epcis::EventType::kObject;
  event.event_time = "2026-10-08T14:00:00.000+08:00";
  event.action = "OBSERVE";
  event.parent_id.clear();
  event.child_quantities.clear();
  event.quantities = {{stage.EpcOf(lot), bottles, "", {}}};
  event.biz_step = "https://ref.gs1.org/cbv/BizStep-retail_selling";
  event.disposition = "https://ref.gs1.org/cbv/Disp-retail_sold";
  return event;
}

// What may be sold, lot by lot.
absl::Status TellScope(const Stage& stage, const std::vector<std::string>& lots, bool affected) {
  for (const std::string& lot : lots) {
    SUYUAN_ASSIGN_OR_RETURN(
        const json check,
        stage.alliance.Ask({stage.Distributor(), "Holds", "Check", {stage.EpcOf(lot), "sell"}}));
    stage.story.Expect(
        check.value("allowed", affected) != affected,
        absl::StrCat(lot, "  ", stage.chain.ProductName(stage.EpcOf(lot)).Both(), ": ",
                     affected ? "AFFECTED, held" : "not affected, stays free"));
  }
  return absl::OkStatus();
}

// Which dealers have the bottles of a lot, by their codes.
absl::Status TellDealers(const Stage& stage, const FoodChain::Bottles& bottles) {
  const std::string& batch = bottles.lot.number;
  for (uint64_t index = 0; index < bottles.count;) {
    SUYUAN_ASSIGN_OR_RETURN(
        const auto holder,
        stage.alliance.Ask(
            {stage.Regulator(), "Dealers", "GetHolder", {batch, absl::StrCat(index)}}));
    if (!holder.contains("to")) break;
    const uint64_t to = holder.at("to");
    const std::string id = holder.value("dealer", "");
    const Dealer* dealer = stage.sales.FindDealer(id);
    stage.story.Tell(absl::StrCat(batch, ": call back ", Grouped(to - index + 1), " bottles (",
                                  index, "-", to, ") from dealer ", id, " ",
                                  dealer == nullptr ? "" : dealer->name.Both()));
    if (to < index) return absl::InternalError("a holder's range ends before it starts");
    index = to + 1;
  }
  return absl::OkStatus();
}

absl::Status OpenRecall(const Stage& stage) {
  SUYUAN_ASSIGN_OR_RETURN(
      const json preview,
      stage.alliance.Ask({stage.BrandOwner(), "Recalls", "Preview", {Scope(stage)}}));
  const auto found = preview.value("units", std::vector<std::string>());
  std::vector<std::string> expected;
  for (const std::string& lot : stage.sales.contaminated.affected) {
    expected.push_back(epcis::UnitId(stage.EpcOf(lot)));
  }
  std::sort(expected.begin(), expected.end());
  const json& impact = preview.at("impact");
  stage.story.Expect(
      found == expected,
      absl::StrCat("asked before it is opened: ", found.size(), " lots of ",
                   impact.at("products").size(), " products, with ",
                   absl::StrJoin(impact.value("holders", std::vector<std::string>()), " and ")));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(
      {stage.BrandOwner(), "Recalls", "Open", {kRecall, Scope(stage), Details()}}));
  stage.story.Expect(true, absl::StrCat(stage.BrandOwner(), " opens recall ", kRecall,
                                        ": all of it is held from this block on"));
  SUYUAN_RETURN_IF_ERROR(TellScope(stage, stage.sales.contaminated.affected, true));
  return TellScope(stage, stage.sales.contaminated.untouched, false);
}

absl::Status TrySales(const Stage& stage) {
  stage.ExpectEventRefused(stage.Distributor(), Sale(stage, "BT-03", "500"), "sell BT-03",
                           "is held");
  SUYUAN_ASSIGN_OR_RETURN(const Captured sold,
                          Capture(stage, stage.Distributor(), {Sale(stage, "BT-01", "500")}));
  stage.story.Expect(sold.success, absl::StrCat(stage.Distributor(),
                                                " sells 500 bottles of BT-01, which rode on "
                                                "the pallet of BT-02",
                                                sold.success ? "" : ": ", sold.reason));
  return absl::OkStatus();
}

absl::Status Notify(const Stage& stage) {
  std::vector<Call> contacts;
  for (const auto& [buyer, lots] : stage.sales.contaminated.buyers) {
    for (const std::string& lot : lots) {
      contacts.push_back(
          {stage.Distributor(), "Recalls", "RegisterContact", {stage.EpcOf(lot), Contact(buyer)}});
    }
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(contacts));
  SUYUAN_RETURN_IF_ERROR(
      stage.alliance.Submit({stage.BrandOwner(), "Recalls", "Notify", {kRecall}}));
  SUYUAN_ASSIGN_OR_RETURN(
      const json notices,
      stage.alliance.Ask({stage.BrandOwner(), "Recalls", "GetNotices", {kRecall}}));
  std::vector<Call> deliveries;
  for (const json& notice : notices) {
    const std::string contact = notice.value("contact", "");
    const bool holder = notice.value("kind", "") == "holder";
    // A holder says itself that it knows; of a consumer the platform says what it delivered.
    deliveries.push_back({holder ? contact : stage.BrandOwner(),
                          "Recalls",
                          "RecordDelivery",
                          {kRecall, contact, holder ? "acknowledged" : "delivered"}});
    stage.story.Tell(absl::StrCat("notice to ", notice.value("kind", ""), " ",
                                  holder ? contact : absl::StrCat(contact.substr(0, 12), "…"), ": ",
                                  notice.at("units").size(),
                                  notice.at("units").size() == 1 ? " lot" : " lots"));
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(deliveries));
  const auto concerned = std::count_if(
      stage.sales.contaminated.buyers.begin(), stage.sales.contaminated.buyers.end(),
      [&](const auto& buyer) {
        return std::any_of(buyer.second.begin(), buyer.second.end(), [&](const auto& lot) {
          const auto& affected = stage.sales.contaminated.affected;
          return std::count(affected.begin(), affected.end(), lot) > 0;
        });
      });
  stage.story.Expect(notices.size() == static_cast<size_t>(concerned) + 2,
                     absl::StrCat(notices.size(), " notices, one each: both holders, and ",
                                  concerned, " of ", stage.sales.contaminated.buyers.size(),
                                  " buyers, who are keyed hashes on the ledger"));
  return absl::OkStatus();
}

absl::Status CloseRecall(const Stage& stage) {
  const Call close{stage.BrandOwner(), "Recalls", "Close", {kRecall, "everything is back"}};
  SUYUAN_RETURN_IF_ERROR(
      stage.alliance.Submit({stage.BrandOwner(), "Recalls", "Start", {kRecall}}));
  stage.ExpectRefused(close, "units have no outcome");
  std::vector<Call> outcomes;
  for (const std::string& lot : stage.sales.contaminated.affected) {
    const std::string& epc = stage.EpcOf(lot);
    const bool bottles = stage.chain.lots.at(lot).gtin == stage.chain.BottleLots()[0].lot.gtin;
    const json outcome{{"outcome", bottles ? "recovered" : "destroyed"}};
    outcomes.push_back({bottles ? stage.Distributor() : stage.BrandOwner(),
                        "Recalls",
                        "RecordOutcome",
                        {kRecall, epc, outcome.dump()}});
  }
  SUYUAN_RETURN_IF_ERROR(stage.alliance.SubmitAll(outcomes));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(close));
  SUYUAN_ASSIGN_OR_RETURN(const json report,
                          stage.alliance.Ask({stage.Regulator(), "Recalls", "Get", {kRecall}}));
  const json& progress = report.at("progress");
  stage.story.Expect(
      report.value("state", "") == "closed" && progress.value("accountedPercent", 0) == 100,
      absl::StrCat("recall ", kRecall, " is closed: ", progress.value("accounted", 0), " of ",
                   progress.value("units", 0), " lots accounted for, ",
                   progress.value("delivered", 0), " of ", progress.value("notices", 0),
                   " notices delivered, ", progress.value("acknowledged", 0), " acknowledged"));
  stage.story.Tell(absl::StrCat("$ suyuan recall show ", kRecall));
  return absl::OkStatus();
}

absl::Status TellResponsible(const Stage& stage) {
  const std::string& epc = stage.EpcOf("BT-03");
  SUYUAN_ASSIGN_OR_RETURN(
      const json report,
      stage.alliance.Ask({stage.Regulator(), "Recalls", "GetResponsibility", {epc, "", ""}}));
  stage.story.Tell("who had to do with BT-03 and what it was made of, each act a transaction:");
  for (const json& party : report.at("parties")) {
    stage.story.Tell(
        absl::StrCat("    ", party.value("mspId", ""), ": ", party.value("acts", 0), " acts (",
                     absl::StrJoin(party.value("steps", std::vector<std::string>()), ", "), ")"));
  }
  stage.story.Expect(report.at("parties").size() == stage.chain.parties.size(),
                     "each of the three organisations is in the report");
  stage.story.Tell(absl::StrCat("$ suyuan recall responsibility ", epc));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> FindContamination(const Stage& stage) {
  const std::string& lot = stage.sales.contaminated.lot;
  stage.story.Chapter(
      absl::StrCat("The authority finds ", kReason, " of lot ", lot, ". Forward trace"));
  std::vector<epcis::Event> findings;
  for (const ChainEvent& one : stage.chain.events) {
    if (one.actor != stage.Regulator()) continue;
    findings.push_back(one.event);
    stage.story.Tell(absl::StrCat(Day(one.time), "  ", Sentence(stage, one)));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Captured captured, Capture(stage, stage.Regulator(), findings));
  stage.story.Expect(captured.success, absl::StrCat(stage.Regulator(),
                                                    " records what its "
                                                    "laboratory measured",
                                                    captured.success ? "" : ": ", captured.reason));
  SUYUAN_RETURN_IF_ERROR(stage.alliance.Submit(
      {stage.Regulator(), "Holds", "Order", {kHold, UnitsOf(stage, {lot}), Details()}}));
  stage.story.Expect(true,
                     absl::StrCat(stage.Regulator(), " holds lot ", lot, " at once: ", kHold));
  epcis::Event use;
  for (const ChainEvent& one : stage.chain.events) {
    if (one.event.input_quantities.empty()) continue;
    if (stage.chain.ShortName(one.event.input_quantities.front().epc_class) == lot) use = one.event;
  }
  for (auto* list : {&use.input_quantities, &use.output_quantities}) {
    list->resize(1);
    list->front().quantity = "1000";
  }
  stage.ExpectEventRefused(stage.BrandOwner(), use, "steam the rest of it", "is held");
  SUYUAN_RETURN_IF_ERROR(TellTrace(stage, lot, epcis::Direction::kForward));
  return captured.tx_id;
}

absl::Status CallBack(const Stage& stage) {
  stage.story.Chapter("What is affected is called back, and nothing else");
  SUYUAN_RETURN_IF_ERROR(OpenRecall(stage));
  SUYUAN_RETURN_IF_ERROR(TrySales(stage));
  for (const FoodChain::Bottles& bottles : stage.chain.BottleLots()) {
    const auto& affected = stage.sales.contaminated.affected;
    if (std::count(affected.begin(), affected.end(), bottles.lot.number) > 0) {
      SUYUAN_RETURN_IF_ERROR(TellDealers(stage, bottles));
    }
  }
  SUYUAN_RETURN_IF_ERROR(Notify(stage));
  SUYUAN_RETURN_IF_ERROR(CloseRecall(stage));
  return TellResponsible(stage);
}

}  // namespace suyuan::demo
