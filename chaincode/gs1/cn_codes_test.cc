#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "chaincode/gs1/credit_code.h"
#include "chaincode/gs1/region_code.h"
#include "chaincode/gs1/region_edition.h"

namespace suyuan::gs1 {
namespace {

std::string Message(const absl::Status& status) { return std::string(status.message()); }

std::string Shared(const std::string& file) {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  std::ifstream in(std::string(shared ? shared : "/nowhere") + "/" + file);
  if (!in) WARN("skipped: no " << file << " in $SUYUAN_SHARED_DATA");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("Unified social credit codes", "[gs1]") {
  const auto code = ParseCreditCode("91340600ma2pbm9hxd");
  REQUIRE(code.ok());
  CHECK(code->code == "91340600MA2PBM9HXD");
  CHECK(code->region == "340600");
  CHECK(code->organisation == "MA2PBM9HX");
  CHECK(Message(ParseCreditCode("91340600MA2PBM9HXA").status()) ==
        "credit code: wrong check character, expected D");
  const std::string vectors = Shared("cn-ids/uscc-vectors.json");
  if (vectors.empty()) return;
  for (const auto& v : nlohmann::json::parse(vectors)) {
    INFO(v);
    CHECK(ParseCreditCode(v["uscc"].get<std::string>()).ok() == v["valid"].get<bool>());
  }
}

TEST_CASE("Regions compare at the level they are given", "[gs1]") {
  CHECK(*CanonicalRegion("33") == "330000");
  CHECK(*CanonicalRegion("3301") == "330100");
  CHECK(RegionContains("330000", "330106"));
  CHECK(RegionContains("330100", "330106"));
  CHECK_FALSE(RegionContains("330100", "330206"));
  CHECK(RegionContains("000000", "440305"));
  CHECK_FALSE(CanonicalRegion("330006").ok());
  CHECK_FALSE(CanonicalRegion("3301061").ok());
  CHECK_FALSE(CanonicalRegion("ab").ok());
  CHECK_FALSE(CanonicalRegion("").ok());
  CHECK(ParentRegion("330106") == "330100");
  CHECK(ParentRegion("330100") == "330000");
  CHECK(ParentRegion("330000") == "000000");
}

TEST_CASE("A region means something in the edition it was taken from", "[gs1]") {
  RegionTable table("2014");
  REQUIRE(table.Load("Code\tName\n110000\t北京市\n110101\t东城区\n").ok());
  REQUIRE(table.Load("code,name\r\n33,\"浙江省\"\r\n3301,\"杭州市\"\r\n330106,西湖区\r\n").ok());
  const auto place = FindRegion(table, "330106");
  REQUIRE(place.ok());
  CHECK(place->Text() == "330106@2014");
  CHECK(place->province == "浙江省");
  CHECK(place->prefecture == "杭州市");
  CHECK(place->county == "西湖区");
  CHECK(FindRegion(table, "110101")->prefecture.empty());
  CHECK(Message(FindRegion(table, "330199").status()) == "edition 2014 has no region 330199");
  CHECK(Message(table.Load("code,name\n440305,南山区\n")) ==
        "line 2: 440305: there is no province 440000");
  CHECK(Message(table.Load("code,title\n")) == "line 1: no column 'name'");
  CHECK(Message(table.Load("code,name\n33,x\n")) == "line 2: 330000 occurs twice");
  CHECK(table.rows().size() == 5);

  CHECK(ParseRegionText("110101@2014")->edition == "2014");
  CHECK_FALSE(ParseRegionText("110101").ok());
  CHECK_FALSE(ParseRegionText("110101@").ok());
  CHECK_FALSE(ParseRegionText("110001@2014").ok());
}

TEST_CASE("Published editions load; a code lives in the one and not in the other", "[gs1]") {
  RegionTable old("201412"), recent("2023");
  const std::string mca = Shared("regions/gb2260/mca-201412.tsv");
  if (mca.empty()) return;
  REQUIRE(old.Load(mca).ok());
  for (const char* file : {"provinces", "cities", "areas"}) {
    const absl::Status status =
        recent.Load(Shared(std::string("regions/china-division-2023/") + file + ".csv"));
    INFO(status);
    REQUIRE(status.ok());
  }
  CHECK(old.rows().size() > 3000);
  CHECK(recent.rows().size() > 3000);
  // Counties that became districts of Beijing in 2015.
  CHECK(FindRegion(old, "110228").ok());
  CHECK(absl::IsNotFound(FindRegion(recent, "110228").status()));
  for (const auto& [code, name] : old.rows()) CHECK(FindRegion(old, code).ok());
}

}  // namespace suyuan::gs1
