// How issued codes are distributed, and what can be guessed of them. Seeds are fixed: a case that
// passes once passes always.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/numeric/int128.h"
#include "chaincode/codes/codes.h"

namespace suyuan {
namespace {

constexpr std::array<int, 3> kLengths = {15, 17, 21};

// Of counts that should be equal; 9 degrees of freedom.
double ChiSquare(const std::array<uint64_t, 10>& counts) {
  uint64_t total = 0;
  for (const uint64_t n : counts) total += n;
  const double expected = static_cast<double>(total) / 10;
  double sum = 0;
  for (const uint64_t n : counts) {
    sum += (static_cast<double>(n) - expected) * (static_cast<double>(n) - expected) / expected;
  }
  return sum;
}

absl::uint128 Number(const std::string& digits) {
  absl::uint128 value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

size_t Repeated(int length, size_t count) {
  std::vector<absl::uint128> codes;
  codes.reserve(count);
  for (size_t i = 0; i < count; ++i) codes.push_back(Number(DeriveCode("seed", i, length).code));
  std::sort(codes.begin(), codes.end());
  return count - static_cast<size_t>(std::unique(codes.begin(), codes.end()) - codes.begin());
}

TEST_CASE("Every digit of a code is uniform, the check digit too") {
  constexpr uint64_t kCodes = 100'000;
  double worst = 0;
  for (const int length : kLengths) {
    std::vector<std::array<uint64_t, 10>> counts(static_cast<size_t>(length));
    for (uint64_t i = 0; i < kCodes; ++i) {
      const std::string code = DeriveCode("seed", i, length).code;
      for (size_t place = 0; place < code.size(); ++place) ++counts[place][code[place] - '0'];
    }
    for (const auto& place : counts) worst = std::max(worst, ChiSquare(place));
  }
  WARN("worst chi-square of 53 places: " << worst);
  CHECK(worst < 33.7);  // p = 0.0001 each
}

TEST_CASE("No code repeats among 600,000 over all lengths") {
  for (const int length : kLengths) CHECK(Repeated(length, 200'000) == 0);
}

TEST_CASE("No code repeats among 10,000,000 over all lengths", "[.slow]") {
  for (const int length : kLengths) CHECK(Repeated(length, 3'333'334) == 0);
}

// Predictors that have seen 10,000 codes say each digit of those that follow: what they learned
// of the digit that comes after another at the same place, the last code again, the last step
// again.
TEST_CASE("10,000 codes say nothing of those that follow") {
  constexpr uint64_t kSeen = 10'000, kAhead = 20'000;
  constexpr size_t kDigits = 14;
  std::array<std::array<std::array<uint64_t, 10>, 10>, kDigits> after = {};
  std::string last = DeriveCode("seed", 0, 15).code, before = last;
  for (uint64_t i = 1; i < kSeen; ++i) {
    const std::string code = DeriveCode("seed", i, 15).code;
    for (size_t d = 0; d < kDigits; ++d) ++after[d][last[d] - '0'][code[d] - '0'];
    before = last;
    last = code;
  }
  uint64_t learned = 0, same = 0, step = 0;
  for (uint64_t i = kSeen; i < kSeen + kAhead; ++i) {
    const std::string code = DeriveCode("seed", i, 15).code;
    for (size_t d = 0; d < kDigits; ++d) {
      const auto& seen = after[d][last[d] - '0'];
      learned += std::max_element(seen.begin(), seen.end()) - seen.begin() == code[d] - '0';
      same += last[d] == code[d];
      step += (2 * (last[d] - '0') - (before[d] - '0') + 10) % 10 == code[d] - '0';
    }
    before = last;
    last = code;
  }
  const double digits = static_cast<double>(kAhead * kDigits);
  for (const uint64_t hits : {learned, same, step}) {
    const double rate = static_cast<double>(hits) / digits;
    WARN("digits said right: " << 100 * rate << " %");
    CHECK(std::abs(rate - 0.1) < 0.0029);  // five standard deviations
  }
}

TEST_CASE("A guess hits an issued code no more often than chance allows") {
  constexpr uint64_t kIssued = 500'000, kGuesses = 500'000;
  std::unordered_set<std::string> issued;
  for (uint64_t i = 0; i < kIssued; ++i) issued.insert(DeriveCode("seed", i, 15).code);
  std::mt19937_64 random(1);
  uint64_t hits = 0, well_formed = 0;
  for (uint64_t i = 0; i < kGuesses; ++i) {
    std::string guess = std::to_string(random() % 1'000'000'000'000'000);
    guess.insert(0, 15 - guess.size(), '0');
    well_formed += CheckCode("code", guess).ok();
    hits += issued.count(guess);
  }
  // 500,000 of 10^14 codes: one guess in 2 * 10^9 (with the right check digit one in 2 * 10^8).
  CHECK(hits == 0);
  const double share = static_cast<double>(well_formed) / static_cast<double>(kGuesses);
  CHECK(std::abs(share - 0.1) < 0.0022);
}

}  // namespace
}  // namespace suyuan
