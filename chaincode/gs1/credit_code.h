// Unified social credit codes of Chinese organisations (GB 32100-2015), 18 characters:
//
//   9 1 340600 MA2PBM9HX D
//   | | |      |         check character
//   | | |      organisation code (GB 11714)
//   | | region of registration (GB/T 2260)
//   | kind of organisation
//   registering authority
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

struct CreditCode {
  std::string code;  // upper case: the canonical form
  char authority = 0;
  char kind = 0;
  std::string region;        // six digits; of the edition in force at registration
  std::string organisation;  // nine characters; its own check character is not looked at
};

// Lower case is read as upper case.
//   kInvalidArgument  length, a character that the code does not use (I O S V Z), a region
//                     that is not digits, or a wrong check character (the right one is told)
absl::StatusOr<CreditCode> ParseCreditCode(absl::string_view text);

// The character behind the first 17; these must be characters of the code.
char CreditCodeCheck(absl::string_view first_17);

}  // namespace suyuan::gs1
