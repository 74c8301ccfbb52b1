#include "chaincode/codes/codes.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "chaincode/codes/merkle.h"
#include "network/crypto/rsa.h"

namespace suyuan {
namespace {

TEST_CASE("Merkle proofs fit their leaf, place and root alone") {
  for (uint64_t count : {1, 2, 3, 5, 8, 13}) {
    const CodeBatch batch = CodeBatch::Derive("seed", count, 15);
    for (uint64_t i = 0; i < count; ++i) {
      const TraceCode code = DeriveCode("seed", i, 15);
      const std::string leaf = CodeLeaf(code.salt, i, code.code), proof = batch.Proof(i);
      CHECK(CheckMerkleProof(batch.root(), leaf, i, count, proof));
      CHECK_FALSE(CheckMerkleProof(batch.root(), leaf, i, count, proof + std::string(32, 'x')));
      CHECK_FALSE(CheckMerkleProof(batch.root(), CodeLeaf(code.salt, i, "1"), i, count, proof));
      CHECK_FALSE(CheckMerkleProof(batch.root(), leaf, i + count, count, proof));
    }
  }
}

TEST_CASE("Codes have their exact length and come from the RSA key alone") {
  const auto key = GenerateRsaKeyPem();
  REQUIRE(key.ok());
  const BatchName name{"ProducerMSP", "06901234567892", "b1"};
  for (int length : {15, 17, 21}) {
    const auto code = DeriveCode(*key, name, 7, length);
    REQUIRE(code.ok());
    CHECK(code->code.size() == static_cast<size_t>(length));
    CHECK(CheckCode("code", code->code).ok());
    CHECK(DeriveCode(*key, name, 7, length)->code == code->code);
    CHECK(DeriveCode(*key, name, 8, length)->code != code->code);
    std::string typo = code->code;
    typo[3] = typo[3] == '9' ? '0' : static_cast<char>(typo[3] + 1);
    CHECK_FALSE(CheckCode("code", typo).ok());
  }
  CHECK_FALSE(DeriveCode(*key, name, 0, 16).ok());
  const auto signature = SignBatch(*key, name);
  const auto public_key = RsaPublicKeyPem(*key);
  CHECK(VerifyBatchSignature(*public_key, name, *signature).ok());
  CHECK_FALSE(VerifyBatchSignature(*public_key, {"ProducerMSP", "x", "b1"}, *signature).ok());
  CHECK_FALSE(RsaFdhSign("not a key", "m").ok());
}

TEST_CASE("A taken or repeated code becomes void") {
  const TraceCode third = DeriveCode("seed", 3, 15);
  const CodeBatch batch =
      CodeBatch::Derive("seed", 10, 15, [&](absl::string_view code) { return code == third.code; });
  CHECK(batch.void_count() == 1);
  CHECK(batch.codes()[3].empty());
  CHECK_FALSE(
      CheckMerkleProof(batch.root(), CodeLeaf(third.salt, 3, third.code), 3, 10, batch.Proof(3)));
}

TEST_CASE("A million codes are derived without repetition, digits spread evenly") {
  const auto start = std::chrono::steady_clock::now();
  const CodeBatch batch = CodeBatch::Derive("seed", 1'000'000, 15);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  WARN("1,000,000 codes and their root in " << seconds << " s");
  CHECK(batch.void_count() < 5);
  uint64_t digits[10] = {};
  for (const std::string& code : batch.codes()) ++digits[code.empty() ? 0 : code[7] - '0'];
  double chi_square = 0;
  for (const uint64_t n : digits) {
    chi_square += (static_cast<double>(n) - 1e5) * (static_cast<double>(n) - 1e5) / 1e5;
  }
  CHECK(chi_square < 33.7);  // 9 degrees of freedom, p = 0.0001
}

TEST_CASE("A covered code is no function of the open one") {
  const TraceCode open = DeriveCode("seed", 7, 15),
                  inner = DeriveCode("seed", 7, 15, CodeLayer::kInner);
  CHECK(open.code != inner.code);
  CHECK(open.salt != inner.salt);
  CHECK(CheckCode("inner", inner.code).ok());
  const TraceCode pin = DeriveCode("seed", 7, kShortCode, CodeLayer::kInner);
  CHECK(pin.code.size() == 6);
  CHECK(CheckInnerCode("inner", pin.code).ok());
  CHECK_FALSE(CheckInnerCode("inner", "12345").ok());
  CHECK_FALSE(CheckInnerCode("inner", "12345x").ok());
  CHECK(CheckInnerCodeLength("length", 6).ok());
  CHECK_FALSE(CheckInnerCodeLength("length", 7).ok());
  // Among 6 digits many repeat; all stay in use.
  const CodeBatch batch = CodeBatch::Derive("seed", 20'000, kShortCode, nullptr, CodeLayer::kInner);
  CHECK(batch.void_count() == 0);
  CHECK(batch.root() != CodeBatch::Derive("seed", 20'000, 15).root());
}

TEST_CASE("Batches under a new key stand beside those under the old one") {
  const auto old_key = GenerateRsaKeyPem(), new_key = GenerateRsaKeyPem();
  REQUIRE(old_key.ok());
  REQUIRE(new_key.ok());
  const BatchName before{"ProducerMSP", "06901234567892", "b1"},
      after{"ProducerMSP", "06901234567892", "b2"};
  const auto before_signature = SignBatch(*old_key, before),
             after_signature = SignBatch(*new_key, after);
  REQUIRE(before_signature.ok());
  REQUIRE(after_signature.ok());
  CHECK(VerifyBatchSignature(*RsaPublicKeyPem(*old_key), before, *before_signature).ok());
  CHECK(VerifyBatchSignature(*RsaPublicKeyPem(*new_key), after, *after_signature).ok());
  CHECK_FALSE(VerifyBatchSignature(*RsaPublicKeyPem(*new_key), before, *before_signature).ok());
  // The same counter under another key is another code.
  CHECK(DeriveCode(*old_key, before, 3, 15)->code != DeriveCode(*new_key, before, 3, 15)->code);
}

}  // namespace
}  // namespace suyuan
