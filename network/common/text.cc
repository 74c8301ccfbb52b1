#include "network/common/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace suyuan {

std::string HexEncode(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

absl::StatusOr<std::string> HexDecode(absl::string_view hex) {
  if (hex.size() % 2 != 0) return absl::InvalidArgumentError("hex text has an odd length");
  for (char c : hex) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("hex text holds a character that is not hex");
    }
  }
  return absl::HexStringToBytes(hex);
}

bool IsUtf8(absl::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = p + text.size();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    int extra;
    uint32_t code;
    uint32_t least;
    if ((*p & 0xE0) == 0xC0) {
      extra = 1, code = *p & 0x1Fu, least = 0x80;
    } else if ((*p & 0xF0) == 0xE0) {
      extra = 2, code = *p & 0x0Fu, least = 0x800;
    } else if ((*p & 0xF8) == 0xF0) {
      extra = 3, code = *p & 0x07u, least = 0x10000;
    } else {
      return false;
    }
    if (end - p <= extra) return false;
    for (int i = 1; i <= extra; ++i) {
      if ((p[i] & 0xC0) != 0x80) return false;
      code = (code << 6) | (p[i] & 0x3Fu);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    p += extra + 1;
  }
  return true;
}

}  // namespace suyuan
