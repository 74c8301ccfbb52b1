#include "network/common/archive.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

TEST_CASE("An archive gives back its files", "[archive]") {
  const ArchiveFiles files = {{"a.json", "{}"}, {"dir/b", std::string(100'000, 'x')}};
  const auto bytes = WriteTarGz(files);
  REQUIRE(bytes.ok());
  CHECK(*ReadTarGz(*bytes, 1 << 20) == files);
}

TEST_CASE("Equal content gives an equal archive", "[archive]") {
  CHECK(*WriteTarGz({{"a", "1"}, {"b", "2"}}) == *WriteTarGz({{"b", "2"}, {"a", "1"}}));
}

TEST_CASE("An archive is read within bounds", "[archive]") {
  const auto bytes = WriteTarGz({{"a", std::string(1000, 'x')}, {"b", std::string(1000, 'y')}});
  CHECK(ReadTarGz(*bytes, 2000).ok());
  CHECK(absl::IsInvalidArgument(ReadTarGz(*bytes, 1999).status()));
}

TEST_CASE("What is no archive is refused", "[archive]") {
  CHECK(absl::IsInvalidArgument(ReadTarGz("hello", 1000).status()));
  CHECK(absl::IsInvalidArgument(ReadTarGz("", 1000).status()));
  const auto bytes = WriteTarGz({{"a", std::string(100'000, 'x')}});
  CHECK_FALSE(ReadTarGz(absl::string_view(*bytes).substr(0, bytes->size() / 2), 1 << 20).ok());
}

}  // namespace
}  // namespace suyuan
