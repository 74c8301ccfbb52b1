// The clients against the real contracts, over a ledger in memory.
#include <catch2/catch.hpp>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "sdk/trace/diversion.h"
#include "sdk/trace/events.h"
#include "sdk/trace/nonconformity.h"
#include "sdk/trace/registration.h"
#include "sdk/trace/templates.h"
#include "sdk/trace/testing/ledger_calls.h"

namespace suyuan::sdk::trace {
namespace {

using Catch::Matchers::Contains;
using suyuan::EventsFixture;
using suyuan::testing::kDistributorReviewer;
using suyuan::testing::kDistributorUser;
using suyuan::testing::kProducerQuality;
using suyuan::testing::kProducerUser;
using suyuan::testing::kRegulatorReviewer;
using suyuan::testing::Person;
using suyuan::testing::TraceLedger;

constexpr char kGtin[] = "06901234567892";

class Clients {
 protected:
  CallsPtr As(const Person& person) { return std::make_shared<LedgerCalls>(&ledger_, person); }
  // Approved.
  void RegisterProduct() {
    const auto registered = Products(As(kProducerUser)).Register(kGtin, {{"name", "酱油"}});
    INFO(registered.status());
    REQUIRE(registered.ok());
    CHECK(registered->value == kGtin);
    CHECK(!registered->at.transaction_id.empty());
    const auto approved = Products(As(kDistributorReviewer)).Approve(kGtin);
    INFO(approved.status());
    REQUIRE(approved.ok());
  }
  void Capture(const Person& person, const std::vector<std::string>& events) {
    const auto captured = Events(As(person)).CaptureDocument(EventsFixture::Document(events), {});
    INFO(captured.status());
    REQUIRE(captured.ok());
    REQUIRE(captured->value.success);
  }

