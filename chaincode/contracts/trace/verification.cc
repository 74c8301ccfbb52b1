#include "chaincode/contracts/trace/verification.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace suyuan {
namespace {

std::string StateOf(const CodeFacts& facts, const Verdict& verdict) {
  if (!facts.known) return "unknown";
  if (!facts.activated) return "not-activated";
  // A look without a scan of its own is judged as the scan that would come next.
  const uint64_t ordinal = verdict.ordinal > 0 ? verdict.ordinal : verdict.count + 1;
  if (ordinal == 1) return "first";
  return ordinal > static_cast<uint64_t>(facts.scan_limit) ? "over-limit" : "repeated";
}

// "2026-11-21 17:43:18", Beijing time, from the record's UTC text.
std::string ConsumerTime(const std::string& utc) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, utc, &time, nullptr)) return utc;
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::FixedTimeZone(8 * 60 * 60));
}

}  // namespace

Verdict Judge(const CodeFacts& facts) {
  Verdict verdict;
  if (facts.known) {
    verdict.count = facts.scans.size();
    if (!facts.scans.empty()) verdict.first_time = facts.scans.front().time;
    for (size_t i = 0; i < facts.scans.size() && verdict.ordinal == 0; ++i) {
      if (facts.scans[i].tx_id == facts.asking_tx) verdict.ordinal = i + 1;
    }
  }
  verdict.state = StateOf(facts, verdict);
  return verdict;
}

std::string Prompt(const Verdict& v) {
  if (v.state == "first") return "该商品为正品，您是首次查询。";
  if (v.state == "repeated") {
    return absl::StrCat("该追溯码已被查询", v.count, "次，首次查询时间：",
                        ConsumerTime(v.first_time), "。若非本人查询，请谨防假冒。");
  }
  if (v.state == "over-limit") {
    return absl::StrCat("警告：该追溯码已被查询", v.count, "次，超过上限，首次查询时间：",
                        ConsumerTime(v.first_time), "，谨防假冒。");
  }
  if (v.state == "not-activated") return "该追溯码尚未激活。";
  return "未查询到该追溯码，谨防假冒。";
}

std::string PromptEnglish(const Verdict& v) {
  if (v.state == "first") return "Genuine. You are the first to ask for this code.";
  if (v.state == "repeated") {
    return absl::StrCat("This code was asked for ", v.count, " times, first at ",
                        ConsumerTime(v.first_time),
                        " Beijing time. If that was not you, beware of a fake.");
  }
  if (v.state == "over-limit") {
    return absl::StrCat("Warning: asked for ", v.count, " times, above the limit, first at ",
                        ConsumerTime(v.first_time), " Beijing time. Beware of a fake.");
  }
  if (v.state == "not-activated") return "This code is not activated yet.";
  return "No such code. Beware of a fake.";
}

void to_json(nlohmann::json& json, const Verdict& v) {
  json = {{"state", v.state},          {"ordinal", v.ordinal}, {"count", v.count},
          {"firstTime", v.first_time}, {"prompt", Prompt(v)},  {"promptEn", PromptEnglish(v)}};
}

}  // namespace suyuan
