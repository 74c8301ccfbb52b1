#include "network/crypto/rsa.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

TEST_CASE("An RSA full-domain hash signature is deterministic and verifies", "[rsa]") {
  const auto key = GenerateRsaKeyPem();
  REQUIRE(key.ok());
  const auto public_key = RsaPublicKeyPem(*key);
  REQUIRE(public_key.ok());
  const auto signature = RsaFdhSign(*key, "message");
  REQUIRE(signature.ok());
  CHECK(signature->size() == 256);
  CHECK(*RsaFdhSign(*key, "message") == *signature);
  CHECK(*RsaFdhSign(*key, "other") != *signature);
  CHECK(RsaFdhVerify(*public_key, "message", *signature).ok());
  CHECK(absl::IsUnauthenticated(RsaFdhVerify(*public_key, "other", *signature)));
  CHECK(absl::IsUnauthenticated(RsaFdhVerify(*public_key, "message", "short")));
}

TEST_CASE("What is not an RSA key is refused", "[rsa]") {
  CHECK(absl::IsInvalidArgument(RsaFdhSign("", "m").status()));
  CHECK(absl::IsInvalidArgument(RsaFdhVerify("nonsense", "m", "s")));
  CHECK(absl::IsInvalidArgument(RsaPublicKeyPem("nonsense").status()));
}

}  // namespace
}  // namespace suyuan
