#include "chaincode/contracts/trace/antidiversion/diversion_rule.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int64_t kMaxCount = 1'000'000;

bool Counts(const LoggedScan& scan) { return scan.staff.empty() && scan.fit != Fit::kUndecided; }

std::string DayOf(const LoggedScan& scan) {
  const auto time = ParseTime("time", scan.time);
  return time.ok() ? ChinaDay(*time) : "";
}

// "440305" as "440000", or "440300".
std::string RegionOf(const DiversionRule& rule, const LoggedScan& scan) {
  const size_t digits = rule.by_prefecture ? 4 : 2;
  return scan.place.region.substr(0, digits) + std::string(6 - digits, '0');
}

// Texts with fractions of seconds do not sort as their times do.
bool IsBefore(const std::string& a, const std::string& b) {
  const auto first = ParseTime("time", a), second = ParseTime("time", b);
  return first.ok() && second.ok() && *first < *second;
}

struct Group {
  int64_t scans = 0;
  std::set<std::string> things, devices;
  std::vector<std::string> transactions;
};

Finding Measure(const DiversionRule& rule, const std::string& region, const Group& group,
                int64_t total) {
  Finding finding{region,
                  group.scans,
                  static_cast<int64_t>(group.things.size()),
                  static_cast<int64_t>(group.devices.size()),
                  group.scans * 1000 / total,
                  {},
                  group.transactions};
  const auto need = [&finding](absl::string_view what, int64_t is, int64_t least) {
    if (is < least) finding.lacks.push_back(absl::StrCat(what, " ", is, " of ", least));
  };
  need("scans", finding.scans, rule.min_scans);
  need("things", finding.things, rule.min_things);
  need("devices", finding.devices, rule.min_devices);
  need("share per mille", finding.share_per_mille, rule.min_share_per_mille);
  return finding;
}

}  // namespace

absl::StatusOr<DiversionRule> ParseRule(absl::string_view argument, const nlohmann::json& object) {
  DiversionRule rule;
  Fields fields(argument, object);
  rule.effective = fields.Time("effective", Fields::kOptional);
  rule.by_dealer = fields.OneOf("by", {"shipment", "dealer"}, Fields::kOptional) == "dealer";
  rule.by_prefecture =
      fields.OneOf("level", {"province", "prefecture"}, Fields::kOptional) == "prefecture";
  rule.window_days = fields.Integer("windowDays", 1, 366, rule.window_days);
  rule.min_scans = fields.Integer("minScans", 1, kMaxCount, rule.min_scans);
  rule.min_things = fields.Integer("minThings", 1, kMaxCount, rule.min_things);
  rule.min_devices = fields.Integer("minDevices", 1, kMaxCount, rule.min_devices);
  rule.min_share_per_mille = fields.Integer("minSharePerMille", 0, 1000, rule.min_share_per_mille);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return rule;
}

void to_json(nlohmann::json& json, const DiversionRule& rule) {
  json = {{"version", rule.version},
          {"effective", rule.effective},
          {"by", rule.by_dealer ? "dealer" : "shipment"},
          {"level", rule.by_prefecture ? "prefecture" : "province"},
          {"windowDays", rule.window_days},
          {"minScans", rule.min_scans},
          {"minThings", rule.min_things},
          {"minDevices", rule.min_devices},
          {"minSharePerMille", rule.min_share_per_mille}};
}

std::vector<Finding> JudgeScans(const DiversionRule& rule, absl::Span<const LoggedScan> scans) {
  std::map<std::string, Group> outside;
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  int64_t total = 0;
  for (const LoggedScan& scan : scans) {
    if (!Counts(scan)) continue;
    const std::string& device = scan.place.device;
    if (!device.empty() && !seen.emplace(device, scan.thing, DayOf(scan)).second) continue;
    ++total;
    if (scan.fit != Fit::kOutside) continue;
    Group& group = outside[RegionOf(rule, scan)];
    ++group.scans;
    group.things.insert(scan.thing);
    group.devices.insert(device);
    group.transactions.push_back(scan.tx_id);
  }
  std::vector<Finding> findings;
  for (const auto& [region, group] : outside) {
    findings.push_back(Measure(rule, region, group, total));
  }
  return findings;
}

nlohmann::json ToJson(const Finding& finding) {
  return {{"region", finding.region},
          {"scans", finding.scans},
          {"things", finding.things},
          {"devices", finding.devices},
          {"sharePerMille", finding.share_per_mille},
          {"diverted", finding.lacks.empty()},
          {"lacks", finding.lacks}};
}

nlohmann::json LastRightHands(absl::Span<const HopFacts> way) {
  for (size_t level = way.size(); level > 0; --level) {
    const HopFacts& hop = way[level - 1];
    if (hop.received_at.empty() && hop.seen_at.empty()) continue;
    const bool received = hop.seen_at.empty() || IsBefore(hop.seen_at, hop.received_at);
    return {{"level", level},
            {"dealer", hop.dealer},
            {"shipment", hop.shipment},
            {"by", received ? "receipt" : "scan"},
            {"at", received ? hop.received_at : hop.seen_at},
            {"next", level < way.size() ? way[level].dealer : ""}};
  }
  return {{"level", 0},
          {"dealer", ""},
          {"shipment", ""},
          {"by", "issue"},
          {"at", way.empty() ? "" : way[0].shipped_at},
          {"next", way.empty() ? "" : way[0].dealer}};
}

}  // namespace suyuan
