// Where addresses are, by a table of segments that the platform has.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::sdk::place {

// IPv4 addresses as IPv6 has them, ::ffff:a.b.c.d.
using Address = std::array<uint8_t, 16>;
//   kInvalidArgument  neither IPv4 nor IPv6
absl::StatusOr<Address> ParseAddress(absl::string_view text);

// As the table writes it; "" not told ("0" in the table).
struct SegmentPlace {
  std::string country, province, city, carrier;
  bool operator==(const SegmentPlace&) const = default;
};

// Immutable: safe for many threads. About 40 bytes a segment; places are kept once.
class IpSegments {
 public:
  // Lines "first|last|country|province|city|carrier" in any order; both addresses belong to the
  // segment. Further fields are ignored, as are empty lines and those that begin with '#'.
  //   kInvalidArgument   "line N: ..." names what is wrong, or the line that a segment overlaps
  //   kResourceExhausted over 20,000,000 segments
  static absl::StatusOr<IpSegments> Parse(absl::string_view text);

  // nullptr: in no segment. Points into this.
  const SegmentPlace* Find(const Address& address) const;
  size_t size() const { return segments_.size(); }

 private:
  struct Segment {
    Address first, last;
    uint32_t place = 0;
    uint32_t line = 0;
  };

  std::vector<Segment> segments_;  // by first; disjoint
  std::vector<SegmentPlace> places_;
};

}  // namespace suyuan::sdk::place
