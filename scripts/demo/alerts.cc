#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

using nlohmann::json;

// Scans of one code in this many provinces: nobody travels like that.
constexpr size_t kProvincesOfACopy = 3;

std::string PlaceNames(const Sales& sales, const std::set<std::string>& regions) {
  return absl::StrJoin(regions, ", ", [&](std::string* out, const std::string& region) {
    const Place* place = sales.FindPlace(region);
    absl::StrAppend(out, place == nullptr ? region : place->name.en);
  });
}

std::string DealerName(const Sales& sales, const std::string& id) {
  const Dealer* dealer = sales.FindDealer(id);
  return absl::StrCat(id, dealer == nullptr ? "" : absl::StrCat(" ", dealer->name.en));
}

// Regions outside of the dealer's, by code ("BATCH#INDEX"), as the authority reads them.
absl::StatusOr<std::map<std::string, std::set<std::string>>> ScansOutside(const Stage& stage) {
  std::map<std::string, std::set<std::string>> out;
  const json filters{{"issuer", stage.BrandOwner()}, {"fit", "outside"}, {"limit", 500}};
  std::string bookmark;
  do {
    SUYUAN_ASSIGN_OR_RETURN(
        const json page,
        stage.alliance.Ask(
            {stage.Regulator(), "AntiDiversion", "FindScans", {filters.dump(), bookmark}}));
    for (const json& scan : page.at("scans")) {
      out[scan.at("thing")].insert(scan.at("place").at("region").get<std::string>());
    }
    bookmark = page.at("bookmark");
  } while (!bookmark.empty());
  return out;
}

// The number of copied codes.
absl::StatusOr<size_t> TellCopies(const Stage& stage) {
  SUYUAN_ASSIGN_OR_RETURN(const auto codes, ScansOutside(stage));
  const BusyCode& copied = stage.sales.copied;
  size_t copies = 0;
  for (const auto& [code, regions] : codes) {
    std::set<std::string> provinces;
    for (const std::string& region : regions) provinces.insert(region.substr(0, 2));
    if (provinces.size() < kProvincesOfACopy) continue;
    ++copies;
    stage.story.Expect(code == absl::StrCat(copied.batch, "#", copied.index),
                       absl::StrCat("COPIED CODE: ", code, " was also scanned in ",
                                    PlaceNames(stage.sales, regions)));
  }
  return copies;
}

void TellCase(const Stage& stage, const CodeShipment& shipment, const json& answer,
              const json& finding) {
  const DivertedCodes& diverted = stage.sales.diverted;
  const json& last = answer.at("lastRightHands");
  stage.story.Expect(
      shipment.batch == diverted.batch && shipment.from <= diverted.from &&
          diverted.to <= shipment.to &&
          finding.at("region") == diverted.region.substr(0, 2) + "0000" &&
          finding.at("things") == diverted.to - diverted.from + 1,
      absl::StrCat("DIVERTED: ", finding.at("things").get<uint64_t>(), " bottles of shipment ",
                   shipment.id, " to dealer ", DealerName(stage.sales, shipment.dealer),
                   " turned up in ", finding.at("region").get<std::string>(), ", ",
                   finding.at("sharePerMille").get<uint64_t>(), " of 1000 scans, by ",
                   finding.at("devices").get<uint64_t>(), " phones"));
  stage.story.Tell(absl::StrCat(
      "case ", finding.at("case").get<std::string>(), "; last in the right hands: dealer ",
      DealerName(stage.sales, last.at("dealer")), ", level ", last.at("level").get<uint64_t>(),
      ", by its ", last.at("by").get<std::string>()));
}

// The brand owner lets its rule judge each shipment. The number of cases.
absl::StatusOr<size_t> CheckShipments(const Stage& stage) {
  size_t cases = 0;
  for (const CodeShipment& shipment : stage.sales.shipments) {
    SUYUAN_ASSIGN_OR_RETURN(
        const std::string text,
        stage.alliance.Submit({stage.BrandOwner(), "AntiDiversion", "Check", {shipment.id, ""}}));
    const auto answer = json::parse(text, nullptr, false);
    if (!answer.is_object()) return absl::DataLossError("the answer is not a JSON object");
    for (const json& finding : answer.at("findings")) {
      if (!finding.at("diverted").get<bool>()) continue;
      ++cases;
      TellCase(stage, shipment, answer, finding);
    }
  }
  return cases;
}

}  // namespace

absl::Status ShowAlerts(const Stage& stage) {
  stage.story.Chapter("What the scans outside of the dealers' regions come to");
  SUYUAN_ASSIGN_OR_RETURN(const size_t cases, CheckShipments(stage));
  SUYUAN_ASSIGN_OR_RETURN(const size_t copies, TellCopies(stage));
  if (copies != 1 || cases != 1) {
    stage.story.Expect(false, absl::StrCat(copies, " copied codes and ", cases,
                                           " diverted shipments, not one each"));
  }
  return absl::OkStatus();
}

}  // namespace suyuan::demo
