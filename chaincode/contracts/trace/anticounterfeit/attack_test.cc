// An attacker with a full copy of the ledger - every key, value, event and argument - and with
// what an endorsing peer sees of scans beside it: codes, salts and proofs of what was scanned. It
// looks for codes of the same 15-digit batch that nobody has scanned, and tries to be told that a
// forged code is genuine.
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/testing/code_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using ::nlohmann::json;

constexpr uint64_t kScanned = 50;  // codes 0 to 49

class Attack : public CodeLedger {
 public:
  Attack() {
    Issue("b1", 6);
    Activate("b1");
    for (uint64_t i = 0; i < kScanned; ++i) {
      const Transient transient = Code("b1", i, "330106", absl::StrCat("phone", i));
      Keep(Scan(kConsumer, "b1", i, transient));
      seen_.push_back(transient);
    }
    for (const auto& [key, value] : ledger().state())
      absl::StrAppend(&everything_, key, "\n", value, "\n");
  }
  bool OnLedger(const std::string& text) const {
    return everything_.find(text) != std::string::npos;
  }
  // Leaf of an unscanned code, as the proof of its scanned neighbour tells it to an endorser.
  std::string NeighbourLeaf() const {
    return HexDecode(seen_[kScanned - 2].at("proof")).value().substr(0, 32);
  }

  std::string everything_;
  std::vector<Transient> seen_;

 private:
  void Keep(const MockResult& result) {
    absl::StrAppend(&everything_, result.event_name, "\n", result.event_payload, "\n",
                    result.response.payload, "\n");
  }
};

// The one search there is: does a code with this salt have that leaf? Number of the code's digits
// that are not known yet: `free`; the others are as in `code`.
std::string Search(const std::string& leaf, absl::string_view salt, uint64_t index,
                   const std::string& code, size_t free) {
  const auto tries = static_cast<uint64_t>(std::pow(10, free));
  for (uint64_t i = 0; i < tries; ++i) {
    std::string guess = std::to_string(i);
    guess = code.substr(0, code.size() - free) + std::string(free - guess.size(), '0') + guess;
    if (CodeLeaf(salt, index, guess) == leaf) return guess;
  }
  return "";
}

TEST_CASE_METHOD(Attack, "Nothing on the ledger is, or leads to, an unscanned code",
                 "[anticounterfeit][attack]") {
  const std::string seed = Seed("b1");
  CHECK_FALSE(OnLedger(seed));
  CHECK_FALSE(OnLedger(HexEncode(seed)));
  for (uint64_t i = 0; i < kCount; ++i) {
    const TraceCode open = DeriveCode(seed, i, kLength);
    const TraceCode inner = DeriveCode(seed, i, kShortCode, CodeLayer::kInner);
    for (const std::string& secret :
         {open.code, open.salt, HexEncode(open.salt), HexEncode(inner.salt)}) {
      CHECK_FALSE(OnLedger(secret));
    }
    // Leaves of scanned codes are keys; of the others the ledger has nothing.
    CHECK(OnLedger(HexEncode(CodeLeaf(open.salt, i, open.code))) == (i < kScanned));
    CHECK_FALSE(OnLedger(HexEncode(CodeLeaf(inner.salt, i, inner.code))));
  }
}

TEST_CASE_METHOD(Attack, "A leaf is no help in the search for its code without the salt",
                 "[anticounterfeit][attack]") {
  // Code 49 was scanned too; take the one whose neighbour's proof shows it, as if it were not.
  const uint64_t index = kScanned - 1;
  const TraceCode target = DeriveCode(Seed("b1"), index, kLength);
  const std::string leaf = NeighbourLeaf();
  REQUIRE(leaf == CodeLeaf(target.salt, index, target.code));

  // The search works: given salt and all but five digits it is over at once.
  CHECK(Search(leaf, target.salt, index, target.code, 5) == target.code);

  // Without the salt each code is to be tried with each of 2^128 salts. Even who knows all but
  // three digits, and all salts of the codes beside it, finds nothing.
  std::mt19937_64 random(1);
  const auto start = std::chrono::steady_clock::now();
  uint64_t hashes = 0;
  for (const Transient& other : seen_) {
    if (other.at("code") == target.code) continue;
    CHECK(Search(leaf, HexDecode(other.at("salt")).value(), index, target.code, 3).empty());
    hashes += 1000;
  }
  for (int i = 0; i < 100; ++i) {
    std::string salt(16, '\0');
    for (char& c : salt) c = static_cast<char>(random());
    CHECK(Search(leaf, salt, index, target.code, 3).empty());
    hashes += 1000;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double rate = static_cast<double>(hashes) / seconds;
  // 10^14 codes times 2^128 salts for one code of a known leaf; 2^256 seeds for the batch.
  const double bits = std::log2(1e14) + 128;
  WARN("one unscanned code: 2^" << bits << " hashes; at " << rate << " hashes a second 10^"
                                << std::log10(std::pow(2, bits) / rate / 31'557'600.0)
                                << " years; the batch's seed: 2^256; a guess that is asked for: "
                                << "1 in 10^14 for an index, with the right salt and proof");
  CHECK(bits > 128);
}

TEST_CASE_METHOD(Attack, "No forgery is told to be genuine", "[anticounterfeit][attack]") {
  const uint64_t index = 60;  // not scanned
  const auto state = [&](const Transient& transient, uint64_t at) {
    return StateOf("b1", at, transient);
  };
  // What was seen of another item: at its own index a copy, which tells its own story; at this
  // one nothing.
  CHECK(state(seen_[10], 10) == "open-code");
  CHECK(state(seen_[10], index) == "unknown");
  // Codes made up, with any salt and any proof that was seen.
  std::mt19937_64 random(1);
  for (int i = 0; i < 200; ++i) {
    Transient forged = seen_[random() % kScanned];
    forged["code"] = DeriveCode(absl::StrCat("forger", i), index, kLength).code;
    CHECK(state(forged, index) == "unknown");
  }
  // The commitment of another batch, and an index that there is not.
  CHECK(state(Code("b2", index), index) == "unknown");
  CHECK(state(Code("b1", 0), kCount) == "unknown");
  // A verification code: one in a million a try, each of them an event, a point of the score and,
  // after a few, an alert.
  Transient guess = WithInner(seen_[10], "b1", 10, kShortCode);
  const std::string right = guess.at("inner");
  for (int i = 0; i < 20; ++i) {
    guess["inner"] = absl::StrCat(100'000 + random() % 900'000);
    if (guess.at("inner") == right) continue;
    CHECK(Scan(kConsumer, "b1", 10, guess).event_name == "WrongCode");
  }
  const json score = Verify("b1", 10, seen_[10], "", kInspector)["score"];
  CHECK(score["reasons"].back()["rule"] == "attempts");
}

}  // namespace
}  // namespace suyuan
