#include "network/etcd/watch_cursor.h"

#include <catch2/catch.hpp>
#include <vector>

namespace suyuan {
namespace {

using ::etcdserverpb::WatchResponse;
using Revisions = std::vector<int64_t>;

WatchResponse Events(const Revisions& revisions, bool fragment = false) {
  WatchResponse response;
  response.mutable_header()->set_revision(100);
  response.set_fragment(fragment);
  for (const int64_t revision : revisions) {
    response.add_events()->mutable_kv()->set_mod_revision(revision);
  }
  return response;
}

WatchResponse Created(int64_t revision) {
  WatchResponse response;
  response.mutable_header()->set_revision(revision);
  response.set_created(true);
  return response;
}

// The revisions of the events that are delivered.
Revisions Take(WatchCursor& cursor, WatchResponse response) {
  const auto taken = cursor.Take(std::move(response));
  REQUIRE(taken.ok());
  Revisions revisions;
  if (!*taken) return revisions;
  for (const auto& event : (*taken)->events()) revisions.push_back(event.kv().mod_revision());
  return revisions;
}

TEST_CASE("A watch goes on from the revision after the last one delivered", "[watch_cursor]") {
  WatchCursor cursor(5);
  CHECK(cursor.next() == 5);
  CHECK(Take(cursor, Events({5, 5, 7})) == Revisions{5, 5, 7});
  CHECK(cursor.next() == 8);
  cursor.Restart();
  CHECK(Take(cursor, Events({7, 8})) == Revisions{8});
  CHECK(Take(cursor, Events({8})).empty());
}

TEST_CASE("A watch from now on starts where the first member stood", "[watch_cursor]") {
  WatchCursor cursor(0);
  CHECK(Take(cursor, Created(41)).empty());
  CHECK(cursor.next() == 42);
  CHECK(Take(cursor, Created(50)).empty());
  CHECK(cursor.next() == 42);
}

TEST_CASE("A revision whose events come in fragments is delivered whole", "[watch_cursor]") {
  WatchCursor cursor(1);
  CHECK(Take(cursor, Events({1, 2, 3}, true)) == Revisions{1, 2});
  CHECK(cursor.next() == 3);
  CHECK(Take(cursor, Events({3}, true)).empty());
  CHECK(Take(cursor, Events({3, 4}, true)) == Revisions{3, 3, 3});
  CHECK(Take(cursor, Events({4})) == Revisions{4, 4});
  CHECK(cursor.next() == 5);
}

TEST_CASE("A break between fragments starts that revision again", "[watch_cursor]") {
  WatchCursor cursor(1);
  CHECK(Take(cursor, Events({1, 1}, true)).empty());
  cursor.Restart();
  CHECK(cursor.next() == 1);
  CHECK(Take(cursor, Events({1, 1, 1})) == Revisions{1, 1, 1});
}

TEST_CASE("Progress moves the watch on and is delivered", "[watch_cursor]") {
  WatchCursor cursor(1);
  const auto taken = cursor.Take(Events({}));
  REQUIRE(taken.ok());
  CHECK(taken->has_value());
  CHECK(cursor.next() == 101);
}

TEST_CASE("A compacted revision ends the watch", "[watch_cursor]") {
  WatchCursor cursor(1);
  WatchResponse response;
  response.set_canceled(true);
  response.set_compact_revision(9);
  CHECK(absl::IsOutOfRange(cursor.Take(response).status()));
  response.set_compact_revision(0);
  CHECK(absl::IsUnavailable(cursor.Take(response).status()));
}

}  // namespace
}  // namespace suyuan
