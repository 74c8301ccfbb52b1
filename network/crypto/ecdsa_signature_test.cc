#include "network/crypto/ecdsa_signature.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr KeyAlgorithm kP256 = KeyAlgorithm::kEcdsaP256;

std::string Der(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST_CASE("Only canonical DER with both numbers in range is a signature", "[ecdsa]") {
  CHECK(CheckEcdsaSignature(kP256, Der("3006020101020101")).ok());
  const absl::string_view bad[] = {
      "",
      "30",
      "3000",
      "3006020100020101",    // r = 0
      "3006020101020100",    // s = 0
      "3006020101020181",    // s negative
      "300702010102020001",  // s not minimal
      "300702010102010100",  // trailing byte inside
      "300602010102010100",  // trailing byte outside
      "308106020101020101",  // long length
      "3080020101020101"
      "0000",              // indefinite length
      "3106020101020101",  // not a SEQUENCE
      "3003020101",        // one number
      "3006020101030101",  // not an INTEGER
      "3006020101020201",  // length past the end
      "30060201010200"
      "01",  // empty INTEGER
  };
  for (absl::string_view hex : bad) {
    CAPTURE(std::string(hex));
    CHECK(absl::IsUnauthenticated(CheckEcdsaSignature(kP256, Der(hex)).status()));
  }
}

TEST_CASE("s may be n/2 and no more, r at most n-1", "[ecdsa]") {
  const auto with = [](absl::string_view r, absl::string_view s) {
    const std::string fields = absl::StrCat(r, s);
    return CheckEcdsaSignature(kP256, absl::StrCat("\x30", std::string(1, fields.size()), fields));
  };
  const std::string one = Der("020101");
  CHECK(
      with(one, Der("02207fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8")).ok());
  CHECK_FALSE(
      with(one, Der("02207fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9")).ok());
  CHECK(with(Der("022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"), one)
            .ok());
  CHECK_FALSE(
      with(Der("022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), one)
          .ok());
}

TEST_CASE("ToLowS mirrors a high s and keeps a low one", "[ecdsa]") {
  const std::string low = Der("3006020101020101");
  const std::string high =
      Der("3026020101022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
  CHECK(ToLowS(kP256, low).value() == low);
  CHECK(ToLowS(kP256, high).value() == low);
  CHECK_FALSE(CheckEcdsaSignature(kP256, high).ok());
}

TEST_CASE("Verify agrees with Wycheproof, but for a high s", "[ecdsa][vectors]") {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  const auto text = ReadFile(absl::StrCat(shared == nullptr ? "" : shared,
                                          "/crypto-ecdsa/ecdsa_secp256r1_sha256_test.json"));
  if (!text.ok()) {
    WARN("skipped: no shared data");
    return;
  }
  int accepted = 0, high = 0;
  const nlohmann::json vectors = nlohmann::json::parse(*text);
  for (const auto& group : vectors.at("testGroups")) {
    const auto key = PublicKey::FromPem(group.at("publicKeyPem").get<std::string>());
    REQUIRE(key.ok());
    for (const auto& test : group.at("tests")) {
      CAPTURE(test.dump());
      const auto message = HexDecode(test.at("msg").get<std::string>());
      const auto signature = HexDecode(test.at("sig").get<std::string>());
      REQUIRE((message.ok() && signature.ok()));
      const absl::Status status = (*key)->Verify(HashFamily::kSha2, {*message}, *signature);
      if (test.at("result") != "valid") {
        CHECK(absl::IsUnauthenticated(status));
      } else if (absl::StrContains(status.message(), "high s")) {
        ++high;
        const auto lowered = ToLowS(kP256, *signature);
        CHECK((*key)->Verify(HashFamily::kSha2, {*message}, *lowered) == absl::OkStatus());
      } else {
        CHECK(status == absl::OkStatus());
        ++accepted;
      }
    }
  }
  CHECK(accepted > 50);
  CHECK(high > 50);
}

}  // namespace
}  // namespace suyuan
