// One contaminated lot of feed, three farms, forty batches: found, held, called back, closed, and
// nothing else touched.
#include <map>
#include <set>

#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kFeedGtin[] = "09520001000157";
constexpr char kMeatGtin[] = "09520001000225";
constexpr int kBatches = 40;
constexpr int kOfBadFeed = 24;  // the first so many batches

// Lots of feed and its materials, and of what the farms make of it.
std::string Feed(const std::string& lot) { return "urn:epc:class:lgtin:9520001.000015." + lot; }
std::string Meat(const std::string& lot) { return "urn:epc:class:lgtin:9520001.000022." + lot; }
std::string Batch(int number) { return Meat(absl::StrCat("B", number)); }
std::string FeedOf(int batch) { return Feed(batch < kOfBadFeed ? "BAD" : "GOOD"); }

struct Farm {
  std::string org, msp_id, place;
};
const Farm kFarms[] = {
    {"producer", "ProducerMSP", "urn:epc:id:sgln:9520001.00001.0"},
    {"distributor", "DistributorMSP", "urn:epc:id:sgln:9520001.00002.0"},
    {"member4", "Member4MSP", "urn:epc:id:sgln:9520001.00003.0"},
};

// Two lots of feed of one corn and one day; each farm gets of both.
EventDocument Mill() {
  EventDocument document(0);
  document.Lots("ADD", "commissioning",
                {Amount(Feed("CORN"), 8000), Amount(Feed("MIX1"), 100), Amount(Feed("MIX2"), 100)});
  document.Transform({Amount(Feed("CORN"), 4000), Amount(Feed("MIX1"), 100)},
                     {Amount(Feed("BAD"), 4100)});
  document.Transform({Amount(Feed("CORN"), 4000), Amount(Feed("MIX2"), 100)},
                     {Amount(Feed("GOOD"), 4100)});
  for (const Farm& farm : {kFarms[1], kFarms[2]}) {
    document.Lots("OBSERVE", "shipping", {Amount(Feed("BAD"), 1000), Amount(Feed("GOOD"), 1000)},
                  To(farm.msp_id));
  }
  return document;
}

// Batches 0, 3, 6... are of the first farm, and so on.
EventDocument Raise(size_t farm) {
  EventDocument document(100 + static_cast<int>(farm) * 100);
  const json place = At(kFarms[farm].place);
  if (farm > 0) {
    document.Lots("OBSERVE", "receiving", {Amount(Feed("BAD"), 1000), Amount(Feed("GOOD"), 1000)},
                  place);
  }
  for (int batch = static_cast<int>(farm); batch < kBatches; batch += 3) {
    document.Transform({Amount(FeedOf(batch), 100)}, {Amount(Batch(batch), 90)}, 10, place);
  }
  return document;
}

json Texts(const std::set<std::string>& texts) { return json(texts); }

// The units of a scope, as the tool names them, by what they were written as.
std::set<std::string> Written(const std::vector<json>& nodes) {
  std::set<std::string> out;
  for (const json& node : nodes) out.insert(node.at("epc").get<std::string>());
  return out;
}

