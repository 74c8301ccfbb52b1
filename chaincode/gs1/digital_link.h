// GS1 Digital Link URIs, uncompressed (GS1 Digital Link standard: URI syntax 1.5).
//
//   https://example.com/some/stem/01/09506000134352/10/ABC/21/12345?17=261231&lang=zh#top
//   ^ stem                        ^ key             ^ qualifiers    ^ attribute, other
//
// The key is the last segment pair of the path whose first half is a key's AI. Qualifiers
// stand behind it in the order GS1 gives, attributes in the query, by ';' or '&'. Content
// is percent-encoded. A GTIN may have its 8, 12 or 13 digits. Query parameters whose name
// is a number are AIs; all others are kept but mean nothing here.
//
// Short names in place of AIs ("gtin", "ser"), as older versions had them, are read where
// the stem is that of GS1 or a qualifier follows: ".../gtin/123" alone may be any page.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/gs1/element_string.h"

namespace suyuan::gs1 {

// Without a slash at its end, as all stems here.
constexpr absl::string_view kCanonicalStem = "https://id.gs1.org";

struct DigitalLink {
  std::string stem;                 // "https://example.com/some/stem", as written
  std::vector<Element> path;        // the key, then its qualifiers
  std::vector<Element> attributes;  // in their order
  std::string other_query;          // "lang=zh", as written
  std::string fragment;             // "top", as written

  // Path, then attributes: what the link says as an element string.
  std::vector<Element> Elements() const;
};

//   kInvalidArgument  not a URI, no key in its path, wrong order, a repeated AI, or content
//                     that breaks the AI's rules; the message names the AI and the rule
absl::StatusOr<DigitalLink> ParseDigitalLink(absl::string_view uri);

std::string FormatDigitalLink(const DigitalLink& link);

// From the elements of a message (ParseElementString): the first key leads the path, with
// its qualifiers; all else becomes attributes, in the order given, repetitions dropped.
// `stem` begins with http:// or https://; slashes at its end are dropped.
//   kInvalidArgument  no key, a bad stem, or an element that has no place in such a link
absl::StatusOr<DigitalLink> MakeDigitalLink(absl::Span<const Element> elements,
                                            absl::string_view stem = kCanonicalStem);

// `stem` without slashes at its end.
//   kInvalidArgument  no scheme, a bad host, or a query
absl::StatusOr<std::string> CheckStem(absl::string_view stem);

// All but unreserved characters (RFC 3986) as %XX, upper case.
std::string PercentEncode(absl::string_view text);
//   kInvalidArgument  '%' without two hexadecimal digits behind it
absl::StatusOr<std::string> PercentDecode(absl::string_view text);

}  // namespace suyuan::gs1
