#include "chaincode/contracts/trace/events/amount.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "chaincode/epcis/scalar.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kDecimals = 12;
constexpr size_t kWholeDigits = 12;

// One of the unit is numerator/denominator of its dimension's base unit, exactly.
struct UnitOfMeasure {
  const char* code;
  const char* dimension;
  int64_t numerator;
  int64_t denominator;
};

constexpr UnitOfMeasure kUnits[] = {
    {"", "count", 1, 1},
    {"C62", "count", 1, 1},
    {"EA", "count", 1, 1},
    {"H87", "count", 1, 1},
    {"PR", "count", 2, 1},
    {"DZN", "count", 12, 1},
    {"GRO", "count", 144, 1},
    {"MIL", "count", 1000, 1},
    {"MC", "mass", 1, 1'000'000},
    {"MGM", "mass", 1, 1000},
    {"GRM", "mass", 1, 1},
    {"HGM", "mass", 100, 1},
    {"KGM", "mass", 1000, 1},
    {"DTN", "mass", 100'000, 1},
    {"TNE", "mass", 1'000'000, 1},
    {"LBR", "mass", 45'359'237, 100'000},
    {"ONZ", "mass", 28'349'523'125, 1'000'000'000},
    {"MLT", "volume", 1, 1000},
    {"CMQ", "volume", 1, 1000},
    {"CLT", "volume", 1, 100},
    {"DLT", "volume", 1, 10},
    {"LTR", "volume", 1, 1},
    {"DMQ", "volume", 1, 1},
    {"HLT", "volume", 100, 1},
    {"MTQ", "volume", 1000, 1},
    {"GLL", "volume", 3'785'411'784, 1'000'000'000},
    {"GLI", "volume", 454'609, 100'000},
    {"MMT", "length", 1, 1000},
    {"CMT", "length", 1, 100},
    {"DMT", "length", 1, 10},
    {"MTR", "length", 1, 1},
    {"KMT", "length", 1000, 1},
    {"INH", "length", 254, 10'000},
    {"FOT", "length", 3048, 10'000},
    {"CMK", "area", 1, 10'000},
    {"MTK", "area", 1, 1},
    {"HAR", "area", 10'000, 1},
};

const UnitOfMeasure* FindUnit(absl::string_view code) {
  const auto* found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [code](const UnitOfMeasure& unit) { return unit.code == code; });
  return found == std::end(kUnits) ? nullptr : found;
}

absl::int128 Power10(size_t exponent) {
  absl::int128 out = 1;
  for (; exponent > 0; --exponent) out *= 10;
  return out;
}

absl::int128 DivideRounded(absl::int128 value, absl::int128 divisor) {
  const absl::int128 half = divisor / 2;
  return (value < 0 ? value - half : value + half) / divisor;
}

}  // namespace

absl::StatusOr<Amount> Amount::Parse(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string canonical, epcis::CanonicalDecimal(text));
  absl::string_view rest = canonical;
  const bool negative = absl::ConsumePrefix(&rest, "-");
  const size_t point = rest.find('.');
  const absl::string_view whole = rest.substr(0, point);
  absl::string_view decimals =
      point == absl::string_view::npos ? absl::string_view() : rest.substr(point + 1);
  if (whole.size() > kWholeDigits) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text.substr(0, 40), "\" is not below 10^", kWholeDigits));
  }
  const bool up = decimals.size() > kDecimals && decimals[kDecimals] >= '5';
  decimals = decimals.substr(0, kDecimals);
  absl::int128 steps = 0;
  for (const char c : whole) steps = steps * 10 + (c - '0');
  for (const char c : decimals) steps = steps * 10 + (c - '0');
  steps *= Power10(kDecimals - decimals.size());
  if (up) steps += 1;
  return Amount(negative ? -steps : steps);
}

std::string Amount::Text() const {
  absl::int128 rest = steps_ < 0 ? -steps_ : steps_;
  std::string digits;
  for (; rest > 0; rest /= 10)
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  if (digits.size() <= kDecimals) digits.append(kDecimals + 1 - digits.size(), '0');
  std::reverse(digits.begin(), digits.end());
  std::string decimals = digits.substr(digits.size() - kDecimals);
  digits.resize(digits.size() - kDecimals);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return absl::StrCat(steps_ < 0 ? "-" : "", digits, decimals.empty() ? "" : ".", decimals);
}

std::string DimensionOf(absl::string_view uom) {
  const UnitOfMeasure* unit = FindUnit(uom);
  return unit == nullptr ? std::string(uom) : unit->dimension;
}

std::string BaseUnitOf(absl::string_view uom) {
  const std::string dimension = DimensionOf(uom);
  if (dimension == "count") return "C62";
  const auto* base =
      std::find_if(std::begin(kUnits), std::end(kUnits), [&](const UnitOfMeasure& unit) {
        return unit.dimension == dimension && unit.numerator == 1 && unit.denominator == 1;
      });
  return base == std::end(kUnits) ? std::string(uom) : base->code;
}

absl::StatusOr<Amount> Convert(Amount amount, absl::string_view from, absl::string_view to) {
  if (from == to) return amount;
  const UnitOfMeasure* a = FindUnit(from);
  const UnitOfMeasure* b = FindUnit(to);
  if (a == nullptr || b == nullptr || absl::string_view(a->dimension) != b->dimension) {
    return absl::InvalidArgumentError(absl::StrCat(
        from.empty() ? "pieces" : from, " can't be counted in ", to.empty() ? "pieces" : to));
  }
  // Both steps are small enough for 128 bits: 10^24 times 3 * 10^10, and a division between.
  const absl::int128 base = DivideRounded(amount.steps_ * a->numerator, a->denominator);
  const absl::int128 bound = Power10(kDecimals + kWholeDigits + 3);
  if (base > bound || base < -bound) {
    return absl::InvalidArgumentError(absl::StrCat(amount.Text(), " ", from, " is too much"));
  }
  return Amount(DivideRounded(base * b->denominator, b->numerator));
}

}  // namespace suyuan
