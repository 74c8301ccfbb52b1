#include "network/policy/policy.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/policy/testing/fake_msps.h"

namespace suyuan {
namespace {

using Layout = std::map<std::string, int>;

PolicyPtr FromText(absl::string_view text) {
  auto envelope = ParsePolicy(text);
  REQUIRE(envelope.ok());
  auto policy = MakeSignaturePolicy(*envelope, std::make_shared<FakeMsps>());
  REQUIRE(policy.ok());
  return *policy;
}

absl::Status Evaluate(const Policy& policy, const std::vector<std::string>& signers,
                      absl::string_view signature = "good") {
  std::vector<SignedData> set;
  for (const std::string& signer : signers) set.push_back({{"part one", "two"}, signer, signature});
  return policy.EvaluateSignedData(set);
}

bool Satisfied(absl::string_view text, const std::vector<std::string>& signers) {
  return Evaluate(*FromText(text), signers).ok();
}

PolicyPtr Meta(::common::ImplicitMetaPolicy::Rule rule, std::vector<PolicyPtr> policies) {
  ::common::ImplicitMetaPolicy meta;
  meta.set_rule(rule);
  meta.set_sub_policy("Endorsement");
  return MakeImplicitMetaPolicy(meta, std::move(policies));
}

}  // namespace

TEST_CASE("AND, OR and OutOf ask for as many as they say", "[policy]") {
  CHECK(Satisfied("AND('A.peer', 'B.peer')", {"A.peer.1", "B.peer.1"}));
  CHECK_FALSE(Satisfied("AND('A.peer', 'B.peer')", {"A.peer.1", "A.peer.2"}));
  CHECK(Satisfied("OR('A.peer', 'B.admin')", {"B.admin.1"}));
  CHECK_FALSE(Satisfied("OR('A.peer', 'B.admin')", {"B.client.1"}));
  CHECK(Satisfied("OutOf(2, 'A.peer', 'B.peer', 'C.member')", {"C.client.1", "A.peer.1"}));
  CHECK_FALSE(Satisfied("OutOf(2, 'A.peer', 'B.peer', 'C.member')", {"C.client.1"}));
}

TEST_CASE("One identity fills one leaf", "[policy]") {
  CHECK_FALSE(Satisfied("AND('A.member', 'A.member')", {"A.peer.1"}));
  CHECK_FALSE(Satisfied("AND('A.member', 'A.member')", {"A.peer.1", "A.peer.1"}));
  CHECK(Satisfied("AND('A.member', 'A.member')", {"A.peer.1", "A.peer.2"}));
}

TEST_CASE("Leaves take the first identity that fits, left to right", "[policy]") {
  // The member leaf takes the admin; none is left for the admin leaf.
  CHECK_FALSE(Satisfied("AND('A.member', 'A.admin')", {"A.admin.1", "A.peer.1"}));
  CHECK(Satisfied("AND('A.member', 'A.admin')", {"A.peer.1", "A.admin.1"}));
}

TEST_CASE("A failed rule gives back what it took", "[policy]") {
  CHECK(
      Satisfied("AND(OR(AND('A.peer', 'B.peer'), 'C.peer'), 'A.peer')", {"A.peer.1", "C.peer.1"}));
}

TEST_CASE("Rules are tried, and consume, even when enough are satisfied", "[policy]") {
  CHECK_FALSE(Satisfied("AND(OR('A.peer', 'B.peer'), 'B.peer')", {"A.peer.1", "B.peer.1"}));
}

TEST_CASE("A refusal names the rule", "[policy]") {
  const PolicyPtr policy = FromText("OutOf(2, 'A.peer', 'B.peer')");
  const absl::Status status = Evaluate(*policy, {"A.peer.1", "B.peer.1"}, "forged");
  CHECK(absl::IsPermissionDenied(status));
  CHECK(absl::StrContains(std::string(status.message()), "OutOf(2, 'A.peer', 'B.peer')"));
}

TEST_CASE("VerifiedIdentities drops doubles and what does not verify", "[policy]") {
  const FakeMsps msps;
  const std::vector<SignedData> set = {{{"x"}, "A.peer.1", "bad"},     {{"x"}, "A.peer.1", "good"},
                                       {{"x"}, "A.peer.1", "good"},    {{"x"}, "garbage", "good"},
                                       {{"x"}, "A.revoked.1", "good"}, {{"x"}, "B.peer.1", "good"}};
  const auto identities = VerifiedIdentities(msps, set);
  REQUIRE(identities.size() == 2);
  CHECK(identities[0]->serialized() == "A.peer.1");
  CHECK(identities[1]->serialized() == "B.peer.1");
}

TEST_CASE("Implicit meta counts satisfied sub-policies", "[policy]") {
  const std::vector<PolicyPtr> three = {FromText("OR('A.peer')"), FromText("OR('B.peer')"),
                                        FromText("OR('C.peer')")};
  using Rule = ::common::ImplicitMetaPolicy;
  CHECK(Evaluate(*Meta(Rule::ANY, three), {"C.peer.1"}).ok());
  CHECK_FALSE(Evaluate(*Meta(Rule::MAJORITY, three), {"C.peer.1"}).ok());
  CHECK(Evaluate(*Meta(Rule::MAJORITY, three), {"C.peer.1", "A.peer.1"}).ok());
  CHECK_FALSE(Evaluate(*Meta(Rule::ALL, three), {"C.peer.1", "A.peer.1"}).ok());
  CHECK(Evaluate(*Meta(Rule::ALL, {}), {}).ok());
  CHECK_FALSE(Evaluate(*Meta(Rule::MAJORITY, {three[0], nullptr}), {"A.peer.1"}).ok());
  // Two of two: a majority is more than half.
  CHECK_FALSE(Evaluate(*Meta(Rule::MAJORITY, {three[0], three[1]}), {"A.peer.1"}).ok());
}

TEST_CASE("Layouts are minimal and smallest first", "[policy]") {
  CHECK(FromText("OR('A.peer', AND('A.peer', 'B.peer'), AND('B.peer','C.peer'))")
            ->EndorserLayouts(10) == std::vector<Layout>{{{"A", 1}}, {{"B", 1}, {"C", 1}}});
  CHECK(FromText("AND('A.peer', 'A.peer')")->EndorserLayouts(10) ==
        std::vector<Layout>{{{"A", 2}}});
  CHECK(FromText("OR('A.admin')")->EndorserLayouts(10).empty());
  const auto majority =
      Meta(::common::ImplicitMetaPolicy::MAJORITY,
           {FromText("OR('A.peer')"), FromText("OR('B.peer')"), FromText("OR('C.peer')")});
  CHECK(majority->EndorserLayouts(10).size() == 3);
  CHECK(majority->EndorserLayouts(2).size() == 2);
}

TEST_CASE("Layouts of a large policy cost little", "[policy]") {
  std::string text = "OutOf(50";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, ", 'Org", i, ".peer'");
  const auto layouts = FromText(text + ")")->EndorserLayouts(5);
  REQUIRE(layouts.size() == 5);
  CHECK(layouts[0].size() == 50);
}

