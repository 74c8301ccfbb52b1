// How long GS1 company prefixes are. Nothing in an element string or a Digital Link tells;
// GS1 publishes a table by leading digits.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::gs1 {

class CompanyPrefixTable {
 public:
  // Lines "leading-digits length", with blanks between; '#' begins a comment. The longest
  // leading digits that fit count; a length of 0 says that no prefix begins so.
  //
  //   690 7
  //   697 9
  //   9506000 7
  //
  //   kInvalidArgument  names the line
  static absl::StatusOr<CompanyPrefixTable> Parse(absl::string_view text);
  // `length` for every key.
  static CompanyPrefixTable Always(int length);

  // For `id`'s key; 0 when no row fits.
  int LengthFor(const Identifier& id) const;

  bool empty() const { return lengths_.empty(); }

 private:
  std::map<std::string, int> lengths_;
};

}  // namespace suyuan::gs1
