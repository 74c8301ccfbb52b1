#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "sdk/place/scan_place.h"

namespace suyuan::sdk::place {
namespace {

using Catch::Matchers::Contains;

constexpr char kSegments[] = R"(# first|last|country|province|city|carrier
36.16.0.0|36.16.255.255|中国|浙江省|杭州市|电信
36.17.0.0|36.17.0.255|中国|浙江省|0|电信
36.17.1.0|36.17.1.255|中国|浙江省|杭州市|IDC
58.60.0.0|58.60.255.255|中国|广东|深圳|联通

61.48.0.0|61.48.255.255|中国|北京|北京市|电信
61.136.0.0|61.136.0.255|中国|湖北省|仙桃市|电信
61.137.0.0|61.137.0.255|中国|湖|0|电信
8.8.8.0|8.8.8.255|美国|0|0|0
192.168.0.0|192.168.255.255|0|0|内网IP|内网IP
240e:380::|240e:380:ffff:ffff:ffff:ffff:ffff:ffff|中国|浙江省|宁波市|电信
)";
constexpr char kRegions[] =
    "code\tname\n110000\t北京市\n110101\t东城区\n330000\t浙江省\n330100\t杭州市\n"
    "330200\t宁波市\n420000\t湖北省\n429004\t仙桃市\n430000\t湖南省\n440000\t广东省\n"
    "440300\t深圳市\n440305\t南山区\n";

class Places {
 protected:
  Places() { REQUIRE(table_.Load(kRegions).ok()); }
  ScanPlace At(absl::string_view address) {
    const auto place = PlaceOfAddress(*segments_, RegionNames(&table_), address);
    INFO(place.status());
    REQUIRE(place.ok());
    return *place;
  }

  gs1::RegionTable table_{"201412"};
  const absl::StatusOr<IpSegments> segments_ = IpSegments::Parse(kSegments);
};

TEST_CASE_METHOD(Places, "An address tells a region, and how well", "[sdk_place]") {
  REQUIRE(segments_.ok());
  CHECK(segments_->size() == 10);
  CHECK(At("36.16.0.0").region == "330100");
  CHECK(At("36.16.255.255").region == "330100");
  CHECK(At("36.16.9.9").accuracy_metres == 50'000);
  CHECK(At("36.17.0.7").region == "330000");
  CHECK(At("36.17.0.7").accuracy_metres == 300'000);
  CHECK(At("58.60.1.2").region == "440300");
  // A direct-governed city, and a county right below its province.
  CHECK(At("61.48.3.4").region == "110000");
  CHECK(At("61.136.0.1").region == "429004");
  CHECK(At("240e:380::1").region == "330200");
  CHECK(At("::ffff:36.16.0.1").region == "330100");
  CHECK(At("36.16.0.1").edition == "201412");
  CHECK(At("36.16.0.1").source == "ip");
}

TEST_CASE_METHOD(Places, "Who may be anywhere has a verdict and no region", "[sdk_place]") {
  CHECK(At("36.17.1.1").verdict == "vpn");
  CHECK(At("8.8.8.8").verdict == "foreign");
  CHECK(At("192.168.1.1").verdict == "unknown");
  CHECK(At("1.1.1.1").verdict == "unknown");     // before and
  CHECK(At("36.18.0.0").verdict == "unknown");   // between segments
  CHECK(At("fe80::1").verdict == "unknown");     // behind all
  CHECK(At("61.137.0.1").verdict == "unknown");  // of two provinces
  for (const char* address : {"36.17.1.1", "8.8.8.8", "192.168.1.1"}) {
    CHECK(At(address).region.empty());
  }
}

TEST_CASE_METHOD(Places, "What goes to the ledger is no address and no device", "[sdk_place]") {
  ScanPlace place = At("36.16.0.1");
  place.device = *DeviceHash("0123456789abcdef", "phone 1");
  CHECK(place.ToJson() == absl::StrCat(R"({"accuracyMetres":50000,"device":")", place.device,
                                       R"(","region":"330100@201412","source":"ip",)",
                                       R"("verdict":"located"})"));
  CHECK_THAT(At("8.8.8.8").ToJson(), !Contains("8.8"));
}

TEST_CASE("A device's hash is an HMAC with the platform's key", "[sdk_place]") {
  // RFC 4231, test cases 1 and 6.
  CHECK(*DeviceHash(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(*DeviceHash(std::string(131, '\xaa'),
                    "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK_FALSE(DeviceHash("short", "phone").ok());
}

TEST_CASE("Bad segments are refused by line", "[sdk_place]") {
  const auto error = [](const char* text) {
    return std::string(IpSegments::Parse(text).status().message());
  };
  CHECK(error("1.0.0.0|1.0.0.9|a|b|c") == "line 1: has fewer than six fields");
  CHECK(error("\n1.0.0.0|1.0.0|a|b|c|d") ==
        "line 2: the last address: is not an IPv4 or IPv6 address");
  CHECK(error("1.0.0.9|1.0.0.0|a|b|c|d") == "line 1: ends before it begins");
  CHECK(error("1.0.0.9|2::|a|b|c|d") == "line 1: ends before it begins");
  CHECK(error("1.0.0.0|1.0.0.9|a|b|c|d\n2.0.0.0|2.0.0.9|a|b|c|d\n1.0.0.9|1.0.1.0|a|b|c|d") ==
        "line 3: overlaps line 1");
  CHECK_THAT(error("1.0.0.0|1.0.0.9|\xff|b|c|d"), Contains("line 1: is not a line of UTF-8"));
  CHECK(IpSegments::Parse("")->Find(*ParseAddress("1.2.3.4")) == nullptr);
  CHECK_FALSE(ParseAddress("1.2.3.4.5").ok());
  CHECK_FALSE(ParseAddress(std::string(100, '1')).ok());
}

TEST_CASE("Published segments and regions are read", "[sdk_place]") {
  const char* data = std::getenv("SUYUAN_SHARED_DATA");
  const auto read = [&](const char* name) {
    std::ifstream file(absl::StrCat(data == nullptr ? "" : data, "/", name));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  };
  const std::string segments = read("ip-segments/ip.test.txt");
  if (segments.empty()) {
    WARN("no shared data");
    return;
  }
  const auto table = IpSegments::Parse(segments);
  INFO(table.status());
  REQUIRE(table.ok());
  CHECK(table->size() == 25);
  gs1::RegionTable regions("201412");
  REQUIRE(regions.Load(read("regions/gb2260/mca-201412.tsv")).ok());
  const RegionNames names(&regions);
  const auto at = [&](const char* address) { return *PlaceOfAddress(*table, names, address); };
  CHECK(at("1.0.1.1").region == "350100");
  CHECK(at("1.0.8.255").region == "440100");
  CHECK(at("1.0.16.1").verdict == "foreign");
  CHECK(at("1.1.0.0").verdict == "unknown");
  const auto more = IpSegments::Parse(read("ip-segments/segments.tests"));
  REQUIRE(more.ok());
  CHECK(PlaceOfAddress(*more, names, "223.255.237.1")->region == "310000");
  CHECK(PlaceOfAddress(*more, names, "192.168.2.60")->verdict == "unknown");
  // Beside segments it has routes, which are something else.
  CHECK_THAT(
      std::string(IpSegments::Parse(read("ip-segments/segments.tests.mixed")).status().message()),
      Contains("has fewer than six fields"));
}

}  // namespace
}  // namespace suyuan::sdk::place
