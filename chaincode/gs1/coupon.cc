// North American coupons (GS1 US application guideline): digits whose length indicators
// say how long the next field is, then optional fields, each behind its own digit.
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/content_rules.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

// Takes fields off the front; every error names the field.
class Fields {
 public:
  explicit Fields(absl::string_view digits) : rest_(digits) {}

  bool empty() const { return rest_.empty(); }

  // The optional field that `digit` announces.
  bool Announced(char digit) {
    if (rest_.empty() || rest_[0] != digit) return false;
    rest_.remove_prefix(1);
    return true;
  }

  absl::StatusOr<absl::string_view> Take(size_t length, absl::string_view what) {
    if (rest_.size() < length) {
      return absl::InvalidArgumentError(absl::StrCat("coupon: ", what, " is missing or cut short"));
    }
    const absl::string_view field = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return field;
  }

  // One digit out of `allowed`.
  absl::StatusOr<char> Code(absl::string_view allowed, absl::string_view what) {
    SUYUAN_ASSIGN_OR_RETURN(const absl::string_view code, Take(1, what));
    if (allowed.find(code[0]) == absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat("coupon: ", what, " cannot be ", code));
    }
    return code[0];
  }

  // A length indicator out of `allowed`, then as many digits and `more`.
  absl::StatusOr<absl::string_view> Sized(absl::string_view allowed, size_t more,
                                          absl::string_view what) {
    SUYUAN_ASSIGN_OR_RETURN(const char size, Code(allowed, absl::StrCat("length of ", what)));
    return Take(static_cast<size_t>(size - '0') + more, what);
  }

  absl::Status Date(absl::string_view what, absl::string_view* date) {
    SUYUAN_ASSIGN_OR_RETURN(*date, Take(6, what));
    return Annotate(CheckContent("date", *date), absl::StrCat("coupon: ", what));
  }

 private:
  absl::string_view rest_;
};

constexpr absl::string_view kPrefixSizes = "0123456", kValueSizes = "12345";
constexpr absl::string_view kRequirementCodes = "012349";
constexpr absl::string_view kAnySize = "0123456789";

// A length of nine: no prefix of its own.
absl::Status OtherPrefix(Fields& in, absl::string_view what) {
  if (in.Announced('9')) return absl::OkStatus();
  return in.Sized(kPrefixSizes, 6, what).status();
}

absl::Status Requirement(Fields& in, absl::string_view which) {
  SUYUAN_RETURN_IF_ERROR(in.Sized(kValueSizes, 0, absl::StrCat(which, " purchase requirement")));
  SUYUAN_RETURN_IF_ERROR(
      in.Code(kRequirementCodes, absl::StrCat(which, " purchase requirement code")));
  return in.Take(3, absl::StrCat(which, " purchase family code")).status();
}

absl::Status FurtherPurchases(Fields& in) {
  if (in.Announced('1')) {
    SUYUAN_RETURN_IF_ERROR(in.Code("0123", "additional purchase rules code"));
    SUYUAN_RETURN_IF_ERROR(Requirement(in, "second"));
    SUYUAN_RETURN_IF_ERROR(OtherPrefix(in, "second purchase company prefix"));
  }
  if (in.Announced('2')) {
    SUYUAN_RETURN_IF_ERROR(Requirement(in, "third"));
    SUYUAN_RETURN_IF_ERROR(OtherPrefix(in, "third purchase company prefix"));
  }
  return absl::OkStatus();
}

absl::Status Dates(Fields& in) {
  absl::string_view expires, starts;
  if (in.Announced('3')) SUYUAN_RETURN_IF_ERROR(in.Date("expiration date", &expires));
  if (in.Announced('4')) SUYUAN_RETURN_IF_ERROR(in.Date("start date", &starts));
  if (!expires.empty() && starts > expires) {
    return absl::InvalidArgumentError("coupon: expires before it starts");
  }
  return absl::OkStatus();
}

absl::Status Miscellaneous(Fields& in) {
  if (!in.Announced('9')) return absl::OkStatus();
  SUYUAN_RETURN_IF_ERROR(in.Code("01256", "save value code"));
  SUYUAN_RETURN_IF_ERROR(in.Code("012", "save value applies to item"));
  SUYUAN_RETURN_IF_ERROR(in.Take(1, "store coupon flag"));
  return in.Code("01", "don't multiply flag").status();
}

absl::Status End(const Fields& in) {
  if (in.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("coupon: there are digits behind the last field");
}

absl::Status NeedDigits(absl::string_view text) {
  if (AllDigits(text)) return absl::OkStatus();
  return absl::InvalidArgumentError("coupon: holds other than digits");
}

}  // namespace

absl::Status CheckCoupon(absl::string_view text) {
  SUYUAN_RETURN_IF_ERROR(NeedDigits(text));
  Fields in(text);
  SUYUAN_RETURN_IF_ERROR(in.Sized(kPrefixSizes, 6, "company prefix"));
  SUYUAN_RETURN_IF_ERROR(in.Take(6, "offer code"));
  SUYUAN_RETURN_IF_ERROR(in.Sized(kValueSizes, 0, "save value"));
  SUYUAN_RETURN_IF_ERROR(Requirement(in, "first"));
  SUYUAN_RETURN_IF_ERROR(FurtherPurchases(in));
  SUYUAN_RETURN_IF_ERROR(Dates(in));
  if (in.Announced('5')) SUYUAN_RETURN_IF_ERROR(in.Sized(kAnySize, 6, "serial number"));
  if (in.Announced('6')) SUYUAN_RETURN_IF_ERROR(in.Sized("1234567", 6, "retailer's prefix or GLN"));
  SUYUAN_RETURN_IF_ERROR(Miscellaneous(in));
  return End(in);
}

absl::Status CheckCouponOffer(absl::string_view text) {
  SUYUAN_RETURN_IF_ERROR(NeedDigits(text));
  Fields in(text);
  SUYUAN_RETURN_IF_ERROR(in.Code("01", "format code"));
  SUYUAN_RETURN_IF_ERROR(in.Sized(kPrefixSizes, 6, "funder"));
  SUYUAN_RETURN_IF_ERROR(in.Take(6, "offer code"));
  SUYUAN_RETURN_IF_ERROR(in.Sized(kAnySize, 6, "serial number"));
  return End(in);
}

}  // namespace suyuan::gs1
