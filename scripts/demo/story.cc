#include "scripts/demo/story.h"

#include <iostream>

#include "absl/strings/str_cat.h"

namespace suyuan::demo {

void Story::Chapter(absl::string_view title) {
  std::cout << "\n=== " << ++chapter_ << ". " << title << "\n" << std::flush;
}

void Story::Tell(absl::string_view line) const {
  std::cout << "    " << line << "\n" << std::flush;
}

void Story::Expect(bool as_expected, absl::string_view line) {
  if (!as_expected) ++failures_;
  std::cout << (as_expected ? "  ✓ " : "  ✗ NOT AS EXPECTED: ") << line << "\n" << std::flush;
}

void Story::Expect(const absl::Status& status, absl::string_view line) {
  Expect(status.ok(),
         status.ok() ? std::string(line) : absl::StrCat(line, ": ", status.ToString()));
}

std::string Grouped(uint64_t number) {
  std::string out = absl::StrCat(number);
  for (size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

}  // namespace suyuan::demo
