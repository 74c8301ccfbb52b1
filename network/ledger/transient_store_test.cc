#include "network/ledger/transient_store.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "network/ledger/testing/ledger_fixtures.h"

namespace suyuan {
namespace {

TEST_CASE("Private write sets are kept until removed or too old", "[transient_store]") {
  testing::TempDir temp;
  auto store = TransientStore::Open(temp.path());
  REQUIRE(store.ok());
  CHECK((*store)->Put("tx1", "one", 5).ok());
  CHECK((*store)->Put("tx1", "other", 6).ok());
  CHECK((*store)->Put("tx1", "one", 5).ok());
  CHECK((*store)->Put("tx12", "two", 5).ok());
  auto found = *(*store)->Get("tx1");
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::string>{"one", "other"});
  CHECK((*store)->PurgeBelow(6).ok());
  CHECK(*(*store)->Get("tx1") == std::vector<std::string>{"other"});
  CHECK((*store)->Get("tx12")->empty());
  store->reset();
  store = TransientStore::Open(temp.path());
  CHECK(*(*store)->Get("tx1") == std::vector<std::string>{"other"});
  CHECK((*store)->Remove({"tx1", "unknown"}).ok());
  CHECK((*store)->Get("tx1")->empty());
}

}  // namespace
}  // namespace suyuan
