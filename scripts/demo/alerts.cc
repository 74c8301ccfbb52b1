#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

// Scans of one code in this many provinces: nobody travels like that.
constexpr size_t kProvincesOfACopy = 3;

struct CodeAlerts {
  std::set<std::string> regions;
  std::string dealer;
  std::string allowed;
};

// By code index of one batch.
std::map<uint64_t, CodeAlerts> ByCode(const nlohmann::json& alerts) {
  std::map<uint64_t, CodeAlerts> out;
  for (const auto& alert : alerts) {
    CodeAlerts& code = out[alert.value("index", uint64_t{0})];
    code.regions.insert(alert.value("region", ""));
    code.dealer = alert.value("dealer", "");
    code.allowed = absl::StrJoin(alert.value("allowed", std::vector<std::string>()), ", ");
  }
  return out;
}

size_t Provinces(const CodeAlerts& code) {
  std::set<std::string> provinces;
  for (const std::string& region : code.regions) provinces.insert(region.substr(0, 2));
  return provinces.size();
}

std::string PlaceNames(const Sales& sales, const std::set<std::string>& regions) {
  return absl::StrJoin(regions, ", ", [&](std::string* out, const std::string& region) {
    const Place* place = sales.FindPlace(region);
    absl::StrAppend(out, place == nullptr ? region : place->name.en);
  });
}

// What one dealer's codes did in one wrong place.
struct Diversion {
  std::string dealer, allowed;
  uint64_t from = 0, to = 0;
  uint64_t codes = 0;
};

// The number of diversions.
size_t TellDiversions(const Stage& stage, const std::string& batch,
                      const std::map<uint64_t, CodeAlerts>& codes) {
  std::map<std::string, Diversion> by_region;
  for (const auto& [index, code] : codes) {
    if (Provinces(code) >= kProvincesOfACopy) continue;
    for (const std::string& region : code.regions) {
      Diversion& d = by_region[region];
      if (d.codes++ == 0) d = {code.dealer, code.allowed, index, index, 1};
      d.to = index;
    }
  }
  for (const auto& [region, d] : by_region) {
    const bool ours = batch == stage.sales.diverted.batch && region == stage.sales.diverted.region;
    const Dealer* dealer = stage.sales.FindDealer(d.dealer);
    stage.story.Expect(
        ours && d.from == stage.sales.diverted.from && d.to == stage.sales.diverted.to,
        absl::StrCat("DIVERTED SHIPMENT: ", d.codes, " bottles of ", batch, " (", d.from, "-", d.to,
                     ") of dealer ", d.dealer, " ", dealer == nullptr ? "" : dealer->name.en,
                     " (regions ", d.allowed, ") turned up in ",
                     PlaceNames(stage.sales, {region})));
  }
  return by_region.size();
}

// The number of copied codes.
size_t TellCopies(const Stage& stage, const std::string& batch,
                  const std::map<uint64_t, CodeAlerts>& codes) {
  size_t copies = 0;
  for (const auto& [index, code] : codes) {
    if (Provinces(code) < kProvincesOfACopy) continue;
    ++copies;
    stage.story.Expect(
        batch == stage.sales.copied.batch && index == stage.sales.copied.index,
        absl::StrCat("COPIED CODE: number ", index, " of ", batch, ", sold by dealer ", code.dealer,
                     ", was also scanned in ", PlaceNames(stage.sales, code.regions)));
  }
  return copies;
}

}  // namespace

absl::Status ShowAlerts(const Stage& stage) {
  stage.story.Chapter("The alerts, as the regulator reads them from the ledger");
  std::set<std::string> batches;
  for (const CodeShipment& shipment : stage.sales.shipments) batches.insert(shipment.batch);
  size_t copies = 0, diversions = 0;
  for (const std::string& batch : batches) {
    SUYUAN_ASSIGN_OR_RETURN(
        const auto alerts,
        stage.alliance.Ask({stage.Regulator(), "AntiDiversion", "GetAlerts", {batch}}));
    const auto codes = ByCode(alerts);
    stage.story.Tell(absl::StrCat("batch ", batch, ": ", alerts.size(), " alerts"));
    diversions += TellDiversions(stage, batch, codes);
    copies += TellCopies(stage, batch, codes);
  }
  if (copies != 1 || diversions != 1) {
    stage.story.Expect(false, absl::StrCat(copies, " copied codes and ", diversions,
                                           " diverted shipments, not one each"));
  }
  return absl::OkStatus();
}

}  // namespace suyuan::demo
