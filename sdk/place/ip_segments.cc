#include "sdk/place/ip_segments.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan::sdk::place {
namespace {

constexpr size_t kMaxSegments = 20'000'000;
constexpr size_t kMaxLine = 1024;
constexpr size_t kLongestAddress = 45;

absl::Status Wrong(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

std::string Told(absl::string_view field) {
  const absl::string_view text = absl::StripAsciiWhitespace(field);
  return text == "0" ? "" : std::string(text);
}

bool IsV4(const Address& address) {
  static constexpr uint8_t kPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(address.data(), kPrefix, sizeof(kPrefix)) == 0;
}

}  // namespace

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  Address address{};
  const std::string copy(text.substr(0, kLongestAddress + 1));
  if (copy.size() <= kLongestAddress && copy.find('\0') == std::string::npos) {
    if (inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) {
      address[10] = address[11] = 0xff;
      return address;
    }
    if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  }
  return absl::InvalidArgumentError("is not an IPv4 or IPv6 address");
}

absl::StatusOr<IpSegments> IpSegments::Parse(absl::string_view text) {
  IpSegments out;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, uint32_t> known;
  uint32_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.size() > kMaxLine || !IsUtf8(line)) return Wrong(number, "is not a line of UTF-8");
    const std::vector<absl::string_view> fields = absl::StrSplit(line, '|');
    if (fields.size() < 6) return Wrong(number, "has fewer than six fields");
    if (out.segments_.size() == kMaxSegments) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxSegments, " segments"));
    }
    Segment segment;
    SUYUAN_ASSIGN_OR_RETURN(segment.first, ParseAddress(fields[0]),
                            absl::StrCat("line ", number, ": the first address"));
    SUYUAN_ASSIGN_OR_RETURN(segment.last, ParseAddress(fields[1]),
                            absl::StrCat("line ", number, ": the last address"));
    if (segment.last < segment.first || IsV4(segment.first) != IsV4(segment.last)) {
      return Wrong(number, "ends before it begins");
    }
    segment.line = number;
    const auto found =
        known.try_emplace({Told(fields[2]), Told(fields[3]), Told(fields[4]), Told(fields[5])},
                          static_cast<uint32_t>(out.places_.size()));
    segment.place = found.first->second;
    if (found.second) {
      const auto& [country, province, city, carrier] = found.first->first;
      out.places_.push_back({country, province, city, carrier});
    }
    out.segments_.push_back(segment);
  }
  std::sort(out.segments_.begin(), out.segments_.end(),
            [](const Segment& a, const Segment& b) { return a.first < b.first; });
  for (size_t i = 1; i < out.segments_.size(); ++i) {
    const Segment &before = out.segments_[i - 1], &one = out.segments_[i];
    if (before.last < one.first) continue;
    return Wrong(std::max(one.line, before.line),
                 absl::StrCat("overlaps line ", std::min(one.line, before.line)));
  }
  return out;
}

const SegmentPlace* IpSegments::Find(const Address& address) const {
  const auto behind = std::upper_bound(
      segments_.begin(), segments_.end(), address,
      [](const Address& wanted, const Segment& segment) { return wanted < segment.first; });
  if (behind == segments_.begin()) return nullptr;
  const Segment& segment = *(behind - 1);
  return segment.last < address ? nullptr : &places_[segment.place];
}

}  // namespace suyuan::sdk::place
