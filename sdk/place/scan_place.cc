#include "sdk/place/scan_place.h"

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan::sdk::place {
namespace {

constexpr size_t kShortestKey = 16;
constexpr size_t kHashBlock = 64;  // of SHA-256

}  // namespace

std::string ScanPlace::ToJson() const {
  nlohmann::json json{{"verdict", verdict}, {"source", source}};
  if (!region.empty())
    json["region"] = edition.empty() ? region : absl::StrCat(region, "@", edition);
  if (accuracy_metres > 0) json["accuracyMetres"] = accuracy_metres;
  if (!device.empty()) json["device"] = device;
  return json.dump();
}

absl::StatusOr<ScanPlace> PlaceOfAddress(const IpSegments& segments, const RegionNames& names,
                                         absl::string_view text, const PlaceOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const Address address, ParseAddress(text));
  ScanPlace place;
  place.source = "ip";
  const SegmentPlace* segment = segments.Find(address);
  if (segment == nullptr || segment->country.empty()) return place;
  if (options.relays.count(segment->carrier) > 0) {
    place.verdict = "vpn";
    return place;
  }
  if (segment->country != options.home_country) {
    place.verdict = "foreign";
    return place;
  }
  place.region = names.CodeOf(segment->province, segment->city);
  if (place.region.empty()) return place;
  place.verdict = "located";
  place.edition = names.edition();
  place.accuracy_metres =
      absl::EndsWith(place.region, "0000") ? options.province_metres : options.city_metres;
  return place;
}

absl::StatusOr<std::string> DeviceHash(absl::string_view key, absl::string_view device) {
  if (key.size() < kShortestKey) {
    return absl::InvalidArgumentError(
        absl::StrCat("the key for devices has ", key.size(), " bytes, not ", kShortestKey));
  }
  std::string block = key.size() > kHashBlock ? Sha256(key) : std::string(key);
  block.resize(kHashBlock, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return HexEncode(Sha256({outer, Sha256({inner, device})}));
}

}  // namespace suyuan::sdk::place
