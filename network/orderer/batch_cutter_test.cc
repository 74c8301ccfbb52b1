#include "network/orderer/batch_cutter.h"

#include <catch2/catch.hpp>
#include <vector>

namespace suyuan {
namespace {

size_t CountOf(const BatchLimits& limits, const std::vector<MessageSize>& messages) {
  BatchCutter cutter(limits);
  for (const MessageSize& message : messages) {
    if (!cutter.Add(message)) break;
  }
  return cutter.cut().count;
}

TEST_CASE("A block takes no more than the configured count and bytes", "[batch_cutter]") {
  CHECK(CountOf({2, 100}, {{10}, {10}, {10}}) == 2);
  CHECK(CountOf({10, 100}, {{60}, {40}, {1}}) == 2);
  CHECK(CountOf({10, 100}, {{60}, {41}}) == 1);
}

TEST_CASE("A message above the preferred size gets its own block", "[batch_cutter]") {
  CHECK(CountOf({10, 100}, {{101}, {1}}) == 1);
  CHECK(CountOf({10, 100}, {{1}, {101}}) == 1);
}

TEST_CASE("A config message is always alone", "[batch_cutter]") {
  CHECK(CountOf({10, 100}, {{1, true}, {1}}) == 1);
  CHECK(CountOf({10, 100}, {{1}, {1, true}}) == 1);
}

}  // namespace
}  // namespace suyuan
