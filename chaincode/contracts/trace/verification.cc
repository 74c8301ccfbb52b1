#include "chaincode/contracts/trace/verification.h"

#include "absl/strings/str_cat.h"

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
    return absl::StrCat("该追溯码已被查询", v.count, "次，首次查询时间：", v.first_time,
                        "。若非本人查询，请谨防假冒。");
  }
  if (v.state == "over-limit") {
    return absl::StrCat("警告：该追溯码已被查询", v.count, "次，超过上限，首次查询时间：",
                        v.first_time, "，谨防假冒。");
  }
  if (v.state == "not-activated") return "该追溯码尚未激活。";
  return "未查询到该追溯码，谨防假冒。";
}

void to_json(nlohmann::json& json, const Verdict& v) {
  json = {{"state", v.state},
          {"ordinal", v.ordinal},
          {"count", v.count},
          {"firstTime", v.first_time},
          {"prompt", Prompt(v)}};
}

}  // namespace suyuan
