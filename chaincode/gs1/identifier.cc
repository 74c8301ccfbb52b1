#include "chaincode/gs1/identifier.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/digital_link.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/scheme_table.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

using internal::Layout;
using internal::RowOf;
using internal::SchemeRow;

// Which of the schemes of a GTIN, by what stands beside it; the strongest first.
constexpr Scheme kGtinSchemes[] = {Scheme::kSgtin, Scheme::kUpui, Scheme::kLgtin,
                                   Scheme::kGtinVariant};
constexpr Scheme kOtherSchemes[] = {Scheme::kItip, Scheme::kSscc, Scheme::kSgln, Scheme::kPgln,
                                    Scheme::kGrai, Scheme::kGiai, Scheme::kGsrn, Scheme::kGsrnp,
                                    Scheme::kGdti, Scheme::kSgcn, Scheme::kCpi,  Scheme::kGinc,
                                    Scheme::kGsin, Scheme::kGmn};

std::string ContentOr(absl::Span<const Element> elements, absl::string_view ai) {
  const std::string* content = FindContent(elements, ai);
  return content != nullptr ? *content : "";
}

// Key and extension in one element: 13 digits, then the extension; a GRAI has a zero
// before them.
Identifier SplitCompound(const SchemeRow& row, absl::string_view content) {
  if (row.scheme == Scheme::kGrai) content.remove_prefix(1);
  return {row.scheme, std::string(content.substr(0, row.key_digits)),
          std::string(content.substr(row.key_digits)), 0};
}

Identifier OfScheme(const SchemeRow& row, absl::Span<const Element> elements,
                    const std::string& content) {
  if (row.extension_ai == row.ai) return SplitCompound(row, content);
  Identifier id{row.scheme, content, ContentOr(elements, row.extension_ai), 0};
  // Zero is how EPCs write that there is none.
  if (row.scheme == Scheme::kSgln && id.extension == "0") id.extension.clear();
  return id;
}

Identifier OfGtin(absl::Span<const Element> elements, const std::string& gtin) {
  for (const Scheme scheme : kGtinSchemes) {
    const std::string* extension = FindContent(elements, RowOf(scheme).extension_ai);
    if (extension != nullptr) return {scheme, gtin, *extension, 0};
  }
  return {Scheme::kGtin, gtin, "", 0};
}

const SchemeRow* RowOfKey(absl::string_view ai) {
  for (const Scheme scheme : kOtherSchemes) {
    if (RowOf(scheme).ai == ai) return &RowOf(scheme);
  }
  return nullptr;
}

}  // namespace

bool operator==(const Identifier& a, const Identifier& b) {
  return a.scheme == b.scheme && a.key == b.key && a.extension == b.extension;
}

absl::string_view SchemeName(Scheme scheme) { return RowOf(scheme).name; }

bool IsTradeItem(Scheme scheme) {
  return scheme == Scheme::kGtin || scheme == Scheme::kGtinVariant || scheme == Scheme::kLgtin ||
         scheme == Scheme::kSgtin || scheme == Scheme::kUpui;
}

Level LevelOf(const Identifier& id) {
  if (id.scheme == Scheme::kLgtin) return Level::kLot;
  const bool is_class = id.scheme == Scheme::kGtin || id.scheme == Scheme::kGtinVariant ||
                        id.scheme == Scheme::kGmn ||
                        (RowOf(id.scheme).class_without_extension && id.extension.empty());
  return is_class ? Level::kClass : Level::kInstance;
}

absl::Status NeedInstance(const Identifier& id) {
  const Level level = LevelOf(id);
  if (level == Level::kInstance) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(CanonicalUri(id), " names a ", level == Level::kLot ? "lot" : "class",
                   ", where one thing with its serial number is needed"));
}

absl::Status NeedClassOrLot(const Identifier& id) {
  if (LevelOf(id) != Level::kInstance) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(CanonicalUri(id), " names one thing, where a class or a lot is needed"));
}

absl::StatusOr<Identifier> IdentifierOf(absl::Span<const Element> elements) {
  for (const Element& element : elements) {
    if (element.ai == "01") return OfGtin(elements, element.content);
    const SchemeRow* row = RowOfKey(element.ai);
    if (row != nullptr) return OfScheme(*row, elements, element.content);
  }
  return absl::NotFoundError("names nothing: there is no GS1 key among its elements");
}

std::vector<Element> ElementsOf(const Identifier& id) {
  const SchemeRow& row = RowOf(id.scheme);
  if (row.ai.empty()) return {};
  const std::string ai(row.ai);
  if (row.extension_ai == row.ai) {
    return {{ai, absl::StrCat(id.scheme == Scheme::kGrai ? "0" : "", id.key, id.extension)}};
  }
  std::vector<Element> elements = {{ai, id.key}};
  if (!id.extension.empty()) elements.push_back({std::string(row.extension_ai), id.extension});
  return elements;
}

std::string CanonicalUri(const Identifier& id) {
  const SchemeRow& row = RowOf(id.scheme);
  if (row.ai.empty()) return absl::StrCat("urn:epc:id:", row.name, ":", id.key);
  return FormatDigitalLink({std::string(kCanonicalStem), ElementsOf(id), {}, "", ""});
}

absl::StatusOr<std::vector<Element>> ParseElements(absl::string_view text) {
  std::vector<Element> elements;
  if (absl::StartsWithIgnoreCase(text, "http")) {
    SUYUAN_ASSIGN_OR_RETURN(const DigitalLink link, ParseDigitalLink(text));
    elements = link.Elements();
  } else {
    SUYUAN_ASSIGN_OR_RETURN(elements, ParseElementString(text));
  }
  SUYUAN_RETURN_IF_ERROR(CheckAssociations(elements));
  return elements;
}

absl::StatusOr<Identifier> ParseIdentifier(absl::string_view text) {
  if (absl::StartsWith(text, "urn:")) return ParseEpcUri(text);
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<Element> elements, ParseElements(text));
  return IdentifierOf(elements);
}

absl::StatusOr<std::string> Canonical(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(const Identifier id, ParseIdentifier(text));
  return CanonicalUri(id);
}

}  // namespace suyuan::gs1
