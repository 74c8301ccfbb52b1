#include <catch2/catch.hpp>

#include "network/crypto/testing/test_ca.h"

namespace suyuan {
namespace {

TEST_CASE("Each algorithm signs what its public key verifies, and nothing else", "[keys]") {
  for (const KeyAlgorithm algorithm :
       {KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEcdsaP384, KeyAlgorithm::kEd25519,
        KeyAlgorithm::kRsa, KeyAlgorithm::kSm2}) {
    CAPTURE(std::string(KeyAlgorithmName(algorithm)));
    auto key = PrivateKey::Generate(algorithm);
    REQUIRE(key.ok());
    auto again = PrivateKey::FromPem((*key)->ToPem());
    REQUIRE(again.ok());
    CHECK((*again)->algorithm() == algorithm);
    for (int i = 0; i < 8; ++i) {
      auto signature = (*again)->Sign(HashFamily::kSha2, {"one ", "message"});
      REQUIRE(signature.ok());
      const auto& verifier = *(*key)->public_key();
      CHECK(verifier.Verify(HashFamily::kSha2, {"one message"}, *signature) == absl::OkStatus());
      CHECK(
          absl::IsUnauthenticated(verifier.Verify(HashFamily::kSha2, {"one massage"}, *signature)));
      CHECK(absl::IsUnauthenticated(
          verifier.Verify(HashFamily::kSha2, {"one message"}, *signature + "x")));
      CHECK(absl::IsUnauthenticated(verifier.Verify(HashFamily::kSha2, {"one message"}, "")));
    }
  }
}

TEST_CASE("A chain over an intermediate is found and ordered", "[certificate]") {
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEcdsaP384,
                                       KeyAlgorithm::kEd25519, KeyAlgorithm::kSm2}) {
    CAPTURE(std::string(KeyAlgorithmName(algorithm)));
    TestCa root("root", algorithm);
    TestCa middle("middle", root, algorithm);
    auto leaf = middle.Issue("leaf", {"peer"});
    auto chain = BuildChain(leaf.certificate, {root.certificate()}, {middle.certificate()},
                            TestNotBefore() + absl::Seconds(1));
    INFO(chain.status());
    REQUIRE(chain.ok());
    REQUIRE(chain->size() == 3);
    CHECK((*chain)[0] == leaf.certificate);
    CHECK((*chain)[1] == middle.certificate());
    CHECK((*chain)[2] == root.certificate());
    auto crl = RevocationList::Parse(middle.RevocationListPem({leaf.certificate}));
    REQUIRE(crl.ok());
    CHECK((*crl)->SignedBy(*middle.certificate()) == absl::OkStatus());
    CHECK((*crl)->Revokes(*leaf.certificate));
    auto csr = MakeCertificateRequest(TestTemplate("x"), *leaf.key);
    REQUIRE(csr.ok());
    CHECK(ParseCertificateRequest(*csr).status() == absl::OkStatus());
  }
}

}  // namespace
}  // namespace suyuan
