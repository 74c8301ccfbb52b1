#include "chaincode/gs1/epc_tag.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/scheme_table.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan::gs1 {
namespace {

enum class Serial {
  kNone,
  kNumber,      // as a binary number
  kNumberText,  // digits behind a 1, as a binary number: leading zeros count
  kText,        // seven bits a character, zero bits to its end
};

// Header, filter value, partition, company prefix, reference, then the serial number.
struct TagRow {
  uint8_t header;
  absl::string_view encoding;
  size_t key_bits;      // company prefix and reference
  size_t key_digits;    // their digits; 0: the reference has as many as it needs
  bool text_reference;  // seven bits a character
  Serial serial;
  size_t serial_bits;
};

constexpr TagRow kRows[] = {
    {0x2c, "gdti-96", 41, 12, false, Serial::kNumber, 41},
    {0x2d, "gsrn-96", 58, 17, false, Serial::kNone, 0},
    {0x2e, "gsrnp-96", 58, 17, false, Serial::kNone, 0},
    {0x30, "sgtin-96", 44, 13, false, Serial::kNumber, 38},
    {0x31, "sscc-96", 58, 17, false, Serial::kNone, 0},
    {0x32, "sgln-96", 41, 12, false, Serial::kNumber, 41},
    {0x33, "grai-96", 44, 12, false, Serial::kNumber, 38},
    {0x34, "giai-96", 82, 0, false, Serial::kNone, 0},
    {0x36, "sgtin-198", 44, 13, false, Serial::kText, 140},
    {0x37, "grai-170", 44, 12, false, Serial::kText, 112},
    {0x38, "giai-202", 188, 0, true, Serial::kNone, 0},
    {0x39, "sgln-195", 41, 12, false, Serial::kText, 140},
    {0x3c, "cpi-96", 51, 0, false, Serial::kNumber, 31},
    {0x3e, "gdti-174", 41, 12, false, Serial::kText, 119},
    {0x3f, "sgcn-96", 41, 12, false, Serial::kNumberText, 41},
    {0x40, "itip-110", 44, 13, false, Serial::kNumber, 38},
    {0x41, "itip-212", 44, 13, false, Serial::kText, 140},
};

constexpr size_t kMaxTagBytes = 64;
constexpr size_t kPrefixBits[] = {40, 37, 34, 30, 27, 24, 20};  // 12 to 6 digits

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("EPC tag: ", what));
}

// Bits off the front, the highest first.
class Bits {
 public:
  explicit Bits(absl::string_view bytes) : bytes_(bytes) {}

  bool Has(size_t n) const { return at_ + n <= bytes_.size() * 8; }

  // Up to 64 of them; zero bits behind the end (Has() says).
  uint64_t Take(size_t n) {
    uint64_t value = 0;
    for (; n > 0; --n, ++at_) {
      const auto byte = Has(1) ? static_cast<unsigned char>(bytes_[at_ / 8]) : 0U;
      value = value << 1 | (byte >> (7 - at_ % 8) & 1);
    }
    return value;
  }

 private:
  absl::string_view bytes_;
  size_t at_ = 0;
};

// `value` with leading zeros to `digits`.
absl::StatusOr<std::string> Padded(uint64_t value, size_t digits, absl::string_view what) {
  const std::string text = digits == 0 && value == 0 ? "" : absl::StrCat(value);
  if (text.size() > digits) return Bad(absl::StrCat(what, " has more than ", digits, " digits"));
  return std::string(digits - text.size(), '0') + text;
}

absl::StatusOr<std::string> SevenBitText(Bits& bits, size_t characters) {
  std::string out;
  bool ended = false;
  for (size_t i = 0; i < characters; ++i) {
    const auto c = static_cast<char>(bits.Take(7));
    if (c != '\0' && ended) return Bad("a text goes on behind its end");
    ended = ended || c == '\0';
    if (!ended) out.push_back(c);
  }
  return internal::EscapeField(out);
}

char SixBitCharacter(uint64_t value) { return static_cast<char>(value < 32 ? value + 64 : value); }

// Six bits a character, up to six zero bits.
absl::StatusOr<std::string> SixBitText(Bits& bits, size_t max) {
  std::string out;
  while (bits.Has(6)) {
    const uint64_t value = bits.Take(6);
    if (value == 0) return internal::EscapeField(out);
    if (out.size() == max) return Bad("a text is too long");
    out.push_back(SixBitCharacter(value));
  }
  return Bad("too few bits");
}

absl::StatusOr<std::string> TakeSerial(const TagRow& row, Bits& bits) {
  switch (row.serial) {
    case Serial::kNumber:
      return absl::StrCat(".", bits.Take(row.serial_bits));
    case Serial::kNumberText: {
      const std::string digits = absl::StrCat(bits.Take(row.serial_bits));
      if (digits[0] != '1') return Bad("serial number does not begin with the digit 1");
      return absl::StrCat(".", digits.substr(1));
    }
    case Serial::kText: {
      SUYUAN_ASSIGN_OR_RETURN(const std::string text, SevenBitText(bits, row.serial_bits / 7));
      return absl::StrCat(".", text);
    }
    default:
      return "";
  }
}

