#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/digital_link.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan::gs1 {

std::string PercentEncode(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%", absl::AsciiStrToUpper(HexEncode(absl::string_view(&c, 1))));
    }
  }
  return out;
}

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = text[0] == '%' ? 3 : 1;
    if (length == 1) {
      out.push_back(text[0]);
    } else {
      const auto byte = HexDecode(text.substr(1, 2));
      if (!byte.ok() || byte->size() != 1) {
        return absl::InvalidArgumentError("holds '%' without two hexadecimal digits behind it");
      }
      out += *byte;
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace suyuan::gs1
