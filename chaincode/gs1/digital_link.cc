#include "chaincode/gs1/digital_link.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/ai_table.h"
#include "chaincode/gs1/character_sets.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

using Elements = std::vector<Element>;
using Segments = std::vector<absl::string_view>;

constexpr struct {
  absl::string_view name, ai;
} kShortNames[] = {
    {"sscc", "00"},    {"gtin", "01"},   {"cpv", "22"},    {"lot", "10"},     {"ser", "21"},
    {"gdti", "253"},   {"gcn", "255"},   {"ginc", "401"},  {"gsin", "402"},   {"gln", "414"},
    {"glnx", "254"},   {"payTo", "415"}, {"party", "417"}, {"refNo", "8020"}, {"grai", "8003"},
    {"giai", "8004"},  {"itip", "8006"}, {"cpid", "8010"}, {"cpsn", "8011"},  {"gmn", "8013"},
    {"gsrnp", "8017"}, {"gsrn", "8018"}, {"srin", "8019"},
};

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("Digital Link: ", what));
}
absl::Status Bad(absl::string_view ai, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("AI (", ai, "): ", what));
}

// Characters a URI may hold (RFC 3986), and none that would end one inside of a text.
bool UriCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         (c != '\0' &&
          absl::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != absl::string_view::npos);
}

bool ConsumeScheme(absl::string_view* rest) {
  return absl::ConsumePrefix(rest, "https://") || absl::ConsumePrefix(rest, "http://") ||
         absl::ConsumePrefix(rest, "HTTPS://") || absl::ConsumePrefix(rest, "HTTP://");
}

bool IsHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && host.size() > 1 &&
           host.find_first_not_of("0123456789abcdefABCDEF:.") == absl::string_view::npos;
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
  });
}

absl::Status CheckAuthority(absl::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port =
      colon != absl::string_view::npos && (bracket == absl::string_view::npos || bracket < colon);
  const absl::string_view port = has_port ? authority.substr(colon + 1) : "";
  if (!IsHost(authority.substr(0, has_port ? colon : authority.size())) || !AllDigits(port)) {
    return Bad(absl::StrCat("'", authority, "' is not a host"));
  }
  return absl::OkStatus();
}

// The stem that `uri` begins with; what follows is left in `*rest`.
absl::StatusOr<absl::string_view> TakeAuthority(absl::string_view* rest) {
  const absl::string_view whole = *rest;
  if (!ConsumeScheme(rest)) return Bad("does not begin with http:// or https://");
  const size_t end = std::min(rest->find_first_of("/?#"), rest->size());
  SUYUAN_RETURN_IF_ERROR(CheckAuthority(rest->substr(0, end)));
  rest->remove_prefix(end);
  return whole.substr(0, whole.size() - rest->size());
}

absl::string_view TakeBehind(char mark, absl::string_view* text) {
  const size_t at = text->find(mark);
  if (at == absl::string_view::npos) return "";
  const absl::string_view behind = text->substr(at + 1);
  *text = text->substr(0, at);
  return behind;
}

absl::string_view AiOfShortName(absl::string_view name) {
  for (const auto& row : kShortNames) {
    if (row.name == name) return row.ai;
  }
  return "";
}

bool IsKey(absl::string_view ai) {
  const AiEntry* entry = FindAi(ai);
  return entry != nullptr && entry->key;
}

// Index of the segment that is the key's AI or short name; pairs are counted from the
// end, so that a stem may hold anything.
absl::StatusOr<size_t> FindKey(const Segments& segments, bool own_stem) {
  for (size_t i = segments.size(); i >= 2;) {
    i -= 2;
    if (IsKey(segments[i])) return i;
    const bool with_qualifier = i + 2 < segments.size();
    if ((own_stem || with_qualifier) && IsKey(AiOfShortName(segments[i]))) return i;
  }
  return Bad("its path names no GS1 key");
}

// GTINs of fewer digits get their zeros.
std::string Padded(absl::string_view ai, std::string content) {
  const size_t n = content.size();
  const bool short_gtin = (ai == "01" || ai == "02") && (n == 8 || n == 12 || n == 13);
  return short_gtin ? std::string(14 - n, '0') + content : content;
}

