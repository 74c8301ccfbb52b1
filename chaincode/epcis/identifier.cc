#include "chaincode/epcis/identifier.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "chaincode/gs1/digital_link.h"
#include "chaincode/gs1/epc_uri.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::epcis {
namespace {

// CBV's hash percent-encodes what Digital Links must, and leaves the rest of what an EPC URI may
// hold as it is: fewer characters than chaincode/gs1 encodes.
std::string EncodeForHash(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~';=", c)) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

absl::StatusOr<gs1::Identifier> ParseUri(absl::string_view text) {
  for (const char* prefix : {"urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:"}) {
    if (absl::StartsWith(text, prefix)) return gs1::ParseEpcUri(text);
  }
  if (absl::StartsWith(text, "https://") || absl::StartsWith(text, "http://")) {
    return gs1::ParseIdentifier(text);
  }
  return absl::NotFoundError("no URI of an identifier");
}

}  // namespace

std::string UnitId(absl::string_view text) {
  auto canonical = gs1::Canonical(text);
  return canonical.ok() ? *std::move(canonical) : std::string(text);
}

std::string LotOf(absl::string_view item, absl::string_view lot_number) {
  auto id = ParseUri(item);
  if (!id.ok() || id->scheme != gs1::Scheme::kSgtin || lot_number.empty()) return "";
  id->scheme = gs1::Scheme::kLgtin;
  id->extension = std::string(lot_number);
  return gs1::CanonicalUri(*id);
}

std::string HashIdentifier(absl::string_view text) {
  auto id = ParseUri(text);
  if (!id.ok()) return std::string(text);
  if (id->scheme == gs1::Scheme::kGtinVariant) {
    id->scheme = gs1::Scheme::kGtin;
    id->extension.clear();
  }
  std::string uri;
  for (const gs1::Element& element : gs1::ElementsOf(*id)) {
    absl::StrAppend(&uri, "/", element.ai, "/", EncodeForHash(element.content));
  }
  return uri.empty() ? std::string(text) : absl::StrCat(gs1::kCanonicalStem, uri);
}

}  // namespace suyuan::epcis
