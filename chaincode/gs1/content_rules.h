// Rules for the content of elements beyond length and characters: dates, countries,
// currencies, pieces, account numbers... The AI table names them.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

// `rule` over one part of an element.
//   kInvalidArgument  the text breaks the rule; the message says how
//   kNotFound         no such rule
absl::Status CheckContent(absl::string_view rule, absl::string_view text);

std::vector<absl::string_view> ContentRules();

// The North American coupon (AI 8110) and positive offer file (AI 8112).
absl::Status CheckCoupon(absl::string_view text);
absl::Status CheckCouponOffer(absl::string_view text);

// ISO 3166-1 and ISO 4217 numeric codes of three digits, ISO 3166-1 alpha-2, and the
// package types of UN/ECE recommendation 21, upper case.
bool IsCountryNumber(absl::string_view code);
bool IsCountryCode(absl::string_view code);
bool IsCurrencyNumber(absl::string_view code);
bool IsPackageType(absl::string_view code);

}  // namespace suyuan::gs1