absl::StatusOr<Element> ParseElement(absl::string_view ai, absl::string_view encoded) {
  SUYUAN_ASSIGN_OR_RETURN(std::string content, PercentDecode(encoded),
                          absl::StrCat("AI (", ai, ")"));
  Element element{std::string(ai), Padded(ai, std::move(content))};
  SUYUAN_RETURN_IF_ERROR(CheckElement(element));
  return element;
}

// Is `ai` a qualifier of `key`, in any order?
bool Qualifies(const AiEntry& key, absl::string_view ai) {
  return std::any_of(key.qualifiers.begin(), key.qualifiers.end(), [ai](const auto& order) {
    return std::find(order.begin(), order.end(), ai) != order.end();
  });
}

// `path`'s qualifiers stand in the order of one of the key's alternatives.
bool InOrder(const AiEntry& key, absl::Span<const Element> path) {
  if (path.size() == 1) return true;
  return std::any_of(key.qualifiers.begin(), key.qualifiers.end(), [path](const auto& order) {
    size_t i = 1;
    for (const absl::string_view ai : order) i += i < path.size() && path[i].ai == ai;
    return i == path.size();
  });
}

absl::StatusOr<Elements> ParsePath(absl::Span<const absl::string_view> segments) {
  Elements path;
  for (size_t i = 0; i + 1 < segments.size(); i += 2) {
    const absl::string_view short_ai = AiOfShortName(segments[i]);
    SUYUAN_ASSIGN_OR_RETURN(
        Element element, ParseElement(short_ai.empty() ? segments[i] : short_ai, segments[i + 1]));
    path.push_back(std::move(element));
  }
  if (!InOrder(*FindAi(path[0].ai), path)) {
    return Bad(path[0].ai, "is followed by AIs that don't qualify it, or in the wrong order");
  }
  return path;
}

absl::Status CheckAttribute(const Elements& path, const Elements& attributes,
                            absl::string_view ai) {
  const AiEntry* entry = FindAi(ai);
  if (entry == nullptr) return Bad(absl::StrCat("'", ai, "' in its query is not an AI"));
  if (!entry->attribute) return Bad(ai, "cannot stand in a query");
  if (Qualifies(*FindAi(path[0].ai), ai)) {
    return Bad(ai, absl::StrCat("qualifies (", path[0].ai, ") and belongs in the path"));
  }
  if (FindContent(path, ai) != nullptr || FindContent(attributes, ai) != nullptr) {
    return Bad(ai, "occurs twice");
  }
  return absl::OkStatus();
}

absl::Status ParseParameter(absl::string_view parameter, DigitalLink* link) {
  const absl::string_view name = parameter.substr(0, parameter.find('='));
  if (name.empty() || !AllDigits(name)) {
    if (!parameter.empty()) {
      absl::StrAppend(&link->other_query, link->other_query.empty() ? "" : "&", parameter);
    }
    return absl::OkStatus();
  }
  SUYUAN_RETURN_IF_ERROR(CheckAttribute(link->path, link->attributes, name));
  // In a query '+' is a space, which no AI's content holds.
  if (parameter.find('+') != absl::string_view::npos) return Bad(name, "holds a space");
  const size_t equals = std::min(name.size() + 1, parameter.size());
  SUYUAN_ASSIGN_OR_RETURN(Element element, ParseElement(name, parameter.substr(equals)));
  link->attributes.push_back(std::move(element));
  return absl::OkStatus();
}

absl::Status ParseQuery(absl::string_view query, DigitalLink* link) {
  for (const absl::string_view parameter : absl::StrSplit(query, absl::ByAnyChar("&;"))) {
    SUYUAN_RETURN_IF_ERROR(ParseParameter(parameter, link));
    if (link->attributes.size() > kMaxElements) return Bad("holds too many attributes");
  }
  return absl::OkStatus();
}

absl::Status ParseStemAndPath(absl::string_view authority, absl::string_view path,
                              DigitalLink* link) {
  absl::ConsumePrefix(&path, "/");
  const Segments segments = absl::StrSplit(path, '/');
  SUYUAN_ASSIGN_OR_RETURN(const size_t at,
                          FindKey(segments, absl::EndsWith(authority, "//id.gs1.org")));
  link->stem = std::string(authority);
  for (size_t i = 0; i < at; ++i) absl::StrAppend(&link->stem, "/", segments[i]);
  SUYUAN_ASSIGN_OR_RETURN(link->path, ParsePath(absl::MakeConstSpan(segments).subspan(at)));
  return absl::OkStatus();
}

