#include "network/crypto/hash.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "network/common/file_util.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

TEST_CASE("SHA-256 of parts is that of the whole, in one call or in pieces", "[hash]") {
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(HexEncode(Sha256("abc")) == abc);
  CHECK(HexEncode(Sha256({"a", "", "bc"})) == abc);
  Sha256Stream stream;
  stream.Update("ab");
  stream.Update("c");
  CHECK(HexEncode(stream.Finish()) == abc);
}

TEST_CASE("RandomBytes gives other bytes each time", "[hash]") {
  CHECK(RandomBytes(24).size() == 24);
  CHECK(RandomBytes(24) != RandomBytes(24));
  CHECK(RandomBytes(0).empty());
}

// A value of OpenSSL's test files: hex, or text in quotes.
std::string Bytes(absl::string_view value) {
  if (absl::ConsumePrefix(&value, "\"")) return std::string(value.substr(0, value.size() - 1));
  const auto bytes = HexDecode(absl::AsciiStrToLower(value));
  INFO(std::string(value));
  REQUIRE(bytes.ok());
  return *bytes;
}

TEST_CASE("SM3 agrees with OpenSSL's vectors", "[hash][vectors]") {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  const auto text =
      ReadFile(absl::StrCat(shared == nullptr ? "" : shared, "/crypto-sm/openssl/evpmd_sm3.txt"));
  if (!text.ok()) {
    WARN("skipped: no shared data");
    return;
  }
  std::string input;
  bool is_sm3 = false;  // the file ends with a few of other digests
  int checked = 0;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(" = ", 1));
    if (field.first == "Digest") is_sm3 = field.second == "SM3";
    if (field.first == "Input") input = Bytes(field.second);
    if (field.first != "Output" || !is_sm3) continue;
    CHECK(HexEncode(Digest(HashFamily::kSm3, {input})) == absl::AsciiStrToLower(field.second));
    ++checked;
  }
  CHECK(checked >= 4);
}

}  // namespace
}  // namespace suyuan
