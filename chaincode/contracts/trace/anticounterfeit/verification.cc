#include "chaincode/contracts/trace/anticounterfeit/verification.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace suyuan {
namespace {

// The number of each scan among those that count, 0 of those that don't.
std::vector<uint64_t> Ordinals(const std::vector<Scan>& scans, int64_t fold_seconds) {
  struct Counted {
    int64_t seconds = 0;
    uint64_t ordinal = 0;
  };
  std::map<std::string, Counted> last;  // by device
  std::vector<uint64_t> out;
  uint64_t count = 0;
  for (const Scan& scan : scans) {
    if (scan.kind != Scan::Kind::kConsumer) {
      out.push_back(0);
      continue;
    }
    const int64_t seconds = SecondsOf(scan);
    const auto known = scan.device.empty() ? last.end() : last.find(scan.device);
    if (fold_seconds > 0 && known != last.end() &&
        std::llabs(seconds - known->second.seconds) <= fold_seconds) {
      out.push_back(known->second.ordinal);
      continue;
    }
    out.push_back(++count);
    if (!scan.device.empty()) last[scan.device] = {seconds, count};
  }
  return out;
}

void Count(const CodeFacts& facts, Verdict* verdict) {
  const std::vector<uint64_t> ordinals = Ordinals(facts.scans, facts.policy.fold_seconds);
  for (size_t i = 0; i < facts.scans.size(); ++i) {
    const Scan& scan = facts.scans[i];
    if (ordinals[i] > verdict->count) {
      verdict->count = ordinals[i];
      if (ordinals[i] == 1) {
        verdict->first_time = scan.time;
        verdict->first_region = scan.region;
      }
    }
    if (scan.tx_id == facts.asking_tx) verdict->ordinal = ordinals[i];
  }
  verdict->limit = facts.policy.scan_limit;
  verdict->left = std::max<int64_t>(0, verdict->limit - static_cast<int64_t>(verdict->count));
}

std::string StateOf(const CodeFacts& facts, const Verdict& verdict) {
  if (!facts.known) return "unknown";
  if (facts.wrong_inner) return "wrong-code";
  if (!facts.mark.empty() && facts.mark != "opened") return facts.mark;
  if (!facts.activated) return "not-activated";
  if (facts.policy.trace_only) return "trace-only";
  if (verdict.score.points >= facts.policy.freeze_score) return "frozen";
  if (facts.open_of_two) return "open-code";
  if (!facts.mark.empty()) return facts.mark;
  // A look without a scan of its own is judged as the scan that would come next.
  const uint64_t ordinal = verdict.ordinal > 0 ? verdict.ordinal : verdict.count + 1;
  if (ordinal > static_cast<uint64_t>(facts.policy.scan_limit)) return "over-limit";
  return ordinal == 1 ? "first" : "repeated";
}

}  // namespace

Verdict Judge(const CodeFacts& facts) {
  Verdict verdict;
  if (facts.known) {
    Count(facts, &verdict);
    verdict.score = ScoreOf(facts.scans);
  }
  verdict.state = StateOf(facts, verdict);
  return verdict;
}

void to_json(nlohmann::json& json, const Verdict& v) {
  json = {{"state", v.state},
          {"ordinal", v.ordinal},
          {"count", v.count},
          {"limit", v.limit},
          {"left", v.left},
          {"firstTime", v.first_time},
          {"firstRegion", v.first_region}};
}

std::vector<std::string> AlertsOf(const CodeFacts& facts, const Verdict& verdict,
                                  const std::string& lot_state) {
  std::vector<std::string> alerts;
  if (!facts.known) return alerts;
  if (verdict.state == "over-limit" || verdict.state == "wrong-code" ||
      verdict.state == "returned" || verdict.state == "reissued" || verdict.state == "revoked") {
    alerts.push_back(verdict.state);
  }
  if (verdict.score.points >= facts.policy.freeze_score) alerts.push_back("copied");
  const bool early = std::any_of(facts.scans.begin(), facts.scans.end(), [&](const Scan& scan) {
    return scan.tx_id == facts.asking_tx && scan.kind == Scan::Kind::kEarly;
  });
  if (early) alerts.push_back("early");
  if (lot_state == "held" || lot_state == "recalled" || lot_state == "expired") {
    alerts.push_back(lot_state);
  }
  return alerts;
}

}  // namespace suyuan
