// Drives a fuzz target where libFuzzer is not at hand: mutates the target's own seeds
// for -max_total_time seconds, always in the same order. A crash is a failed test.
//
//   X_fuzz [-max_total_time=SECONDS] [FILE...]     files are run once each
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void RunOne(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string Mutate(std::string input, const std::vector<std::string>& seeds,
                   std::mt19937_64& random) {
  for (uint64_t changes = 1 + random() % 6; changes > 0; --changes) {
    const size_t at = input.empty() ? 0 : random() % input.size();
    switch (random() % 6) {
      case 0:
        if (!input.empty()) input[at] = static_cast<char>(random());
        break;
      case 1:
        if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << (random() % 8)));
        break;
      case 2:
        input.insert(at, 1 + random() % 8, static_cast<char>(random()));
        break;
      case 3:
        input.erase(at, 1 + random() % 16);
        break;
      case 4:
        input.resize(at);
        break;
      default: {
        const std::string& other = seeds[random() % seeds.size()];
        if (other.empty()) break;
        const size_t from = random() % other.size();
        input.insert(at, other.substr(from, random() % 256));
      }
    }
  }
  if (input.size() > (1 << 20)) input.resize(1 << 20);
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 2;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::sscanf(argv[i], "-max_total_time=%d", &seconds) == 1) continue;
    if (argv[i][0] != '-') files.emplace_back(argv[i]);
  }
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    RunOne({std::istreambuf_iterator<char>(in), {}});
  }
  if (!files.empty()) return 0;

  std::vector<std::string> seeds = suyuan::FuzzSeeds();
  seeds.emplace_back();
  std::mt19937_64 random(1);
  uint64_t runs = 0;
  for (const std::string& seed : seeds) RunOne(seed), ++runs;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    RunOne(Mutate(seeds[random() % seeds.size()], seeds, random)), ++runs;
  }
  std::printf("fuzz: %llu inputs, no crash\n", static_cast<unsigned long long>(runs));
  return 0;
}
