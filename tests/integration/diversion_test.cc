// Goods for Zhejiang turn up in Guangdong: five scans at once by four phones become one case, with
// its evidence, and the dealer tree shows who had them last. By the tool, but for the scans.
#include <future>
#include <set>

#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "09520001000225";
constexpr char kPallet[] = "urn:epc:id:sscc:9520001.0000000001";

std::string Item(int serial) { return absl::StrCat("urn:epc:id:sgtin:9520001.000022.", serial); }

struct Seen {
  int item;
  std::string region;
  int phone;
};

// All at once, each by a consumer through the platform of the producer.
void SeeAll(const TestNetwork& network, const std::vector<Seen>& scans) {
  const auto gateway = ConnectOrFail(network, "producer");
  const sdk::Contract contract =
      gateway->GetNetwork(network.channel()).GetContract("trace", "AntiDiversion");
  std::vector<std::future<absl::Status>> done;
  for (const Seen& scan : scans) {
    sdk::ProposalOptions proposal;
    proposal.arguments = {Item(scan.item)};
    const json place{{"region", scan.region},
                     {"source", "ip"},
                     {"device", absl::StrCat(std::string(60, 'a'), 1000 + scan.phone)}};
    proposal.transient["place"] = place.dump();
    done.push_back(std::async(std::launch::async, [contract, proposal] {
      return contract.Submit("RecordSighting", proposal).status();
    }));
  }
  for (auto& scan : done) {
    const absl::Status status = scan.get();
    INFO(status);
    CHECK(status.ok());
  }
  AwaitSameHeight(network);
}

std::string Terms(const char* name, const char* parent, const std::vector<std::string>& regions,
                  const char* organization) {
  return json{{"name", name},        {"parent", parent},     {"regions", regions},
              {"edition", "201412"}, {"from", "2026-01-01"}, {"organization", organization}}
      .dump();
}

// Each transaction that the evidence names has a receipt, and it proves itself.
void ProveAll(const TestNetwork& network, const json& evidence) {
  const Administration admins(network);
  const std::string genesis = admins.Path(network.channel() + ".block");
  const std::vector<std::string> transactions = evidence["transactions"];
  for (const std::string& transaction : transactions) {
    const std::string file = admins.Path("evidence.receipt");
    const ToolResult got =
        admins.Try({"receipt", "get", "--connection", admins.Path("connection.json"), "--org",
                    "regulator", "--tx", transaction, "--out", file});
    INFO(got.output);
    REQUIRE(got.exit_status == 0);
    const ToolResult verified = admins.Try({"receipt", "verify", file, "--trust", genesis});
    INFO(verified.output);
    CHECK(verified.exit_status == 0);
  }
}

