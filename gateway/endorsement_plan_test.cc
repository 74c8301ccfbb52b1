#include "gateway/endorsement_plan.h"

#include <catch2/catch.hpp>

namespace suyuan {
namespace {

using Peers = std::vector<size_t>;

// Org1: peers 0 and 1; Org2: 2 and 3; Org3: 4.
std::map<std::string, Peers> Groups() {
  return {{"Org1", {0, 1}}, {"Org2", {2, 3}}, {"Org3", {4}}};
}

TEST_CASE("A plan asks one peer of each organisation of its first layout", "[plan]") {
  EndorsementPlan plan({{{"Org1", 1}, {"Org2", 1}}}, Groups());
  CHECK(plan.Next() == Peers{0, 2});
  CHECK(plan.Next().empty());
  plan.Endorsed(0);
  CHECK_FALSE(plan.complete());
  plan.Endorsed(2);
  CHECK(plan.complete());
}

TEST_CASE("The endorsement made before the plan counts", "[plan]") {
  EndorsementPlan plan({{{"Org1", 1}, {"Org2", 1}}}, Groups());
  plan.Endorsed(1);
  CHECK(plan.Next() == Peers{2});
}

TEST_CASE("A failing peer is replaced from its organisation", "[plan]") {
  EndorsementPlan plan({{{"Org1", 1}, {"Org2", 1}}}, Groups());
  plan.Next();
  plan.Failed(2);
  CHECK(plan.Next() == Peers{3});
  plan.Endorsed(0);
  plan.Endorsed(3);
  CHECK(plan.complete());
}

TEST_CASE("When an organisation has no peer left the next layout is tried", "[plan]") {
  EndorsementPlan plan({{{"Org1", 1}, {"Org3", 1}}, {{"Org1", 1}, {"Org2", 1}}}, Groups());
  CHECK(plan.Next() == Peers{0, 4});
  plan.Endorsed(0);
  plan.Failed(4);
  CHECK(plan.Next() == Peers{2});
  plan.Endorsed(2);
  CHECK(plan.complete());
}

TEST_CASE("A plan without a layout that can be met is exhausted", "[plan]") {
  EndorsementPlan none({{{"Org4", 1}}, {{"Org3", 2}}}, Groups());
  CHECK(none.exhausted());
  CHECK_FALSE(none.complete());
  EndorsementPlan plan({{{"Org3", 1}}}, Groups());
  plan.Next();
  plan.Failed(4);
  CHECK(plan.Next().empty());
  CHECK(plan.exhausted());
}

TEST_CASE("Two peers of one organisation are distinct", "[plan]") {
  EndorsementPlan plan({{{"Org2", 2}}}, Groups());
  CHECK(plan.Next() == Peers{2, 3});
}

TEST_CASE("Combined layouts satisfy both and contain no needless ones", "[plan]") {
  const std::vector<Layout> a = {{{"Org1", 1}}, {{"Org2", 1}}};
  const std::vector<Layout> b = {{{"Org1", 1}, {"Org3", 1}}};
  CHECK(CombineLayouts(a, b, 10) == std::vector<Layout>{{{"Org1", 1}, {"Org3", 1}}});
  CHECK(CombineLayouts(a, {}, 10).empty());
  CHECK(CombineLayouts(a, a, 1) == std::vector<Layout>{{{"Org1", 1}}});
}

TEST_CASE("Layouts with the first endorser come first, then the smaller ones", "[plan]") {
  std::vector<Layout> layouts = {
      {{"Org2", 1}}, {{"Org1", 1}, {"Org2", 1}, {"Org3", 1}}, {{"Org1", 1}, {"Org3", 1}}};
  OrderLayouts("Org1", &layouts);
  CHECK(layouts[0].size() == 2);
  CHECK(layouts[1].size() == 3);
  CHECK(layouts[2].size() == 1);
}

}  // namespace
}  // namespace suyuan
