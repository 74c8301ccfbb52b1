// Quantities of lots as decimal fixed point, and the units of measure they are stated in.
#pragma once

#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// A decimal number in steps of 10^-12, below 10^12. Sums of a million of them can't overflow.
class Amount {
 public:
  Amount() = default;
  // xsd:decimal, or with an exponent. Further decimals are rounded half away from zero.
  //   kInvalidArgument  no number, or 10^12 and more
  static absl::StatusOr<Amount> Parse(absl::string_view text);
  // The shortest decimal text.
  std::string Text() const;

  Amount operator+(Amount other) const { return Amount(steps_ + other.steps_); }
  Amount operator-(Amount other) const { return Amount(steps_ - other.steps_); }
  Amount operator-() const { return Amount(-steps_); }
  Amount& operator+=(Amount other) { return *this = *this + other; }
  Amount& operator-=(Amount other) { return *this = *this - other; }
  bool operator==(Amount other) const { return steps_ == other.steps_; }
  bool operator<(Amount other) const { return steps_ < other.steps_; }
  bool operator<=(Amount other) const { return steps_ <= other.steps_; }
  bool operator>(Amount other) const { return steps_ > other.steps_; }
  bool IsZero() const { return steps_ == 0; }
  // The smallest one above 0.
  static Amount Step() { return Amount(1); }

 private:
  explicit Amount(absl::int128 steps) : steps_(steps) {}
  friend absl::StatusOr<Amount> Convert(Amount, absl::string_view, absl::string_view);
  absl::int128 steps_ = 0;
};

// What a unit of measure (UN/CEFACT Recommendation 20; empty: pieces) measures: "mass", "volume",
// "length", "area", "count"; for a unit that this table does not hold, the unit itself.
std::string DimensionOf(absl::string_view uom);
// The unit in which amounts of a dimension are compared: "GRM", "LTR", "MTR", "MTK", "C62".
std::string BaseUnitOf(absl::string_view uom);

// `amount` of unit `from` in unit `to`, rounded to a step.
//   kInvalidArgument  they measure different things, or the result is too large
absl::StatusOr<Amount> Convert(Amount amount, absl::string_view from, absl::string_view to);

}  // namespace suyuan
