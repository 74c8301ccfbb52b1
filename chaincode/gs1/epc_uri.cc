#include "chaincode/gs1/epc_uri.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/digital_link.h"
#include "chaincode/gs1/own_schemes.h"
#include "chaincode/gs1/scheme_table.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

using internal::EscapeField;
using internal::Layout;
using internal::RowOf;
using internal::SchemeRow;

enum class Kind { kIdentity, kClass, kPattern };

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<std::string> UnescapeField(absl::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c == '%' || (InCset82(c) && EscapeField(absl::string_view(&c, 1)).size() == 1);
  });
  if (!plain) return Bad("holds a character that must be written as %XX");
  return PercentDecode(text);
}

// Fields between dots, taken off the front.
class Fields {
 public:
  explicit Fields(absl::string_view text) : rest_(text) {}

  // Up to the next dot, which must be there.
  absl::StatusOr<absl::string_view> Take(absl::string_view what) {
    const size_t dot = rest_.find('.');
    if (dot == absl::string_view::npos) return Bad(absl::StrCat("no field behind its ", what));
    const absl::string_view field = rest_.substr(0, dot);
    rest_.remove_prefix(dot + 1);
    return field;
  }
  absl::StatusOr<absl::string_view> TakeDigits(absl::string_view what) {
    SUYUAN_ASSIGN_OR_RETURN(const absl::string_view field, Take(what));
    if (!AllDigits(field)) return Bad(absl::StrCat(what, " holds other than digits"));
    return field;
  }
  // All that is left; dots belong to it.
  absl::string_view Rest() const { return rest_; }

 private:
  absl::string_view rest_;
};

absl::StatusOr<absl::string_view> TakePrefix(Fields& in) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view prefix, in.TakeDigits("company prefix"));
  if (prefix.size() < kMinCompanyPrefix || prefix.size() > kMaxCompanyPrefix) {
    return Bad("company prefix does not have 6 to 12 digits");
  }
  return prefix;
}

// Reference and what follows as digits: the last field ends with the text.
absl::StatusOr<std::string> TakeReference(const SchemeRow& row, Fields& in) {
  const bool last = row.extension == '\0';
  absl::string_view field = in.Rest();
  if (!last) {
    SUYUAN_ASSIGN_OR_RETURN(field, in.Take("reference"));
  }
  if (row.layout == Layout::kFree) return UnescapeField(field);
  if (!AllDigits(field)) return Bad("reference holds other than digits");
  return std::string(field);
}

absl::StatusOr<std::string> KeyOf(const SchemeRow& row, absl::string_view prefix,
                                  absl::string_view reference) {
  if (row.layout == Layout::kFree) return absl::StrCat(prefix, reference);
  const size_t digits = row.scheme == Scheme::kItip ? 13 : row.key_digits - 1;
  if (prefix.size() + reference.size() != digits) {
    return Bad(absl::StrCat("company prefix and reference are not ", digits, " digits together"));
  }
  std::string key(prefix);
  if (row.layout == Layout::kIndicator) {
    key = absl::StrCat(reference.substr(0, 1), prefix, reference.substr(1));
  } else {
    absl::StrAppend(&key, reference);
  }
  key.push_back(CheckDigit(key));
  return key;
}

absl::StatusOr<std::string> TakePieceAndTotal(Fields& in) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view piece, in.TakeDigits("piece"));
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view total, in.TakeDigits("total of pieces"));
  if (piece.size() != 2 || total.size() != 2) return Bad("piece and total are not two digits each");
  return absl::StrCat(piece, total);
}

absl::Status TakeExtension(const SchemeRow& row, Kind kind, const Fields& in, Identifier* id) {
  if (kind == Kind::kPattern) {
    if (in.Rest() != "*") return Bad("is a pattern without '*' as its last field");
    return absl::OkStatus();
  }
  SUYUAN_ASSIGN_OR_RETURN(id->extension, UnescapeField(in.Rest()));
  if (id->extension.empty()) return Bad("has an empty last field");
  if (row.scheme == Scheme::kSgln && id->extension == "0") id->extension.clear();
  return absl::OkStatus();
}

// Characters, lengths and content are the AIs' own.
absl::Status CheckAsElements(const Identifier& id) {
  for (const Element& element : ElementsOf(id)) SUYUAN_RETURN_IF_ERROR(CheckElement(element));
  return absl::OkStatus();
}

absl::StatusOr<Identifier> ParseGs1(const SchemeRow& row, Kind kind, absl::string_view text) {
  Fields in(text);
  Identifier id{row.scheme, "", "", 0};
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view prefix, TakePrefix(in));
  id.company_prefix_length = static_cast<int>(prefix.size());
  SUYUAN_ASSIGN_OR_RETURN(const std::string reference, TakeReference(row, in));
  SUYUAN_ASSIGN_OR_RETURN(id.key, KeyOf(row, prefix, reference));
  if (row.scheme == Scheme::kItip) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string piece, TakePieceAndTotal(in));
    id.key += piece;
  }
  if (row.extension != '\0') SUYUAN_RETURN_IF_ERROR(TakeExtension(row, kind, in, &id));
  if (kind == Kind::kPattern && row.scheme == Scheme::kSgtin) id.scheme = Scheme::kGtin;
  SUYUAN_RETURN_IF_ERROR(CheckAsElements(id));
  return id;
}

absl::Status CheckKind(const SchemeRow& row, Kind kind) {
  const bool lot = row.scheme == Scheme::kLgtin;
  const bool has_class = row.scheme == Scheme::kSgtin || row.class_without_extension;
  const bool good = kind == Kind::kClass ? lot : kind == Kind::kPattern ? has_class : !lot;
  return good ? absl::OkStatus() : Bad("has no such EPC URI");
}

