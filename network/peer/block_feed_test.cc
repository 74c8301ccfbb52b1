#include "network/peer/block_feed.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

struct CountingFollower final : BlockFeed::Follower {
  void OnBlock() override { ++blocks; }
  int blocks = 0;
};

}  // namespace

TEST_CASE("The feed keeps the last blocks only", "[block_feed]") {
  BlockFeed feed(5, 2);
  CHECK(feed.Height() == 5);
  CHECK(feed.Find(4) == nullptr);
  for (uint64_t n = 5; n < 8; ++n) feed.Publish({.number = n});
  CHECK(feed.Height() == 8);
  CHECK(feed.Find(5) == nullptr);
  REQUIRE(feed.Find(6) != nullptr);
  CHECK(feed.Find(6)->number == 6);
  CHECK(feed.Find(7)->number == 7);
  CHECK(feed.Find(8) == nullptr);
}

TEST_CASE("A follower is told until it is gone", "[block_feed]") {
  BlockFeed feed(1);
  auto stays = std::make_shared<CountingFollower>();
  auto leaves = std::make_shared<CountingFollower>();
  feed.Follow(stays);
  feed.Follow(leaves);
  feed.Publish({.number = 1});
  CHECK(leaves->blocks == 1);
  leaves.reset();
  feed.Publish({.number = 2});
  CHECK(stays->blocks == 2);
}

}  // namespace suyuan
