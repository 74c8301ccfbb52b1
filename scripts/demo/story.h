// What the demo prints, and whether the story went as it should.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan::demo {

// One thread.
class Story {
 public:
  void Chapter(absl::string_view title);
  void Tell(absl::string_view line) const;
  // Tells `line` with a tick, or with a cross: then the demo fails in the end.
  void Expect(bool as_expected, absl::string_view line);
  // Expects OK.
  void Expect(const absl::Status& status, absl::string_view line);
  int failures() const { return failures_; }

 private:
  int chapter_ = 0;
  int failures_ = 0;
};

// "10,000".
std::string Grouped(uint64_t number);

}  // namespace suyuan::demo
