#include "chaincode/contracts/trace/nonconformity/responsibility.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

// Times of one form compare as texts once the fraction has a fixed length.
std::string Sortable(const std::string& time) {
  if (time.empty() || time.back() != 'Z') return time;
  std::string out = time.substr(0, time.size() - 1);
  if (out.find('.') == std::string::npos) out += '.';
  out.resize(std::max<size_t>(out.size(), 30), '0');
  return out;
}

nlohmann::json ToJson(const Act& act) {
  nlohmann::json out{{"time", act.time},
                     {"unit", act.unit},
                     {"step", act.step},
                     {"party", act.party},
                     {"txId", act.tx_id}};
  if (!act.person.empty()) out["person"] = act.person;
  if (!act.detail.empty()) out["detail"] = act.detail;
  return out;
}

}  // namespace

Act ActOfRecord(const std::string& unit, const std::string& step, const nlohmann::json& record,
                const std::string& detail) {
  const nlohmann::json author = record.value("author", nlohmann::json::object());
  return {record.value("eventTime", ""),
          unit,
          step,
          author.value("mspId", ""),
          author.value("person", ""),
          record.value("txId", ""),
          detail};
}

nlohmann::json Report(const std::string& unit, const std::string& from, const std::string& to,
                      std::vector<Act> acts) {
  const std::string begin = Sortable(from), end = Sortable(to);
  std::vector<std::pair<std::string, Act>> timed;  // with the sortable time
  for (Act& act : acts) {
    std::string time = Sortable(act.time);
    timed.emplace_back(std::move(time), std::move(act));
  }
  std::sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.unit, a.second.step, a.second.tx_id) <
           std::tie(b.first, b.second.unit, b.second.step, b.second.tx_id);
  });
  nlohmann::json listed = nlohmann::json::array(), parties = nlohmann::json::array();
  std::map<std::string, std::pair<size_t, std::set<std::string>>> by_party;
  for (const auto& [time, act] : timed) {
    if (time < begin || (!end.empty() && end < time)) continue;
    listed.push_back(ToJson(act));
    auto& [count, steps] = by_party[act.party];
    ++count;
    steps.insert(act.step);
  }
  for (const auto& [msp_id, summary] : by_party) {
    parties.push_back({{"mspId", msp_id}, {"acts", summary.first}, {"steps", summary.second}});
  }
  return {{"unit", unit}, {"from", from}, {"to", to}, {"acts", listed}, {"parties", parties}};
}

}  // namespace suyuan
