// The place of a scan as the ledger may know it, from what the platform knows.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sdk/place/ip_segments.h"
#include "sdk/place/region_names.h"

namespace suyuan::sdk::place {

struct PlaceOptions {
  // As the table of segments writes it.
  std::string home_country = "中国";
  // Carriers behind whose addresses anybody may be: relays, data centres.
  std::set<std::string> relays = {"VPN", "IDC", "数据中心"};
  // Radius of what an address tells, in metres.
  int64_t city_metres = 50'000, province_metres = 300'000;
};

struct ScanPlace {
  // "located", "foreign", "vpn", "unknown": where there is no region.
  std::string verdict = "unknown";
  std::string region;           // GB/T 2260; "" unless located
  std::string edition;          // of it
  std::string source;           // "ip", "gps", "cell", "manual"
  int64_t accuracy_metres = 0;  // 0 not told
  std::string device;           // DeviceHash(); "" not told

  // The transient value "place".
  std::string ToJson() const;
};

// By the consumer's address, which is not kept.
//   kInvalidArgument  not an address
absl::StatusOr<ScanPlace> PlaceOfAddress(const IpSegments& segments, const RegionNames& names,
                                         absl::string_view address,
                                         const PlaceOptions& options = {});

// HMAC-SHA-256 (RFC 2104) of whatever tells devices apart, in hex. The key never leaves the
// platform: without it nobody can try out devices or numbers.
//   kInvalidArgument  a key of less than 16 bytes
absl::StatusOr<std::string> DeviceHash(absl::string_view key, absl::string_view device);

}  // namespace suyuan::sdk::place
