// What consumers are told in words, in Chinese and English: a text for each state, ours or the
// tenant's own.
//
// Texts have placeholders: {firstTime} (Beijing time), {firstPlace} (GB/T 2260 code), {count},
// {limit}, {left}, {product}, {lot}. A tenant's text may hold no other brace and none of < > & " '
// and back quotes; values are escaped for HTML and never looked through for placeholders. So a
// page may show the result as it is.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct PromptTexts {
  std::string zh, en;
};
using PromptTable = std::map<std::string, PromptTexts>;  // by state

// States that have a prompt: those of verification.h and of lot_state.h.
bool IsPromptState(absl::string_view state);

// {"STATE":{"zh"?,"en"?}}; an empty text shows nothing in that language's place.
//   kInvalidArgument  "argument 'NAME': field prompts.STATE...." for an unknown state or
//                     placeholder, a character that is not allowed, a text over 512 bytes
absl::StatusOr<PromptTable> ParsePrompts(absl::string_view argument, const nlohmann::json& object);
nlohmann::json ToJson(const PromptTable& table);

struct PromptFacts {
  std::string first_time;  // RFC 3339
  std::string first_place;
  uint64_t count = 0;
  int64_t limit = 0, left = 0;
  std::string product, lot;
};
// By the table, and where it says nothing by our own texts.
PromptTexts PromptOf(absl::string_view state, const PromptFacts& facts, const PromptTable& table);

}  // namespace suyuan