  TraceLedger ledger_;
};

TEST_CASE_METHOD(Clients, "An organisation files papers that another one reviews", "[sdk_trace]") {
  const Organizations own(As(kProducerUser)), reviewer(As(kRegulatorReviewer));
  REQUIRE(own.Register({{"name", "Dairy"}, {"creditCode", "91340600MA2PBM9HXD"}}).ok());
  Paper paper{.id = "licence-1", .kind = "licence", .number = "L-1", .issuer = "Bengbu"};
  paper.hash = std::string(64, 'a');
  paper.issued_on = "2020-01-01";
  paper.expires_on = "2030-01-01";
  REQUIRE(own.FilePaper(paper).ok());
  paper.id = "licence-2";
  REQUIRE(own.FilePaper(paper).ok());
  REQUIRE(reviewer.AcceptPaper("ProducerMSP", "licence-1").ok());
  REQUIRE(reviewer.RejectPaper("ProducerMSP", "licence-2", "unreadable").ok());

  const auto papers = reviewer.GetPapers("ProducerMSP");
  REQUIRE(papers.ok());
  REQUIRE(papers->size() == 2);
  CHECK((*papers)[0].in_force);
  CHECK((*papers)[0].expires_on == "2030-01-01");
  CHECK((*papers)[1].status == "rejected");
  CHECK((*papers)[1].reason == "unreadable");
  const auto shown = own.Get("ProducerMSP");
  REQUIRE(shown.ok());
  CHECK(shown->dump().find("Dairy") != std::string::npos);
  CHECK_THAT(std::string(own.AcceptPaper("ProducerMSP", "licence-2").status().message()),
             Contains("review"));
}

TEST_CASE_METHOD(Clients, "A product is registered, reviewed, changed and withdrawn",
                 "[sdk_trace]") {
  RegisterProduct();
  const Products own(As(kProducerUser));
  REQUIRE(own.Change(kGtin, {{"model", "500 ml"}}).ok());
  auto product = own.Get(kGtin);
  REQUIRE(product.ok());
  CHECK(product->status == "pending");
  CHECK(product->information["model"] == "500 ml");
  CHECK(product->registrant == "ProducerMSP");
  REQUIRE(Products(As(kDistributorReviewer)).Reject(kGtin, "which bottle?").ok());
  REQUIRE(own.Withdraw(kGtin, "renamed").ok());
  product = own.Get(kGtin);
  REQUIRE(product.ok());
  CHECK(product->status == "withdrawn");
  CHECK(product->reason == "renamed");

  const auto history = own.GetHistory(kGtin);
  INFO(history.status());
  REQUIRE(history.ok());
  REQUIRE(history->size() == 5);
  CHECK((*history)[2].action == "ChangeProduct");
  CHECK((*history)[2].actor == "ProducerMSP");
  const auto unknown = own.Get("06901234567908");
  CHECK_THAT(std::string(unknown.status().message()), Contains("06901234567908"));
}

TEST_CASE_METHOD(Clients, "A batch tells its label and the product of its day", "[sdk_trace]") {
  ledger_.SetTime("2026-02-01T00:00:00Z");
  RegisterProduct();
  const Batches batches(As(kProducerUser));
  Batch batch{.gtin = kGtin, .number = "B1"};
  batch.identification = {
      {"user", "Dairy"},     {"productName", "酱油"},          {"model", "500 ml"},
      {"batchNumber", "B1"}, {"productionDate", "2026-02-02"}, {"inspectionStatus", "passed"}};
  const auto registered = batches.Register(batch);
  INFO(registered.status());
  REQUIRE(registered.ok());
  REQUIRE(batches.Correct(kGtin, "B1", {{"identification", {{"model", "450 ml"}}}}, "typo").ok());
  const auto found = batches.Get(kGtin, "B1");
  INFO(found.status());
  REQUIRE(found.ok());
  CHECK(found->identification["model"] == "450 ml");
  CHECK(found->product["gtin"] == kGtin);
}

TEST_CASE_METHOD(Clients, "Events are captured, found and traced", "[sdk_trace]") {
  const Events events(As(kProducerUser));
  const std::string flour = suyuan::Lot("A"), bread = suyuan::Lot("B");
  Capture(kProducerUser, {EventsFixture::Make(1, {}, {suyuan::Quantity(flour, "10")}),
                          EventsFixture::Transform(2, {suyuan::Quantity(flour, "10")},
                                                   {suyuan::Quantity(bread, "10")})});

  const auto backward = events.Backward(bread);
  INFO(backward.status());
  REQUIRE(backward.ok());
  REQUIRE(backward->nodes.size() == 2);
  REQUIRE(backward->edges.size() == 1);
  CHECK(backward->edges[0].reason == "transformation");
  CHECK(backward->edges[0].to == backward->root);
  CHECK(backward->events.size() == 2);
  CHECK(!backward->events[0].transaction_id.empty());
  CHECK(events.Forward(flour)->nodes.size() == 2);
  CHECK(events.Path(flour)->nodes.size() == 1);
  CHECK(events.All(flour)->nodes.size() == 2);

  const auto page = events.Find({.type = "TransformationEvent"});
  INFO(page.status());
  REQUIRE(page.ok());
  REQUIRE(page->events.size() == 1);
  CHECK(page->events[0].author == "ProducerMSP");
  CHECK(page->events[0].hash == backward->edges[0].event);
  CHECK_THAT(page->events[0].event_json, Contains("TransformationEvent"));
  CHECK(page->bookmark.empty());

  // The second of them cannot be: there is no more of the flour.
  const std::string again =
      EventsFixture::Document({EventsFixture::Make(3, {suyuan::Item("1")}),
                               EventsFixture::Transform(4, {suyuan::Quantity(flour, "10")},
                                                        {suyuan::Quantity(bread, "10")})});
  const auto rolled_back = events.CaptureDocument(again);
  REQUIRE(rolled_back.ok());
  CHECK_FALSE(rolled_back->value.success);
  CHECK(rolled_back->value.events[0].result == "rolledBack");
  const auto proceeded = events.CaptureDocument(
      again, {.on_error = OnError::kProceed, .keep_document_off_ledger = true});
  INFO(proceeded.status());
  REQUIRE(proceeded.ok());
  CHECK(proceeded->value.stored == 1);
  CHECK(proceeded->value.refused == 1);
  CHECK(!proceeded->value.events[1].reason.empty());
}

TEST_CASE_METHOD(Clients, "Custody follows shipping and receiving", "[sdk_trace]") {
  const std::string item = suyuan::Item("1"), pallet = suyuan::Pallet("1");
  REQUIRE(Events(As(kDistributorUser)).ClaimParty("urn:epc:id:pgln:6901234.00001").ok());
  Capture(kProducerUser,
          {EventsFixture::Make(1, {item}), EventsFixture::Pack(2, "ADD", pallet, {item}),
           EventsFixture::Objects(3, "OBSERVE", "shipping", {pallet})});
  const Events events(As(kDistributorUser));
  auto custody = events.GetCustody(item);
  INFO(custody.status());
  REQUIRE(custody.ok());
  CHECK(custody->holder == "ProducerMSP");
  CHECK(custody->sent);
  CHECK(custody->within.size() == 1);
  Capture(kDistributorUser, {EventsFixture::Objects(4, "OBSERVE", "receiving", {pallet})});
  custody = events.GetCustody(item);
  REQUIRE(custody.ok());
  CHECK(custody->holder == "DistributorMSP");
  CHECK_FALSE(custody->sent);
  CHECK(custody->stolen.empty());
  Capture(kDistributorUser, {EventsFixture::Objects(5, "OBSERVE", "holding", {item}, {},
                                                    R"(,"disposition":"stolen")")});
  custody = events.GetCustody(item);
  REQUIRE(custody.ok());
  CHECK(custody->reporter == "DistributorMSP");
  CHECK(!custody->stolen.empty());
}

TEST_CASE_METHOD(Clients, "A template is published, and a lot checked by it", "[sdk_trace]") {
  RegisterProduct();
  const Templates templates(As(kProducerUser));
  const Fields flow = Fields::parse(R"({"kind":"product","name":"Sauce","stages":[
      {"id":"material","of":"material","steps":["commissioning"]},
      {"id":"making","of":"product","steps":["commissioning"]},
      {"id":"transport","of":"product","steps":["shipping"]}]})");
  const auto published = templates.PublishForProduct(kGtin, flow);
  INFO(published.status());
  REQUIRE(published.ok());
  CHECK(published->value == 1);
  CHECK_THAT(std::string(templates.PublishForCategory("food", flow).status().message()),
             Contains("category food does not exist"));
  const std::string lot = absl::StrCat("(01)", kGtin, "(10)A");
  const std::string epc = absl::StrCat("https://id.gs1.org/01/", kGtin, "/10/A");
  Capture(kProducerUser,
          {EventsFixture::Make(1, {}, {suyuan::Quantity(epc, "5")}),
           EventsFixture::Objects(2, "OBSERVE", "shipping", {}, {suyuan::Quantity(epc, "5")})});
  const auto checked = templates.Check(lot);
  INFO(checked.status());
  REQUIRE(checked.ok());
  CHECK_FALSE(checked->complete);
  CHECK(checked->missing == std::vector<std::string>{"material"});
  REQUIRE(checked->templates.size() == 1);
  CHECK(checked->templates[0].stages.at(0).problem == "is missing");
  CHECK(checked->templates[0].stages.at(1).event_author == "ProducerMSP");
  REQUIRE(checked->checks.size() == 6);
  CHECK_FALSE(checked->checks.at("followed").ok);
  CHECK(checked->checks.at("accountable").reason.empty());
}