TEST_CASE("Contaminated feed: what it went into is found, held and called back, nothing else",
          "[integration][stories]") {
  const auto network = UpOrFail("contaminated_feed", {"--orgs", "4"});
  const Desk mill(*network, "producer"), regulator(*network, "regulator");
  std::map<std::string, Desk> desks;
  for (const Farm& farm : kFarms) desks.emplace(farm.org, Desk(*network, farm.org));
  const auto farm_of = [&](int batch) -> const Desk& { return desks.at(kFarms[batch % 3].org); };

  FoundCouncil(*network, {"producer", "distributor", "regulator", "member4"});
  ApproveProduct(*network, kFeedGtin, {{"name", "Feed"}, {"specification", "sack of 25 kg"}});
  ApproveProduct(*network, kMeatGtin, {{"name", "Chicken"}, {"specification", "whole, chilled"}});
  mill.Capture(Mill().Text());
  for (size_t farm = 0; farm < 3; ++farm) desks.at(kFarms[farm].org).Capture(Raise(farm).Text());

  // Mixed: batch 0 goes into MIXED with half of batch 24; the rest of 24 stays what it was. Two
  // clean ones are mixed as well. Reworked: batch 3 and clean batch 27 return into the process.
  const json place = At(kFarms[0].place);
  EventDocument process(500);
  process.Transform({Amount(Batch(0), 90), Amount(Batch(24), 45)}, {Amount(Meat("MIXED"), 135)}, 0,
                    place);
  process.Transform({Amount(Batch(30), 90), Amount(Batch(33), 90)}, {Amount(Meat("CLEAN"), 180)}, 0,
                    place);
  for (const int batch : {3, 27}) {
    process.Transform({Amount(Batch(batch), 90)}, {Amount(Batch(batch), 88)}, 2, place);
  }
  process.Transform({Amount(Meat("MIXED"), 100)}, {Amount(Meat("PACKED"), 100)}, 0, place);
  mill.Capture(process.Text());
  EventDocument sales(600);
  sales.Lots("OBSERVE", "retail_selling", {Amount(Batch(4), 30)});
  desks.at("distributor").Capture(sales.Text());

  std::set<std::string> affected{Feed("BAD"), Meat("MIXED"), Meat("PACKED")};
  for (int batch = 0; batch < kOfBadFeed; ++batch) affected.insert(Batch(batch));
  std::set<std::string> others{Feed("CORN"), Feed("MIX1"), Feed("GOOD"), Meat("CLEAN")};
  for (int batch = kOfBadFeed; batch < kBatches; ++batch) others.insert(Batch(batch));

  // Traced: exactly these, from whichever farm one asks.
  const json trace = mill.Line({"trace", "forward", Feed("BAD")});
  CHECK(Written(trace["nodes"]) == affected);
  CHECK(desks.at("member4").Line({"trace", "forward", Feed("BAD")}) == trace);
  const json backward = mill.Line({"trace", "backward", Meat("PACKED")});
  CHECK(Written(backward["nodes"]) ==
        std::set<std::string>{Meat("PACKED"), Meat("MIXED"), Batch(0), Batch(24), Feed("BAD"),
                              Feed("GOOD"), Feed("CORN"), Feed("MIX1"), Feed("MIX2")});

  CHECK(mill.Line({"unit", "report", Batch(3)})["reworked"] == 1);

  // Held, by the mill's quality: the feed itself at once.
  const json one = json::array({Feed("BAD")});
  mill.Line({"hold", "place", "suspect", one.dump(), R"({"reason":"aflatoxin suspected"})"});
  CHECK_THAT(mill.CaptureRefusal(
                 EventDocument(700)
                     .Lots("OBSERVE", "shipping", {Amount(Feed("BAD"), 10)}, To("DistributorMSP"))
                     .Text()),
             Contains("is held: aflatoxin suspected (hold suspect)"));

  // Called back.
  json scope;
  scope["units"] = one;
  const json preview = regulator.Line({"recall", "preview", scope.dump()});
  CHECK(preview["units"].size() == affected.size());
  const json opened = mill.Line(
      {"recall", "open", "feed", scope.dump(), R"({"reason":"aflatoxin over the limit"})"});
  CHECK(opened["result"]["units"] == preview["units"]);
  const std::vector<std::string> units = preview["units"];
  CHECK(opened["result"]["impact"]["holders"] ==
        Texts({"DistributorMSP", "Member4MSP", "ProducerMSP"}));
  CHECK(opened["result"]["impact"]["products"] == Texts({kFeedGtin, kMeatGtin}));
  CHECK_THAT(
      desks.at("distributor")
          .CaptureRefusal(
              EventDocument(701).Lots("OBSERVE", "retail_selling", {Amount(Batch(4), 1)}).Text()),
      Contains("is held: aflatoxin over the limit (hold recall:feed)"));
  CHECK_THAT(
      farm_of(1).CaptureRefusal(
          EventDocument(702).Transform({Amount(Batch(1), 90)}, {Amount(Meat("LATE"), 90)}).Text()),
      Contains("(hold recall:feed)"));

  // One notice to each who has some of it: a consumer with three batches gets one.
  const std::string consumer(64, 'c');
  for (const std::string& unit : {Batch(4), Batch(7), Meat("PACKED")}) {
    desks.at("distributor").Line({"recall", "contact", unit, consumer});
  }
  // Who has only what is not affected is not told.
  desks.at("distributor").Line({"recall", "contact", Batch(25), std::string(64, 'd')});
  CHECK(mill.Line({"recall", "notify", "feed"})["result"] == "4");
  std::map<std::string, json> notices;
  for (const json& notice : mill.Lines({"recall", "notices", "feed"})) {
    notices[notice["contact"]] = notice;
  }
  REQUIRE(notices.size() == 4);
  CHECK(notices[consumer]["units"].size() == 3);
  // What the notices of the farms name is all that is affected.
  std::set<std::string> told;
  for (const Farm& farm : kFarms) {
    REQUIRE(notices.count(farm.msp_id) == 1);
    for (const json& unit : notices[farm.msp_id]["units"]) told.insert(unit.get<std::string>());
  }
  CHECK(told.size() + 1 >= units.size());  // batch 0 was used up, so nobody has it
  mill.Line({"recall", "delivery", "feed", consumer, "delivered"});
  for (const char* org : {"distributor", "member4"}) {
    desks.at(org).Line(
        {"recall", "delivery", "feed", Administration(*network).MspId(org), "acknowledged"});
  }

  // Destroyed, unit by unit; closed when every unit has an outcome.
  mill.Line({"recall", "start", "feed"});
  const auto gateway = ConnectOrFail(*network, "producer");
  const auto contracts = gateway->GetNetwork(network->channel());
  const sdk::Contract recalls = contracts.GetContract("trace", "Recalls"),
                      holds = contracts.GetContract("trace", "Holds");
  for (size_t i = 0; i + 1 < units.size(); ++i) {
    const auto done =
        recalls.Submit("RecordOutcome", {"feed", units[i], R"({"outcome":"destroyed"})"});
    INFO(done.status());
    REQUIRE(done.ok());
  }
  AwaitSameHeight(*network);
  CHECK_THAT(mill.Refusal({"recall", "close", "feed", "done"}),
             Contains(absl::StrCat("1 of ", units.size(), " units have no outcome")));
  mill.Line({"recall", "outcome", "feed", units.back(), R"({"outcome":"destroyed"})"});
  mill.Line({"recall", "close", "feed", "all of it is destroyed"});
  mill.Line({"hold", "dispose", "recall:feed", json(units).dump(),
             R"({"disposition":"scrap","reason":"destroyed"})"});
  const json closed = regulator.Line({"recall", "show", "feed"});
  CHECK(closed["state"] == "closed");
  CHECK(closed["progress"]["accountedPercent"] == 100);
  CHECK(closed["progress"]["notices"] == 4);

  // The report: who made, moved and has what was packed last, back to the feed, with transactions.
  const json report = regulator.Line({"recall", "responsibility", Batch(4)});
  INFO(report.dump());
  std::set<std::string> parties;
  for (const json& party : report["parties"]) parties.insert(party["mspId"].get<std::string>());
  CHECK(parties.count("ProducerMSP") == 1);     // made and shipped the feed
  CHECK(parties.count("DistributorMSP") == 1);  // fed it, and sold

  // Siblings: the same corn, the same day, the same farms, and as free as before.
  const auto may = [&](const std::string& unit, const char* use) {
    const auto answer = holds.Evaluate("Check", {unit, use});
    INFO(unit << ": " << answer.status());
    REQUIRE(answer.ok());
    return json::parse(*answer, nullptr, false).value("allowed", false);
  };
  for (const char* use : {"ship", "use", "pack", "sell"}) {
    for (const std::string& other : others) CHECK(may(other, use));
    for (const std::string& unit : affected) CHECK_FALSE(may(unit, use));
  }
  EventDocument on(800);
  on.Lots("OBSERVE", "shipping",
          {Amount(Batch(24), 45), Amount(Meat("CLEAN"), 180), Amount(Batch(27), 88)},
          To("DistributorMSP"));
  mill.Capture(on.Text());
  desks.at("distributor")
      .Capture(EventDocument(801)
                   .Lots("OBSERVE", "receiving", {Amount(Batch(24), 45), Amount(Batch(27), 88)})
                   .Lots("OBSERVE", "retail_selling", {Amount(Batch(25), 90)})
                   .Text());
}

}  // namespace
}  // namespace suyuan
