#include "chaincode/contracts/trace/anticounterfeit/clone_score.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "absl/time/time.h"
#include "chaincode/gs1/region_code.h"

namespace suyuan {
namespace {

constexpr int64_t kPrefectureSeconds = 600;
constexpr int64_t kProvinceSeconds = 1800;

bool IsLocated(const Scan& scan) { return scan.region.size() == 6 && scan.region != "000000"; }

bool Counts(const Scan& scan) {
  return scan.kind == Scan::Kind::kConsumer || scan.kind == Scan::Kind::kEarly;
}

std::string ProvinceOf(const Scan& scan) { return scan.region.substr(0, 2); }
// "" of a scan that is known to a province alone.
std::string PrefectureOf(const Scan& scan) {
  if (gs1::RegionLevelOf(scan.region) == gs1::RegionLevel::kProvince) return "";
  return scan.region.substr(0, 4);
}

// Prefectures, and provinces of which no prefecture is known.
int64_t Places(absl::Span<const Scan> scans) {
  std::set<std::string> prefectures, with_prefecture, provinces;
  for (const Scan& scan : scans) {
    if (!Counts(scan) || !IsLocated(scan)) continue;
    provinces.insert(ProvinceOf(scan));
    if (PrefectureOf(scan).empty()) continue;
    prefectures.insert(PrefectureOf(scan));
    with_prefecture.insert(ProvinceOf(scan));
  }
  return static_cast<int64_t>(prefectures.size() + provinces.size() - with_prefecture.size());
}

int64_t Devices(absl::Span<const Scan> scans) {
  std::set<std::string> devices;
  for (const Scan& scan : scans) {
    if (Counts(scan) && !scan.device.empty()) devices.insert(scan.device);
  }
  return static_cast<int64_t>(devices.size());
}

bool IsJump(const Scan& from, const Scan& to) {
  const int64_t seconds = std::llabs(SecondsOf(to) - SecondsOf(from));
  if (ProvinceOf(from) != ProvinceOf(to)) return seconds < kProvinceSeconds;
  const std::string a = PrefectureOf(from), b = PrefectureOf(to);
  return !a.empty() && !b.empty() && a != b && seconds < kPrefectureSeconds;
}

int64_t Jumps(absl::Span<const Scan> scans) {
  int64_t jumps = 0;
  const Scan* last = nullptr;
  for (const Scan& scan : scans) {
    if (!Counts(scan) || !IsLocated(scan)) continue;
    jumps += last != nullptr && IsJump(*last, scan);
    last = &scan;
  }
  return jumps;
}

int64_t Attempts(absl::Span<const Scan> scans) {
  return std::count_if(scans.begin(), scans.end(),
                       [](const Scan& scan) { return scan.kind == Scan::Kind::kWrong; });
}

}  // namespace

int64_t SecondsOf(const Scan& scan) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, scan.time, &time, nullptr)) return 0;
  return absl::ToUnixSeconds(time);
}

CloneScore ScoreOf(absl::Span<const Scan> scans) {
  const struct {
    const char* rule;
    int64_t value, free, each, most;
  } rules[] = {{"places", Places(scans), 1, 10, 40},
               {"devices", Devices(scans), 1, 3, 30},
               {"jumps", Jumps(scans), 0, 10, 30},
               {"attempts", Attempts(scans), 2, 5, 20}};
  CloneScore score;
  for (const auto& rule : rules) {
    if (rule.value <= rule.free) continue;
    const int64_t points = std::min(rule.most, rule.each * (rule.value - rule.free));
    score.points += points;
    score.reasons.push_back({rule.rule, rule.value, points});
  }
  score.points = std::min<int64_t>(score.points, 100);
  return score;
}

nlohmann::json ToJson(const CloneScore& score) {
  nlohmann::json reasons = nlohmann::json::array();
  for (const CloneReason& reason : score.reasons) {
    reasons.push_back({{"rule", reason.rule}, {"value", reason.value}, {"points", reason.points}});
  }
  return {{"points", score.points}, {"reasons", std::move(reasons)}};
}

}  // namespace suyuan
