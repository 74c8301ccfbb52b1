// GS1 application identifiers: which there are, how their content is written, what
// goes with what, and where they stand in a Digital Link. The table is that of the
// GS1 Barcode Syntax Dictionary of July 2026.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

// A part of an element's content. Only the last may vary in length; none that must be
// follows one that may.
struct AiPart {
  char characters;  // 'n' digits, 'x' set 82, 'y' set 39, 'z' URL-safe base64
  size_t min = 1, max = 1;
  bool optional = false;
  std::vector<absl::string_view> rules;  // names for CheckContent()
};

struct AiEntry {
  absl::string_view first, last;  // equal unless the row is a range
  // Length known from the AI's first two digits: no FNC1 follows.
  bool fixed = false;
  bool attribute = false;  // may stand in a Digital Link's query
  bool key = false;        // starts a Digital Link's path
  std::vector<AiPart> parts;
  // Each alternative is a set of AIs that must all be there; none: nothing is required.
  // A pattern such as "310n" stands for any digit at 'n'.
  std::vector<std::vector<absl::string_view>> required;
  std::vector<absl::string_view> excluded;
  // Alternative orders of the qualifiers behind a key in a Digital Link's path.
  std::vector<std::vector<absl::string_view>> qualifiers;

  size_t max_length() const;
};

// The row of exactly `ai`; nullptr when GS1 has not given it out. Rows live for ever.
const AiEntry* FindAi(absl::string_view ai);
// The AI that `text` begins with (no AI is the beginning of another); "" when none.
absl::string_view LeadingAi(absl::string_view text);
// `pattern` is an AI whose letters 'n' stand for any digit.
bool MatchesAi(absl::string_view pattern, absl::string_view ai);

const std::vector<AiEntry>& AllAis();

}  // namespace suyuan::gs1