TEST_CASE("Diversion: one case with evidence", "[integration][stories]") {
  const auto network = UpOrFail("diversion", {"--orgs", "4"});
  // The brand owner, its agent for the east, the authority, and a dealer below the agent.
  const Desk brand(*network, "producer"), agent(*network, "distributor"),
      authority(*network, "regulator"), dealer(*network, "member4");
  FoundCouncil(*network, {"producer", "distributor", "regulator", "member4"});
  ApproveProduct(*network, kGtin, {{"name", "Tea"}, {"specification", "200 g"}});
  std::vector<std::string> items;
  for (int i = 1; i <= 8; ++i) items.push_back(Item(i));
  brand.Capture(EventDocument(0)
                    .Items("ADD", "commissioning", items)
                    .Add("AggregationEvent", {{"action", "ADD"},
                                              {"bizStep", "packing"},
                                              {"parentID", kPallet},
                                              {"childEPCs", items}})
                    .Text());

  brand.Line({"dealer", "register", "east", Terms("East", "", {"31", "33"}, "DistributorMSP")});
  CHECK_THAT(
      dealer.Refusal({"dealer", "register", "zj", Terms("Zhejiang", "east", {"33"}, "Member4MSP")}),
      Contains("only who manages or speaks for dealer east"));
  agent.Line({"dealer", "register", "zj", Terms("Zhejiang", "east", {"33"}, "Member4MSP")});
  const std::string goods = json{{"units", json::array({kPallet})}}.dump();
  CHECK_THAT(agent.Refusal({"dealer", "ship", "s1", goods, "east"}), Contains("only who issued"));
  brand.Line({"dealer", "ship", "s1", goods, "east"});
  agent.Line({"dealer", "receive", "s1"});
  agent.Line({"dealer", "ship", "s2", goods, "zj"});
  CHECK(brand.Line({"dealer", "unit-holder", Item(3)})["dealer"] == "zj");
  CHECK(dealer.Line({"dealer", "stock", "zj"})["products"][kGtin]["stock"] == 8);
  // What one dealer sees of another.
  CHECK_THAT(dealer.Refusal({"dealer", "get", "east"}), Contains("is not for this client"));
  CHECK_THAT(dealer.Refusal({"dealer", "stock", "east"}), Contains("is not for this client"));

  // A traveller is no diversion.
  SeeAll(*network, {{1, "440305", 90}, {2, "330106", 91}, {3, "330206", 92}});
  json answer = brand.Line({"diversion", "check", "s2"})["result"];
  REQUIRE(answer["findings"].size() == 1);
  CHECK(answer["findings"][0]["diverted"] == false);
  CHECK(brand.Line({"diversion", "cases", "{}"})["cases"].empty());

  SeeAll(
      *network,
      {{4, "440305", 1}, {5, "440305", 2}, {6, "440106", 3}, {7, "440305", 4}, {8, "440106", 1}});
  answer = brand.Line({"diversion", "check", "s2"})["result"];
  REQUIRE(answer["findings"].size() == 1);
  CHECK(answer["findings"][0]["diverted"] == true);
  CHECK(answer["findings"][0]["scans"] == 6);
  // The dealer has never said that they came, but consumers found some where he may sell.
  CHECK(answer["lastRightHands"]["dealer"] == "zj");
  CHECK(answer["lastRightHands"]["by"] == "scan");
  CHECK(answer["lastRightHands"]["level"] == 2);
  authority.Line({"diversion", "check", "s2"});
  const json cases = brand.Line({"diversion", "cases", "{}"})["cases"];
  REQUIRE(cases.size() == 1);
  const std::string id = cases[0]["case"];
  CHECK(cases[0]["region"] == "440000");
  CHECK_THAT(dealer.Refusal({"diversion", "case", id}), Contains("is not for this client"));
  CHECK_THAT(agent.Refusal({"diversion", "scans", R"({"issuer":"ProducerMSP"})"}),
             Contains("only a regulator"));

  brand.Line({"diversion", "decide", id, "checked", R"({"reason":"bought one in Shenzhen"})"});
  CHECK_THAT(brand.Refusal({"diversion", "decide", id, "closed", R"({"reason":"x"})"}),
             Contains("is checked: it cannot become closed"));
  brand.Line({"diversion", "decide", id, "confirmed", R"({"reason":"the dealer admits it"})"});

  const json evidence = authority.Line({"diversion", "evidence", id});
  CHECK(evidence["state"] == "confirmed");
  CHECK(evidence["scans"].size() == 6);
  CHECK(evidence["shipments"].size() == 2);
  CHECK(evidence["custody"][0]["holder"] == "ProducerMSP");
  CHECK(evidence["confirmations"].size() == 1);
  // 6 scans, contract, 2 shipments, receipt, opening, confirmation, 2 decisions.
  CHECK(evidence["transactions"].size() == 14);
  CHECK_THAT(evidence.dump(), !Contains("127.0.0.1"));
  ProveAll(*network, evidence);

  std::set<std::string> regions;
  const json statistics = brand.Line({"diversion", "stats", R"({"by":"month"})"});
  for (const json& row : statistics["rows"]) {
    regions.insert(row["region"]);
    CHECK(row["home"] == "330000");
  }
  CHECK(regions == std::set<std::string>{"330000", "440000"});
}

}  // namespace
}  // namespace suyuan