TEST_CASE_METHOD(Clients, "What is held is not used until it is disposed of", "[sdk_trace]") {
  const std::string lot = suyuan::Lot("A");
  Capture(kProducerUser, {EventsFixture::Make(1, {}, {suyuan::Quantity(lot, "10")})});
  const Holds holds(As(kProducerUser)), quality(As(kProducerQuality));
  REQUIRE(holds.Place("h1", {lot}, {.reason = "glass found"}).ok());
  auto may = holds.Check(lot, Use::kShip);
  REQUIRE(may.ok());
  CHECK_FALSE(may->allowed);
  CHECK_THAT(may->reason, Contains("glass found (hold h1)"));
  const auto held = holds.GetHoldsOf(lot);
  REQUIRE(held.ok());
  REQUIRE(held->size() == 1);
  CHECK((*held)[0].state == "held");
  const auto disposed =
      quality.Dispose("h1", {lot}, {.disposition = "release", .grounds = {.reason = "sieved"}});
  INFO(disposed.status());
  REQUIRE(disposed.ok());
  const auto inspected = quality.Inspect(lot, {.passed = true, .method = "GB 4789"});
  INFO(inspected.status());
  REQUIRE(inspected.ok());
  may = holds.Check(lot, Use::kSell);
  REQUIRE(may.ok());
  CHECK(may->allowed);
}

TEST_CASE_METHOD(Clients, "A recall goes from preview to closed", "[sdk_trace]") {
  const std::string flour = suyuan::Lot("A"), bread = suyuan::Lot("B");
  Capture(kProducerUser, {EventsFixture::Make(1, {}, {suyuan::Quantity(flour, "10")}),
                          EventsFixture::Transform(2, {suyuan::Quantity(flour, "10")},
                                                   {suyuan::Quantity(bread, "10")})});
  const Recalls recalls(As(kProducerUser));
  const RecallScope scope{.units = {flour}};
  const auto preview = recalls.Preview(scope);
  INFO(preview.status());
  REQUIRE(preview.ok());
  CHECK(preview->units.size() == 2);
  const auto opened = recalls.Open("r1", scope, {.reason = "salmonella"});
  INFO(opened.status());
  REQUIRE(opened.ok());
  CHECK(opened->value.units == preview->units);
  CHECK(opened->value.impact.lots == 2);
  REQUIRE(recalls.RegisterContact(bread, std::string(64, 'c')).ok());
  const auto notified = recalls.Notify("r1");
  REQUIRE(notified.ok());
  CHECK(notified->value == 2);
  REQUIRE(recalls.RecordDelivery("r1", std::string(64, 'c'), "delivered").ok());
  REQUIRE(recalls.Start("r1").ok());
  for (const std::string& unit : opened->value.units) {
    REQUIRE(recalls.RecordOutcome("r1", unit, "destroyed").ok());
  }
  REQUIRE(recalls.Close("r1", "all destroyed").ok());
  const auto recall = recalls.Get("r1");
  INFO(recall.status());
  REQUIRE(recall.ok());
  CHECK(recall->state == "closed");
  CHECK(recall->progress.accounted == 2);
  CHECK(recall->progress.delivered == 1);
  const auto notices = recalls.GetNotices("r1");
  REQUIRE(notices.ok());
  CHECK(notices->size() == 2);
}

