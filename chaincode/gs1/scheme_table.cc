#include "chaincode/gs1/scheme_table.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "chaincode/gs1/digital_link.h"

namespace suyuan::gs1::internal {
namespace {

// In the order of Scheme.
constexpr SchemeRow kRows[] = {
    {Scheme::kGtin, "gtin", "01", "", Layout::kIndicator, 14},
    {Scheme::kGtinVariant, "cpv", "01", "22", Layout::kNone, 14, 'x', 20},
    {Scheme::kLgtin, "lgtin", "01", "10", Layout::kIndicator, 14, 'x', 20},
    {Scheme::kSgtin, "sgtin", "01", "21", Layout::kIndicator, 14, 'x', 20},
    {Scheme::kUpui, "upui", "01", "235", Layout::kIndicator, 14, 'x', 28},
    {Scheme::kItip, "itip", "8006", "21", Layout::kIndicator, 18, 'x', 20, true},
    {Scheme::kSscc, "sscc", "00", "", Layout::kIndicator, 18},
    {Scheme::kSgln, "sgln", "414", "254", Layout::kPlain, 13, 'x', 20},
    {Scheme::kPgln, "pgln", "417", "", Layout::kPlain, 13},
    {Scheme::kGrai, "grai", "8003", "8003", Layout::kPlain, 13, 'x', 16, true},
    {Scheme::kGiai, "giai", "8004", "", Layout::kFree, 0},
    {Scheme::kGsrn, "gsrn", "8018", "", Layout::kPlain, 18},
    {Scheme::kGsrnp, "gsrnp", "8017", "", Layout::kPlain, 18},
    {Scheme::kGdti, "gdti", "253", "253", Layout::kPlain, 13, 'x', 17, true},
    {Scheme::kSgcn, "sgcn", "255", "255", Layout::kPlain, 13, 'n', 12, true},
    {Scheme::kCpi, "cpi", "8010", "8011", Layout::kFree, 0, 'n', 12, true},
    {Scheme::kGinc, "ginc", "401", "", Layout::kFree, 0},
    {Scheme::kGsin, "gsin", "402", "", Layout::kPlain, 17},
    {Scheme::kGmn, "gmn", "8013", "", Layout::kNone, 0},
    {Scheme::kGid, "gid", "", "", Layout::kOwn, 0},
    {Scheme::kUsDod, "usdod", "", "", Layout::kOwn, 0},
    {Scheme::kAdi, "adi", "", "", Layout::kOwn, 0},
    {Scheme::kBic, "bic", "", "", Layout::kOwn, 0},
    {Scheme::kImovn, "imovn", "", "", Layout::kOwn, 0},
};

}  // namespace

const SchemeRow& RowOf(Scheme scheme) { return kRows[static_cast<size_t>(scheme)]; }

const SchemeRow* FindSchemeName(absl::string_view name) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [name](const SchemeRow& r) {
    return r.name == name && r.layout != Layout::kNone && r.scheme != Scheme::kGtin;
  });
  return row == std::end(kRows) ? nullptr : row;
}

std::string EscapeField(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool escape = absl::string_view("\"%&/<>?#").find(c) != absl::string_view::npos;
    absl::StrAppend(&out, escape ? PercentEncode(absl::string_view(&c, 1)) : std::string(1, c));
  }
  return out;
}

}  // namespace suyuan::gs1::internal
