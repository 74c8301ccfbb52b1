#include "chaincode/gs1/element_string.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "chaincode/gs1/ai_table.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/content_rules.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

using Elements = std::vector<Element>;

absl::Status Bad(absl::string_view ai, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("AI (", ai, "): ", what));
}

bool IsFnc1(char c) { return c == '^' || c == '\x1d'; }

absl::Status CheckCharacters(char kind, absl::string_view text) {
  switch (kind) {
    case 'n':
      if (AllDigits(text)) return absl::OkStatus();
      return absl::InvalidArgumentError("holds other than digits");
    case 'y':
      if (AllCset39(text)) return absl::OkStatus();
      return absl::InvalidArgumentError("holds a character outside of GS1 character set 39");
    case 'z':
      if (AllCset64(text)) return absl::OkStatus();
      return absl::InvalidArgumentError("is not URL-safe base64");
    default:
      if (AllCset82(text)) return absl::OkStatus();
      return absl::InvalidArgumentError("holds a character outside of GS1 character set 82");
  }
}

absl::Status CheckRules(const AiPart& part, absl::string_view text) {
  for (const absl::string_view rule : part.rules) SUYUAN_RETURN_IF_ERROR(CheckContent(rule, text));
  return absl::OkStatus();
}

absl::Status CheckParts(const AiEntry& entry, absl::string_view content) {
  if (content.empty()) return absl::InvalidArgumentError("has no content");
  if (content.size() > entry.max_length()) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than ", entry.max_length(), " characters"));
  }
  for (const AiPart& part : entry.parts) {
    if (content.empty() && part.optional) break;
    const absl::string_view text = content.substr(0, part.max);
    // Characters first: of a text with a stray FNC1 that says more than its length.
    SUYUAN_RETURN_IF_ERROR(CheckCharacters(part.characters, text));
    if (text.size() < part.min) return absl::InvalidArgumentError("is too short");
    SUYUAN_RETURN_IF_ERROR(CheckRules(part, text));
    content.remove_prefix(text.size());
  }
  return absl::OkStatus();
}

// Takes content off `rest`: the bytes up to the next FNC1, at most as many as an AI of
// fixed length has.
std::string TakeContent(const AiEntry& entry, absl::string_view* rest) {
  const auto* end = std::find_if(rest->begin(), rest->end(), IsFnc1);
  size_t length = static_cast<size_t>(end - rest->begin());
  if (entry.fixed) length = std::min(length, entry.max_length());
  std::string content(rest->substr(0, length));
  rest->remove_prefix(length);
  if (!rest->empty() && IsFnc1(rest->front())) rest->remove_prefix(1);
  return content;
}

absl::Status Append(Element element, Elements* elements) {
  SUYUAN_RETURN_IF_ERROR(CheckElement(element));
  if (elements->size() == kMaxElements) {
    return absl::InvalidArgumentError(
        absl::StrCat("element string: more than ", kMaxElements, " elements"));
  }
  elements->push_back(std::move(element));
  return absl::OkStatus();
}

absl::StatusOr<Elements> ParseWithFnc1(absl::string_view rest) {
  if (rest.empty() || !IsFnc1(rest[0])) {
    return absl::InvalidArgumentError("element string: does not begin with FNC1 (^) or a bracket");
  }
  rest.remove_prefix(1);
  if (rest.empty()) return absl::InvalidArgumentError("element string: holds no element");
  Elements elements;
  while (!rest.empty()) {
    const absl::string_view ai = LeadingAi(rest);
    if (ai.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("element string: no known AI at '", rest.substr(0, 4), "'"));
    }
    rest.remove_prefix(ai.size());
    Element element{std::string(ai), TakeContent(*FindAi(ai), &rest)};
    SUYUAN_RETURN_IF_ERROR(Append(std::move(element), &elements));
  }
  return elements;
}

absl::StatusOr<std::string> TakeBracketedAi(absl::string_view* rest) {
  const size_t close = rest->find(')');
  if (rest->front() != '(' || close == absl::string_view::npos) {
    return absl::InvalidArgumentError("element string: an AI in brackets is missing");
  }
  std::string ai(rest->substr(1, close - 1));
  rest->remove_prefix(close + 1);
  if (FindAi(ai) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("element string: (", absl::string_view(ai).substr(0, 8), ") is not an AI"));
  }
  return ai;
}

// Up to the next '(' without a backslash before it.
std::string TakeBracketedContent(absl::string_view* rest) {
  std::string content;
  while (!rest->empty() && rest->front() != '(') {
    if (absl::StartsWith(*rest, "\\(")) rest->remove_prefix(1);
    content.push_back(rest->front());
    rest->remove_prefix(1);
  }
  return content;
}