absl::StatusOr<std::string> TakePiece(Bits& bits) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string piece, Padded(bits.Take(7), 2, "piece"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string total, Padded(bits.Take(7), 2, "total of pieces"));
  return absl::StrCat(".", piece, ".", total);
}

absl::StatusOr<std::string> TakeReference(const TagRow& row, size_t bits_left, size_t prefix,
                                          Bits& bits) {
  if (row.text_reference) return SevenBitText(bits, bits_left / 7);
  const uint64_t value = bits.Take(bits_left);
  if (row.key_digits == 0) return absl::StrCat(value);
  return Padded(value, row.key_digits - prefix, "reference");
}

// "FILTER.PREFIX.", with the partition's number of digits and bits of the prefix.
struct Head {
  std::string text;
  size_t digits = 0, bits = 0;
};

absl::StatusOr<Head> TakeHead(Bits& bits) {
  const uint64_t filter = bits.Take(3);
  const uint64_t partition = bits.Take(3);
  if (partition >= std::size(kPrefixBits)) return Bad("there is no partition 7");
  Head head{"", 12 - static_cast<size_t>(partition), kPrefixBits[partition]};
  SUYUAN_ASSIGN_OR_RETURN(const std::string prefix,
                          Padded(bits.Take(head.bits), head.digits, "company prefix"));
  head.text = absl::StrCat(filter, ".", prefix, ".");
  return head;
}

absl::StatusOr<std::string> DecodeRow(const TagRow& row, Bits& bits) {
  const bool itip = row.header == 0x40 || row.header == 0x41;
  if (!bits.Has(6 + row.key_bits + (itip ? 14 : 0) + row.serial_bits)) return Bad("too few bits");
  SUYUAN_ASSIGN_OR_RETURN(const Head head, TakeHead(bits));
  SUYUAN_ASSIGN_OR_RETURN(const std::string reference,
                          TakeReference(row, row.key_bits - head.bits, head.digits, bits));
  std::string out = absl::StrCat("urn:epc:tag:", row.encoding, ":", head.text, reference);
  if (itip) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string piece, TakePiece(bits));
    out += piece;
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string serial, TakeSerial(row, bits));
  return out + serial;
}

absl::StatusOr<std::string> DecodeCpiVar(Bits& bits) {
  if (!bits.Has(6 + kPrefixBits[0])) return Bad("too few bits");
  SUYUAN_ASSIGN_OR_RETURN(const Head head, TakeHead(bits));
  SUYUAN_ASSIGN_OR_RETURN(const std::string part, SixBitText(bits, 30 - head.digits));
  if (!bits.Has(40)) return Bad("too few bits");
  return absl::StrCat("urn:epc:tag:cpi-var:", head.text, part, ".", bits.Take(40));
}

absl::StatusOr<std::string> DecodeGid(Bits& bits) {
  if (!bits.Has(88)) return Bad("too few bits");
  const uint64_t manager = bits.Take(28), type = bits.Take(24);
  return absl::StrCat("urn:epc:tag:gid-96:", manager, ".", type, ".", bits.Take(36));
}

absl::StatusOr<std::string> DecodeUsDod(Bits& bits) {
  if (!bits.Has(88)) return Bad("too few bits");
  const uint64_t filter = bits.Take(4);
  std::string code;
  for (int i = 0; i < 6; ++i) code.push_back(static_cast<char>(bits.Take(8)));
  return absl::StrCat("urn:epc:tag:usdod-96:", filter, ".", absl::StripPrefix(code, " "), ".",
                      bits.Take(36));
}

absl::StatusOr<std::string> DecodeAdi(Bits& bits) {
  if (!bits.Has(42)) return Bad("too few bits");
  const uint64_t filter = bits.Take(6);
  std::string code;
  for (int i = 0; i < 6; ++i) code.push_back(SixBitCharacter(bits.Take(6)));
  SUYUAN_ASSIGN_OR_RETURN(const std::string part, SixBitText(bits, 32));
  SUYUAN_ASSIGN_OR_RETURN(const std::string serial, SixBitText(bits, 30));
  return absl::StrCat("urn:epc:tag:adi-var:", filter, ".", absl::StripPrefix(code, " "), ".", part,
                      ".", serial);
}

}  // namespace

absl::StatusOr<std::string> EpcTagUri(absl::string_view hex) {
  if (hex.size() > kMaxTagBytes * 2) return Bad("too long");
  const auto bytes = HexDecode(hex);
  if (!bytes.ok() || bytes->empty()) return Bad("is not hexadecimal");
  Bits bits(*bytes);
  const auto header = static_cast<uint8_t>(bits.Take(8));
  if (header == 0x2f) return DecodeUsDod(bits);
  if (header == 0x35) return DecodeGid(bits);
  if (header == 0x3b) return DecodeAdi(bits);
  if (header == 0x3d) return DecodeCpiVar(bits);
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [header](const TagRow& r) { return r.header == header; });
  if (row != std::end(kRows)) return DecodeRow(*row, bits);
  return Bad(absl::StrCat("no encoding has the header ", hex.substr(0, 2)));
}

}  // namespace suyuan::gs1
