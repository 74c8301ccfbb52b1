#include "sdk/place/region_names.h"

#include <functional>
#include <map>

#include "absl/strings/match.h"
#include "chaincode/gs1/region_code.h"

namespace suyuan::sdk::place {
namespace {

using Rows = std::map<std::string, std::string>;

constexpr size_t kShortest = 6;  // two characters of Chinese

// Of the rows from `begin` on that begin with `prefix`: the one named so, else the only one whose
// name begins so; "" none.
std::string Match(const Rows& rows, const std::string& prefix, absl::string_view name,
                  const std::function<bool(const std::string&)>& may_be) {
  if (name.size() < kShortest) return "";
  std::string found;
  int alike = 0;
  for (auto it = rows.lower_bound(prefix); it != rows.end(); ++it) {
    const auto& [code, text] = *it;
    if (!absl::StartsWith(code, prefix)) break;
    if (!may_be(code) || !absl::StartsWith(text, name)) continue;
    if (text.size() == name.size()) return code;
    found = code;
    ++alike;
  }
  return alike == 1 ? found : "";
}

// A prefecture, or a county that stands right below its province.
bool IsCity(const std::string& code) {
  const auto level = gs1::RegionLevelOf(code);
  return level == gs1::RegionLevel::kPrefecture ||
         (level == gs1::RegionLevel::kCounty && code[2] == '9');
}

}  // namespace

std::string RegionNames::CodeOf(absl::string_view province, absl::string_view city) const {
  const Rows& rows = table_.rows();
  const std::string above = Match(rows, "", province, [](const std::string& code) {
    return gs1::RegionLevelOf(code) == gs1::RegionLevel::kProvince;
  });
  if (above.empty()) return "";
  const std::string below = Match(rows, above.substr(0, 2), city, IsCity);
  return below.empty() ? above : below;
}

}  // namespace suyuan::sdk::place