// The key's elements that stand in the path: those of the alternative that takes most.
Elements PathOf(absl::Span<const Element> elements, const Element& key) {
  Elements best = {key};
  for (const auto& order : FindAi(key.ai)->qualifiers) {
    Elements path = {key};
    for (const absl::string_view ai : order) {
      const std::string* content = FindContent(elements, ai);
      if (content != nullptr) path.push_back({std::string(ai), *content});
    }
    if (path.size() > best.size()) best = std::move(path);
  }
  return best;
}

std::string FormatQuery(const DigitalLink& link) {
  std::string query;
  for (const Element& e : link.attributes) {
    absl::StrAppend(&query, query.empty() ? "" : "&", e.ai, "=", PercentEncode(e.content));
  }
  const bool both = !query.empty() && !link.other_query.empty();
  absl::StrAppend(&query, both ? "&" : "", link.other_query);
  return query;
}

}  // namespace

absl::StatusOr<std::string> CheckStem(absl::string_view stem) {
  while (absl::ConsumeSuffix(&stem, "/")) {
  }
  absl::string_view rest = stem;
  SUYUAN_RETURN_IF_ERROR(TakeAuthority(&rest), "stem");
  const bool plain = std::all_of(rest.begin(), rest.end(), UriCharacter) &&
                     rest.find_first_of("?#") == absl::string_view::npos;
  if (!plain) return absl::InvalidArgumentError("stem: has a query or is not a URI");
  return std::string(stem);
}

Elements DigitalLink::Elements() const {
  std::vector<Element> all = path;
  all.insert(all.end(), attributes.begin(), attributes.end());
  return all;
}

absl::StatusOr<DigitalLink> ParseDigitalLink(absl::string_view uri) {
  if (uri.size() > kMaxInputBytes) {
    return Bad(absl::StrCat("longer than ", kMaxInputBytes, " bytes"));
  }
  if (!std::all_of(uri.begin(), uri.end(), UriCharacter)) {
    return Bad("holds a character that no URI may hold");
  }
  DigitalLink link;
  absl::string_view path = uri;
  SUYUAN_ASSIGN_OR_RETURN(const absl::string_view authority, TakeAuthority(&path));
  link.fragment = std::string(TakeBehind('#', &path));
  const absl::string_view query = TakeBehind('?', &path);
  SUYUAN_RETURN_IF_ERROR(ParseStemAndPath(authority, path, &link));
  SUYUAN_RETURN_IF_ERROR(ParseQuery(query, &link));
  return link;
}

std::string FormatDigitalLink(const DigitalLink& link) {
  std::string out = link.stem;
  for (const Element& e : link.path)
    absl::StrAppend(&out, "/", e.ai, "/", PercentEncode(e.content));
  const std::string query = FormatQuery(link);
  if (!query.empty()) absl::StrAppend(&out, "?", query);
  if (!link.fragment.empty()) absl::StrAppend(&out, "#", link.fragment);
  return out;
}

absl::StatusOr<DigitalLink> MakeDigitalLink(absl::Span<const Element> elements,
                                            absl::string_view stem) {
  DigitalLink link;
  SUYUAN_ASSIGN_OR_RETURN(link.stem, CheckStem(stem));
  const auto key =
      std::find_if(elements.begin(), elements.end(), [](const Element& e) { return IsKey(e.ai); });
  if (key == elements.end()) return Bad("no element is a GS1 key");
  link.path = PathOf(elements, *key);
  for (const Element& element : elements) {
    const std::string* in_path = FindContent(link.path, element.ai);
    const std::string* before = in_path ? in_path : FindContent(link.attributes, element.ai);
    if (before != nullptr && *before == element.content) continue;
    SUYUAN_RETURN_IF_ERROR(CheckAttribute(link.path, link.attributes, element.ai));
    link.attributes.push_back(element);
  }
  std::stable_partition(link.attributes.begin(), link.attributes.end(),
                        [](const Element& e) { return FindAi(e.ai)->fixed; });
  return link;
}

}  // namespace suyuan::gs1
