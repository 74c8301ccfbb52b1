#include "scripts/demo/scan_plan.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "chaincode/gs1/region_code.h"

namespace suyuan::demo {
namespace {

using Key = std::pair<std::string, uint64_t>;

class Planner {
 public:
  Planner(const Sales& sales, const CodeDesk& desk) : sales_(sales), desk_(desk) {}

  std::vector<PlannedScan> Run() {
    for (uint64_t i = sales_.diverted.from; i <= sales_.diverted.to; ++i) {
      Add(ScanKind::kDiverted, {sales_.diverted.batch, i}, sales_.diverted.region);
    }
    for (const Place& place : sales_.places) {
      Add(ScanKind::kCopied, {sales_.copied.batch, sales_.copied.index}, place.region);
    }
    for (uint64_t i = 0; i < sales_.over_limit.scans; ++i) {
      Add(ScanKind::kOverLimit, {sales_.over_limit.batch, sales_.over_limit.index},
          sales_.over_limit.region);
    }
    for (uint64_t i = 0; i < sales_.forged_codes; ++i) AddForged();
    for (uint64_t i = 0; i < sales_.repeated_codes; ++i) {
      const Label label = Fresh();
      const std::string region = HomeOf(label);
      Add(ScanKind::kRepeated, label, region);
      Add(ScanKind::kRepeated, label, region);
    }
    while (plan_.size() < sales_.scans) {
      const Label label = Fresh();
      Add(ScanKind::kOrdinary, label, HomeOf(label));
    }
    for (size_t i = plan_.size(); i > 1; --i) std::swap(plan_[i - 1], plan_[Below(i)]);
    return std::move(plan_);
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }

  void Add(ScanKind kind, const Label& label, const std::string& region) {
    used_.insert({label.batch, label.index});
    plan_.push_back({kind, desk_.CodeOf(label), label, region});
  }
  // A genuine code with one digit changed.
  void AddForged() {
    const Label label = Fresh();
    std::string code = desk_.CodeOf(label);
    char& digit = code[Below(code.size())];
    digit = static_cast<char>('0' + (digit - '0' + 1 + static_cast<int>(Below(9))) % 10);
    plan_.push_back({ScanKind::kForged, code, label, sales_.places[Below(Places())].region});
  }
  Label Fresh() {
    while (true) {
      const CodeShipment& shipment = sales_.shipments[Below(sales_.shipments.size())];
      Label label{shipment.batch, shipment.from + Below(shipment.to - shipment.from + 1)};
      if (used_.insert({label.batch, label.index}).second) return label;
    }
  }
  uint64_t Places() const { return sales_.places.size(); }
  // A place where the code's dealer may sell.
  std::string HomeOf(const Label& label) {
    const Dealer* dealer = sales_.FindDealer(sales_.HolderOf(label.batch, label.index)->dealer);
    while (true) {
      const std::string& region = sales_.places[Below(Places())].region;
      if (gs1::AnyRegionContains(dealer->regions, region)) return region;
    }
  }

  const Sales& sales_;
  const CodeDesk& desk_;
  std::mt19937_64 random_{20260917};
  std::set<Key> used_;
  std::vector<PlannedScan> plan_;
};

}  // namespace

std::vector<PlannedScan> PlanScans(const Sales& sales, const CodeDesk& desk) {
  return Planner(sales, desk).Run();
}

ScanTotals ExpectedTotals(const std::vector<PlannedScan>& plan, const Sales& sales) {
  ScanTotals totals;
  std::map<Key, uint64_t> scans;
  for (const PlannedScan& scan : plan) {
    if (scan.kind == ScanKind::kForged) {
      ++totals.unknown;
      continue;
    }
    const uint64_t ordinal = ++scans[{scan.label.batch, scan.label.index}];
    // Everywhere at once: that is no traveller.
    ++(scan.kind == ScanKind::kCopied ? totals.frozen
       : ordinal == 1                 ? totals.first
       : ordinal <= sales.scan_limit  ? totals.repeated
                                      : totals.over_limit);
    const CodeShipment* holder = sales.HolderOf(scan.label.batch, scan.label.index);
    const auto& regions = sales.FindDealer(holder->dealer)->regions;
    if (!gs1::AnyRegionContains(regions, scan.region)) ++totals.alerts;
  }
  return totals;
}

}  // namespace suyuan::demo
