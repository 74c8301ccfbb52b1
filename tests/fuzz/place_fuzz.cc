// Tables of address segments and of regions: every text is refused or read, and what is read
// answers for every address.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sdk/place/scan_place.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace place = suyuan::sdk::place;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  suyuan::gs1::RegionTable table("fuzz");
  table.Load(input).IgnoreError();
  table.Load("code,name\n330000,浙江省\n330100,杭州市\n").IgnoreError();
  const place::RegionNames names(&table);
  names.CodeOf(input, input);
  const auto address = place::ParseAddress(input);
  const auto segments = place::IpSegments::Parse(input);
  if (!segments.ok()) return 0;
  if (address.ok()) segments->Find(*address);
  for (const char* text : {"0.0.0.0", "36.16.0.1", "255.255.255.255", "::", "240e:380::1"}) {
    const auto found = place::PlaceOfAddress(*segments, names, text);
    if (!found.ok() || (found->verdict == "located") != !found->region.empty()) std::abort();
  }
  return 0;
}