absl::StatusOr<Elements> ParseBracketed(absl::string_view rest) {
  Elements elements;
  while (!rest.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(std::string ai, TakeBracketedAi(&rest));
    Element element{std::move(ai), TakeBracketedContent(&rest)};
    SUYUAN_RETURN_IF_ERROR(Append(std::move(element), &elements));
  }
  return elements;
}

// Does any element but `self` match?
bool Has(absl::Span<const Element> elements, absl::string_view pattern, absl::string_view self) {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const Element& e) { return e.ai != self && MatchesAi(pattern, e.ai); });
}

bool HoldsKey(absl::Span<const Element> elements) {
  return std::any_of(elements.begin(), elements.end(), [](const Element& e) {
    return FindAi(e.ai)->key || e.ai == "02" || e.ai == "03" || e.ai == "8026";
  });
}

absl::Status CheckRepetitions(absl::Span<const Element> elements, const Element& element) {
  for (const Element& other : elements) {
    if (other.ai == element.ai && other.content != element.content) {
      return Bad(element.ai, "occurs with different contents");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckExclusions(absl::Span<const Element> elements, const Element& element) {
  for (const absl::string_view pattern : FindAi(element.ai)->excluded) {
    if (Has(elements, pattern, element.ai)) {
      return Bad(element.ai, absl::StrCat("cannot stand beside (", pattern, ")"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRequirements(absl::Span<const Element> elements, const Element& element) {
  const AiEntry& entry = *FindAi(element.ai);
  std::string wanted;
  for (const auto& all : entry.required) {
    const bool there = std::all_of(all.begin(), all.end(), [&](absl::string_view pattern) {
      return Has(elements, pattern, element.ai);
    });
    if (there) return absl::OkStatus();
    absl::StrAppend(&wanted, wanted.empty() ? "" : " or ");
    for (const absl::string_view pattern : all) absl::StrAppend(&wanted, "(", pattern, ")");
  }
  if (wanted.empty()) return absl::OkStatus();
  return Bad(element.ai, absl::StrCat("cannot stand without ", wanted));
}

// A signature is over one thing: keys whose serial number is optional must have it.
absl::Status CheckSigned(absl::Span<const Element> elements) {
  if (FindContent(elements, "8030") == nullptr) return absl::OkStatus();
  for (const Element& e : elements) {
    const size_t bare = e.ai == "253" || e.ai == "255" ? 13 : e.ai == "8003" ? 14 : 0;
    if (bare != 0 && e.content.size() == bare) {
      return Bad(e.ai, "has no serial number, which the signature (8030) needs");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Elements> ParseElementString(absl::string_view text) {
  if (text.size() > kMaxInputBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("element string: longer than ", kMaxInputBytes, " bytes"));
  }
  return !text.empty() && text[0] == '(' ? ParseBracketed(text) : ParseWithFnc1(text);
}

absl::Status CheckElement(const Element& element) {
  const AiEntry* entry = FindAi(element.ai);
  if (entry == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("(", element.ai, ") is not an AI"));
  }
  return Annotate(CheckParts(*entry, element.content), absl::StrCat("AI (", element.ai, ")"));
}

absl::Status CheckAssociations(absl::Span<const Element> elements) {
  const bool whole = HoldsKey(elements);
  for (const Element& element : elements) {
    SUYUAN_RETURN_IF_ERROR(CheckRepetitions(elements, element));
    SUYUAN_RETURN_IF_ERROR(CheckExclusions(elements, element));
    if (whole || element.ai == "21" || element.ai == "8030") {
      SUYUAN_RETURN_IF_ERROR(CheckRequirements(elements, element));
    }
  }
  return CheckSigned(elements);
}

std::string FormatElementString(absl::Span<const Element> elements) {
  std::string out = "^";
  for (size_t i = 0; i < elements.size(); ++i) {
    absl::StrAppend(&out, elements[i].ai, elements[i].content);
    if (i + 1 < elements.size() && !FindAi(elements[i].ai)->fixed) out.push_back('^');
  }
  return out;
}

std::string FormatBracketed(absl::Span<const Element> elements) {
  std::string out;
  for (const Element& e : elements) {
    absl::StrAppend(&out, "(", e.ai, ")", absl::StrReplaceAll(e.content, {{"(", "\\("}}));
  }
  return out;
}

const std::string* FindContent(absl::Span<const Element> elements, absl::string_view ai) {
  for (const Element& element : elements) {
    if (element.ai == ai) return &element.content;
  }
  return nullptr;
}

}  // namespace suyuan::gs1