absl::StatusOr<Identifier> Parse(Kind kind, absl::string_view name, absl::string_view text) {
  const SchemeRow* row = internal::FindSchemeName(name);
  if (row == nullptr) return Bad(absl::StrCat("EPC URI: no scheme '", name.substr(0, 16), "'"));
  const std::string context = absl::StrCat("EPC URI of ", row->name);
  SUYUAN_RETURN_IF_ERROR(CheckKind(*row, kind), context);
  if (row->layout != Layout::kOwn) {
    SUYUAN_ASSIGN_OR_RETURN(Identifier id, ParseGs1(*row, kind, text), context);
    return id;
  }
  SUYUAN_RETURN_IF_ERROR(internal::CheckOwnScheme(row->scheme, text), context);
  return Identifier{row->scheme, std::string(text), "", 0};
}

// "sgtin-96", "3.9506000.013435.12345": the number of bits and the filter value tell how
// a tag holds it, not what it is. General identifiers have no filter value.
absl::StatusOr<Identifier> ParseTag(absl::string_view name, absl::string_view text) {
  const size_t hyphen = name.find('-');
  if (hyphen == absl::string_view::npos) return Bad("EPC tag URI: no number of bits");
  const absl::string_view scheme = name.substr(0, hyphen);
  const absl::string_view bits = name.substr(hyphen + 1);
  if (bits.empty() || (bits != "var" && !AllDigits(bits))) {
    return Bad("EPC tag URI: no number of bits");
  }
  if (scheme == "gid") return Parse(Kind::kIdentity, scheme, text);
  Fields in(text);
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view filter, in.TakeDigits("filter value"),
                          "EPC tag URI");
  if (filter.empty() || filter.size() > 2) return Bad("EPC tag URI: filter value is not a number");
  return Parse(Kind::kIdentity, scheme, in.Rest());
}

std::string Head(const SchemeRow& row, const Identifier& id) {
  if (id.scheme == Scheme::kGtin) return "urn:epc:idpat:sgtin:";
  const bool pattern = row.class_without_extension && id.extension.empty();
  const bool lot = id.scheme == Scheme::kLgtin;
  return absl::StrCat("urn:epc:", lot ? "class" : pattern ? "idpat" : "id", ":", row.name, ":");
}

std::string Tail(const SchemeRow& row, const Identifier& id) {
  if (!id.extension.empty()) return absl::StrCat(".", EscapeField(id.extension));
  if (id.scheme == Scheme::kGtin || row.class_without_extension) return ".*";
  return id.scheme == Scheme::kSgln ? ".0" : "";
}

// "prefix.reference"; `n` digits of prefix.
std::string CutKey(const SchemeRow& row, absl::string_view key, size_t n) {
  if (row.layout == Layout::kFree) {
    return absl::StrCat(key.substr(0, n), ".", EscapeField(key.substr(n)));
  }
  if (row.layout == Layout::kPlain) {
    return absl::StrCat(key.substr(0, n), ".", key.substr(n, key.size() - 1 - n));
  }
  const absl::string_view body = key.substr(0, row.scheme == Scheme::kItip ? 13 : key.size() - 1);
  std::string out = absl::StrCat(body.substr(1, n), ".", body.substr(0, 1), body.substr(n + 1));
  if (row.scheme == Scheme::kItip) {
    absl::StrAppend(&out, ".", key.substr(14, 2), ".", key.substr(16, 2));
  }
  return out;
}

absl::Status CheckPrefixLength(const SchemeRow& row, const Identifier& id) {
  const int n = id.company_prefix_length;
  if (n == 0) {
    return absl::FailedPreconditionError(
        "the length of the company prefix is not known, which an EPC URI needs");
  }
  const bool fits = row.layout != Layout::kFree ||
                    (static_cast<size_t>(n) < id.key.size() &&
                     AllDigits(absl::string_view(id.key).substr(0, static_cast<size_t>(n))));
  if (n < kMinCompanyPrefix || n > kMaxCompanyPrefix || !fits) {
    return Bad(absl::StrCat("a company prefix of ", n, " digits does not fit"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Identifier> ParseEpcUri(absl::string_view uri) {
  if (uri.size() > kMaxInputBytes) {
    return Bad(absl::StrCat("EPC URI: longer than ", kMaxInputBytes, " bytes"));
  }
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, "urn:epc:")) return Bad("EPC URI: does not begin with urn:epc:");
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, absl::MaxSplits(':', 2));
  if (parts.size() < 3) return Bad("EPC URI: kind, scheme or fields are missing");
  if (parts[0] == "id") return Parse(Kind::kIdentity, parts[1], parts[2]);
  if (parts[0] == "class") return Parse(Kind::kClass, parts[1], parts[2]);
  if (parts[0] == "idpat") return Parse(Kind::kPattern, parts[1], parts[2]);
  if (parts[0] == "tag") return ParseTag(parts[1], parts[2]);
  return Bad("EPC URI: neither id, class, idpat nor tag");
}

absl::StatusOr<std::string> EpcUri(const Identifier& id) {
  const SchemeRow& row = RowOf(id.scheme);
  if (row.layout == Layout::kOwn) return CanonicalUri(id);
  if (row.layout == Layout::kNone) {
    return absl::NotFoundError(absl::StrCat("there is no EPC URI for ", row.name));
  }
  SUYUAN_RETURN_IF_ERROR(CheckPrefixLength(row, id));
  return absl::StrCat(Head(row, id),
                      CutKey(row, id.key, static_cast<size_t>(id.company_prefix_length)),
                      Tail(row, id));
}

}  // namespace suyuan::gs1
