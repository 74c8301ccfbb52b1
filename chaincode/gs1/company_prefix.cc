#include "chaincode/gs1/company_prefix.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/scheme_table.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

absl::Status ParseLine(absl::string_view line, std::map<std::string, int>* lengths) {
  line = line.substr(0, line.find('#'));
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
  if (words.empty()) return absl::OkStatus();
  int length = 0;
  const bool good = words.size() == 2 && AllDigits(words[0]) &&
                    words[0].size() <= kMaxCompanyPrefix && absl::SimpleAtoi(words[1], &length) &&
                    length >= 0 && length <= kMaxCompanyPrefix;
  if (!good) return absl::InvalidArgumentError("is not leading digits and a length of up to 12");
  if (!lengths->emplace(std::string(words[0]), length).second) {
    return absl::InvalidArgumentError(absl::StrCat(words[0], " occurs twice"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CompanyPrefixTable> CompanyPrefixTable::Parse(absl::string_view text) {
  CompanyPrefixTable table;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    SUYUAN_RETURN_IF_ERROR(ParseLine(line, &table.lengths_), absl::StrCat("line ", number));
  }
  return table;
}

CompanyPrefixTable CompanyPrefixTable::Always(int length) {
  CompanyPrefixTable table;
  table.lengths_[""] = length;
  return table;
}

int CompanyPrefixTable::LengthFor(const Identifier& id) const {
  const bool indicator = internal::RowOf(id.scheme).layout == internal::Layout::kIndicator;
  const std::string digits = id.key.substr(indicator && !id.key.empty() ? 1 : 0);
  for (size_t n = std::min(digits.size(), static_cast<size_t>(kMaxCompanyPrefix)) + 1; n > 0; --n) {
    const auto it = lengths_.find(digits.substr(0, n - 1));
    if (it != lengths_.end()) return it->second;
  }
  return 0;
}

}  // namespace suyuan::gs1