TEST_CASE_METHOD(Clients, "Goods at a dealer that turn up elsewhere become a case", "[sdk_trace]") {
  const Dealers dealers(As(kProducerUser));
  const Diversion diversion(As(kProducerUser));
  const DealerInfo east{.id = "east", .name = "East", .terms = {.regions = {"310000", "330000"}}};
  const DealerInfo zj{.id = "zj",
                      .name = "Zhejiang",
                      .parent = "east",
                      .terms = {.regions = {"330000"}, .borders = {"340000"}}};
  REQUIRE(dealers.Register(east).ok());
  REQUIRE(dealers.Register(zj).ok());
  REQUIRE(dealers.SetTerms("zj", "east", {.regions = {"330000"}, .until = "2030-12-31"}).ok());
  REQUIRE(dealers.Move("zj", "").ok());
  const auto history = dealers.GetHistory("zj");
  INFO(history.status());
  REQUIRE(history.ok());
  REQUIRE(history->size() == 3);
  CHECK((*history)[0].terms.borders == std::vector<std::string>{"340000"});
  CHECK((*history)[1].parent == "east");
  CHECK(dealers.Get("zj")->terms.until == "2030-12-31");
  CHECK(dealers.Get("zj")->owner == "ProducerMSP");
  CHECK(dealers.List("")->dealers.size() == 2);

  const std::vector<std::string> items{suyuan::Item("1"), suyuan::Item("2"), suyuan::Item("3")};
  Capture(kProducerUser, {EventsFixture::Make(1, items)});
  REQUIRE(dealers.Ship("s1", {.units = items}, "zj").ok());
  REQUIRE(dealers.Receive("s1").ok());
  CHECK(dealers.GetShipment("s1")->counts.at("09520001000225") == 3);
  CHECK(!dealers.GetShipment("s1")->received_at.empty());
  CHECK(dealers.GetStock("zj")->at("09520001000225").stock == 3);

  for (const std::string& item : items) {
    const Fields place{
        {"region", "440305"}, {"source", "gps"}, {"device", std::string(63, 'a') + item.back()}};
    ledger_.Do(kProducerUser, {"AntiDiversion:RecordSighting", item}, {{"place", place.dump()}});
  }
  REQUIRE(diversion.SetRule({.min_scans = 3, .min_things = 3}).ok());
  CHECK(diversion.Preview("s1")->findings.at(0).diverted);
  const auto checked = diversion.Check("s1");
  INFO(checked.status());
  REQUIRE(checked.ok());
  REQUIRE(checked->value.findings.size() == 1);
  CHECK(checked->value.findings[0].region == "440000");
  CHECK(checked->value.last_holder == "zj");
  CHECK(checked->value.level == 1);
  const auto cases = diversion.GetCases("open");
  REQUIRE(cases.ok());
  REQUIRE(cases->cases.size() == 1);
  const std::string id = cases->cases[0].id;
  CHECK(id == checked->value.findings[0].case_id);
  REQUIRE(diversion.Decide(id, "checked", "photo of the shop").ok());
  CHECK(diversion.GetCases("open")->cases.empty());
  CHECK_THAT(*diversion.GetEvidence(id), Contains("photo of the shop"));
  const auto counts = diversion.GetStatistics({.dealer = "zj", .by_month = true});
  INFO(counts.status());
  REQUIRE(counts.ok());
  REQUIRE(counts->size() == 1);
  CHECK((*counts)[0].outside == 3);
  CHECK((*counts)[0].home == "330000");
  CHECK((*counts)[0].region == "440000");
}

TEST_CASE("An answer of another form is named, not guessed at", "[sdk_trace]") {
  class Strange final : public Calls {
    absl::StatusOr<std::string> Ask(absl::string_view, const ProposalOptions&) override {
      return std::string(R"({"gtin":1})");
    }
    absl::StatusOr<RecordedResult<std::string>> Record(absl::string_view,
                                                       const ProposalOptions&) override {
      return RecordedResult<std::string>{{"t", 1}, "not JSON"};
    }
  };
  const auto calls = std::make_shared<Strange>();
  CHECK_THAT(std::string(Products(calls).Get(kGtin).status().message()),
             Contains("ProductRegistration:GetProduct answered something else than expected"));
  CHECK(absl::IsInternal(Recalls(calls).Notify("r1").status()));
}

}  // namespace
}  // namespace suyuan::sdk::trace