TEST_CASE("The policy language numbers inner principals first", "[policy]") {
  auto envelope = ParsePolicy("OR('C.admin', AND('A.peer', 'B.peer'))");
  REQUIRE(envelope.ok());
  REQUIRE(envelope->identities_size() == 3);
  ::common::MSPRole role;
  REQUIRE(role.ParseFromString(envelope->identities(0).principal()));
  CHECK(role.msp_identifier() == "A");
  CHECK(envelope->rule().n_out_of().rules(0).signed_by() == 2);
}

TEST_CASE("The policy language says where it does not understand", "[policy]") {
  for (const char* text :
       {"", "AND", "AND(", "AND()", "XOR('A.peer')", "OR('A.boss')", "OR('A.peer'",
        "OR('A.peer') x", "OutOf(3, 'A.peer')", "OutOf('A.peer')", "OR('peer')", "OR('A.peer)"}) {
    INFO(text);
    const auto parsed = ParsePolicy(text);
    CHECK(absl::IsInvalidArgument(parsed.status()));
    CHECK(absl::StrContains(std::string(parsed.status().message()), "position"));
  }
  CHECK_FALSE(ParsePolicy(std::string(100000, '(')).ok());
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "OR(";
  CHECK_FALSE(ParsePolicy(deep).ok());
}

TEST_CASE("Malformed envelopes are refused", "[policy]") {
  const auto make = [](const ::common::SignaturePolicyEnvelope& envelope) {
    return MakeSignaturePolicy(envelope, std::make_shared<FakeMsps>()).status();
  };
  ::common::SignaturePolicyEnvelope empty;
  CHECK(absl::IsInvalidArgument(make(empty)));
  auto outside = *ParsePolicy("OR('A.peer')");
  outside.mutable_rule()->mutable_n_out_of()->mutable_rules(0)->set_signed_by(1);
  CHECK(absl::IsInvalidArgument(make(outside)));
  auto negative = *ParsePolicy("OR('A.peer')");
  negative.mutable_rule()->mutable_n_out_of()->set_n(-1);
  CHECK(absl::IsInvalidArgument(make(negative)));
  auto principal = *ParsePolicy("OR('A.peer')");
  principal.mutable_identities(0)->set_principal("\xff\xff");
  CHECK(absl::IsInvalidArgument(make(principal)));
  ::common::SignaturePolicyEnvelope deep;
  auto* rule = deep.mutable_rule();
  for (int i = 0; i < 100; ++i) rule = rule->mutable_n_out_of()->add_rules();
  CHECK(absl::IsInvalidArgument(make(deep)));
}

}  // namespace suyuan
