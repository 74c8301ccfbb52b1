// The rules alone, over a world of maps: random chains keep their books.
#include "chaincode/contracts/trace/events/event_rules.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_lines.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan {
namespace {

using epcis::Event;
using epcis::EventType;

class MapWorld : public World {
 public:
  absl::StatusOr<std::optional<Unit>> FindUnit(const std::string& id) override {
    const auto found = units.find(id);
    if (found == units.end()) return std::optional<Unit>();
    // As it is kept.
    auto kept = UnitFromText(UnitToText(found->second));
    if (!kept.ok()) return kept.status();
    return std::optional<Unit>(*kept);
  }
  absl::StatusOr<std::set<std::string>> CarriersOf(const std::string&) override {
    return std::set<std::string>();
  }
  absl::StatusOr<bool> IsRegistered(const std::string&) override { return true; }
  absl::StatusOr<std::string> MspOfParty(const std::string&) override { return std::string(); }
  absl::StatusOr<bool> MaySupervise() override { return false; }
  absl::Status CheckNotHeld(const std::string& unit, Use) override {
    return held == unit ? absl::FailedPreconditionError("held") : absl::OkStatus();
  }

  absl::Status CheckSale(const std::string&, const std::string&) override {
    return absl::OkStatus();
  }

  std::map<std::string, Unit> units;
  std::string held;
};

std::string Grams(int64_t grams) {
  return absl::StrCat(grams / 1000, ".", absl::StrCat(1000 + grams % 1000).substr(1));
}
std::string LotName(int number) {
  return absl::StrCat("urn:epc:class:lgtin:9520001.000015.L", number);
}
epcis::Quantity Of(int lot, int64_t grams, bool in_grams) {
  return {
      LotName(lot), in_grams ? absl::StrCat(grams) : Grams(grams), in_grams ? "GRM" : "KGM", {}};
}

// A chain of lots made up at random, and its books kept by other means: whole grams.
class RandomChain {
 public:
  explicit RandomChain(uint32_t seed) : random_(seed) {}

  // One more event; what the rules must say to it is known before.
  void Step() {
    switch (Below(8)) {
      case 0:
      case 1:
        return Commission();
      case 2:
      case 3:
      case 4:
        return Transform();
      case 5:
        return Ship();
      case 6:
        return Below(2) == 0 ? Lose() : Pack();
      default:
        return TakeTooMuch();
    }
  }

  void CheckBooks() {
    std::map<std::string, std::map<std::string, Amount>> have;
    for (const auto& [id, unit] : world.units) {
      if (unit.kind != Unit::Kind::kLot) continue;
      Amount held;
      for (const auto& [msp, account] : unit.accounts) {
        CHECK(Amount() <= account.have);
        held += account.have;
        for (const Consignment& one : account.sent) held += one.amount;
      }
      const std::string& lot = id;
      for (const auto& [other, container] : world.units) {
        const auto inside = container.contents.find(lot);
        if (inside != container.contents.end()) held += inside->second;
      }
      CHECK((unit.made - unit.used - unit.lost - unit.sold).Text() == held.Text());
    }
    for (const auto& [key, grams] : books_) {
      const Unit& unit = world.units.at(epcis::UnitId(LotName(key.first)));
      const auto account = unit.accounts.find(key.second);
      const Amount is = account == unit.accounts.end() ? Amount() : account->second.have;
      CHECK(is.Text() == (*Convert(*Amount::Parse(absl::StrCat(grams)), "GRM", unit.uom)).Text());
    }
  }

  MapWorld world;
  std::vector<Event> events;
  std::vector<std::vector<UnitChange>> changes;
  std::set<std::pair<int, int>> edges;  // lot to lot

 private:
  uint32_t Below(uint32_t limit) { return random_() % limit; }
  std::string Somebody() { return absl::StrCat("Org", Below(3), "MSP"); }

  Event At(EventType type) {
    Event event;
    event.type = type;
    const int minute = static_cast<int>(events.size());
    event.event_time =
        absl::StrCat("2026-03-", 10 + minute / 1440, "T", minute / 60 % 24 < 10 ? "0" : "",
                     minute / 60 % 24, ":", minute % 60 < 10 ? "0" : "", minute % 60, ":00Z");
    event.event_time_zone_offset = "+00:00";
    return event;
  }

  void Must(const Event& event, const std::string& msp) {
    UnitBook book(&world);
    book.Begin();
    const std::string hash = epcis::HashEvent(event).uri;
    const absl::Status status = ApplyEvent(event, {msp, hash, true}, &book);
    INFO(status);
    REQUIRE(status.ok());
    changes.push_back(book.Changes());
    for (const auto& [id, unit] : book.Changed()) world.units[id] = unit;
    events.push_back(event);
  }

  // A lot of which `msp` has something; -1: none.
  int Stock(const std::string& msp) {
    std::vector<int> lots;
    for (const auto& [key, grams] : books_) {
      if (key.second == msp && grams > 0) lots.push_back(key.first);
    }
    return lots.empty() ? -1 : lots[Below(static_cast<uint32_t>(lots.size()))];
  }
  int64_t Part(int64_t whole) { return 1 + Below(static_cast<uint32_t>(whole)); }

  void Commission() {
    const std::string msp = Somebody();
    const int64_t grams = Part(500'000);
    Event event = At(EventType::kObject);
    event.action = "ADD";
    event.quantities = {Of(next_lot_, grams, Below(2) == 0)};
    Must(event, msp);
    books_[{next_lot_++, msp}] = grams;
  }

  void Transform() {
    const std::string msp = Somebody();
    Event event = At(EventType::kTransformation);
    int64_t grams = 0;
    std::set<int> inputs;
    for (uint32_t n = 1 + Below(3); n > 0; --n) {
      const int lot = Stock(msp);
      if (lot < 0 || !inputs.insert(lot).second) continue;
      const int64_t part = Part(books_[{lot, msp}]);
      books_[{lot, msp}] -= part;
      grams += part;
      event.input_quantities.push_back(Of(lot, part, Below(2) == 0));
    }
    if (inputs.empty()) return Commission();
    if (Below(3) == 0) {
      const int64_t loss = Part(grams) - 1;
      grams -= loss;
      event.extensions.push_back(
          {kSuyuanNamespace,
           "lossList",
           "",
           false,
           {{"", "quantity", Grams(loss), true, {}}, {"", "uom", "KGM", false, {}}}});
    }
    std::set<int> outputs;
    while (grams > 0) {
      const int64_t part = outputs.size() == 2 ? grams : Part(grams);
      grams -= part;
      // Rework: back into a lot that it has.
      const int known = Below(4) == 0 ? Stock(msp) : -1;
      const int lot = known >= 0 && outputs.count(known) == 0 ? known : next_lot_++;
      outputs.insert(lot);
      books_[{lot, msp}] += part;
      event.output_quantities.push_back(Of(lot, part, Below(2) == 0));
    }
    Must(event, msp);
    for (const int input : inputs) {
      for (const int output : outputs) edges.emplace(input, output);
    }
  }

  void Ship() {
    const std::string from = Somebody(), to = Somebody();
    const int lot = Stock(from);
    if (lot < 0) return Commission();
    const int64_t grams = Part(books_[{lot, from}]);
    Event event = At(EventType::kObject);
    event.action = "OBSERVE";
    event.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
    event.quantities = {Of(lot, grams, true)};
    event.destinations = {{"https://ref.gs1.org/cbv/SDT-owning_party", "urn:suyuan:msp:" + to}};
    books_[{lot, from}] -= grams;
    Must(event, from);
    if (Below(4) == 0) return;  // still on its way
    Event receipt = At(EventType::kObject);
    receipt.action = "OBSERVE";
    receipt.biz_step = "https://ref.gs1.org/cbv/BizStep-receiving";
    receipt.quantities = {Of(lot, grams, false)};
    books_[{lot, to}] += grams;
    Must(receipt, to);
  }

  void Lose() {
    const std::string msp = Somebody();
    const int lot = Stock(msp);
    if (lot < 0) return Commission();
    const int64_t grams = Part(books_[{lot, msp}]);
    Event event = At(EventType::kObject);
    event.action = "DELETE";
    event.quantities = {Of(lot, grams, false)};
    books_[{lot, msp}] -= grams;
    Must(event, msp);
  }

  void Pack() {
    const std::string msp = Somebody();
    const int lot = Stock(msp);
    if (lot < 0) return Commission();
    const int64_t grams = Part(books_[{lot, msp}]);
    Event crate = At(EventType::kObject);
    crate.action = "ADD";
    crate.epcs = {absl::StrCat("urn:x:crate:", events.size())};
    Must(crate, msp);
    Event pack = At(EventType::kAggregation);
    pack.action = "ADD";
    pack.parent_id = crate.epcs[0];
    pack.child_quantities = {Of(lot, grams, true)};
    books_[{lot, msp}] -= grams;
    Must(pack, msp);
    if (Below(2) == 0) return;
    const int64_t out = Part(grams);
    Event unpack = At(EventType::kAggregation);
    unpack.action = "DELETE";
    unpack.parent_id = crate.epcs[0];
    unpack.child_quantities = {Of(lot, out, false)};
    books_[{lot, msp}] += out;
    Must(unpack, msp);
  }

  // A gram more than there is, and a gram more than went in.
  void TakeTooMuch() {
    const std::string msp = Somebody();
    const int lot = Stock(msp);
    if (lot < 0) return;
    const int64_t grams = books_[{lot, msp}];
    for (const bool more_in : {true, false}) {
      Event event = At(EventType::kTransformation);
      event.input_quantities = {Of(lot, more_in ? grams + 1 : grams, true)};
      event.output_quantities = {Of(next_lot_, grams + 1, true)};
      UnitBook book(&world);
      book.Begin();
      const absl::Status status = ApplyEvent(event, {msp, "h", true}, &book);
      CHECK_FALSE(status.ok());
      book.Undo();
      CHECK(book.Changed().empty());
    }
  }

  std::mt19937 random_;
  int next_lot_ = 0;
  std::map<std::pair<int, std::string>, int64_t> books_;  // lot and organisation: grams
};

TEST_CASE("Random chains of split, merge, mix, rework and loss keep their books", "[events]") {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    RandomChain chain(seed);
    for (int i = 0; i < 120; ++i) chain.Step();
    chain.CheckBooks();
  }
}

TEST_CASE("Taking back every event, in any order, leaves nothing", "[events]") {
  for (uint32_t seed = 1; seed <= 10; ++seed) {
    RandomChain chain(seed);
    for (int i = 0; i < 80; ++i) chain.Step();
    std::mt19937 random(seed);
    std::shuffle(chain.changes.begin(), chain.changes.end(), random);
    for (const auto& changes : chain.changes) {
      for (const UnitChange& change : changes) {
        Unit& unit = chain.world.units.at(change.after.id);
        unit = WithoutChange(unit, change);
      }
    }
    for (const auto& [id, unit] : chain.world.units) {
      INFO(UnitToText(unit));
      CHECK((unit.made.IsZero() && unit.used.IsZero() && unit.lost.IsZero()));
      CHECK(unit.contents.empty());
      for (const auto& [msp, account] : unit.accounts) {
        CHECK(account.have.IsZero());
        CHECK(account.sent.empty());
      }
    }
  }
}

TEST_CASE("Forward and backward are inverse, and reach what the books say", "[events]") {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    RandomChain chain(seed);
    for (int i = 0; i < 60; ++i) chain.Step();
    std::map<int, std::set<int>> reached;  // from a lot, all that was made of it
    std::set<int> lots;
    for (const auto& [from, to] : chain.edges) {
      lots.insert(from);
      lots.insert(to);
      reached[from].insert(to);
    }
    for (bool grown = true; grown;) {
      grown = false;
      for (auto& [from, known] : reached) {
        const std::set<int> before = known;
        for (const int next : before) known.insert(reached[next].begin(), reached[next].end());
        grown |= known.size() != before.size();
      }
    }
    std::vector<std::string> hashes;
    for (const Event& event : chain.events) hashes.push_back(epcis::HashEvent(event).uri);
    const epcis::Lineage lineage(chain.events, hashes);
    const auto walk = [&](int lot, epcis::Direction direction) {
      std::set<std::string> ids;
      const auto trace = lineage.Walk(LotName(lot), direction);
      REQUIRE(trace.ok());
      for (const auto& node : trace->nodes) ids.insert(node.id);
      return ids;
    };
    for (const int from : lots) {
      const auto forward = walk(from, epcis::Direction::kForward);
      for (const int to : lots) {
        const bool made_of = from == to || reached[from].count(to) > 0;
        CHECK((forward.count(epcis::UnitId(LotName(to))) > 0) == made_of);
        CHECK((walk(to, epcis::Direction::kBackward).count(epcis::UnitId(LotName(from))) > 0) ==
              made_of);
      }
    }
  }
}

TEST_CASE("Amounts are exact, and converted by the standard's factors", "[events]") {
  const auto text = [](const char* amount, const char* from, const char* to) {
    const auto converted = Convert(*Amount::Parse(amount), from, to);
    return converted.ok() ? converted->Text() : std::string(converted.status().message());
  };
  CHECK(text("1", "LBR", "KGM") == "0.45359237");
  CHECK(text("2.5", "DZN", "") == "30");
  CHECK(text("0.1", "KGM", "GRM") == "100");
  CHECK(text("1", "GLL", "MLT") == "3785.411784");
  CHECK(text("1", "KGM", "LTR") == "KGM can't be counted in LTR");
  CHECK(text("1", "XYZ", "XYZ") == "1");
  CHECK(Amount::Parse("31563.68030294531")->Text() == "31563.68030294531");
  CHECK(Amount::Parse("-0.0000000000005")->Text() == "-0.000000000001");
  CHECK(Amount::Parse("1e3")->Text() == "1000");
  CHECK_FALSE(Amount::Parse("1000000000000").ok());
  CHECK_FALSE(Amount::Parse("1,5").ok());
  CHECK(DimensionOf("KGM") == "mass");
  CHECK(BaseUnitOf("") == "C62");
  CHECK(BaseUnitOf("TNE") == "GRM");
}

TEST_CASE("A held input stops its use, and nothing else", "[events]") {
  MapWorld world;
  Event make;
  make.type = EventType::kObject;
  make.action = "ADD";
  make.quantities = {Of(1, 1000, true), Of(2, 1000, true)};
  UnitBook book(&world);
  REQUIRE(ApplyEvent(make, {"OrgMSP", "1", false}, &book).ok());
  world.held = epcis::UnitId(LotName(1));
  for (const int lot : {1, 2}) {
    Event use;
    use.type = EventType::kTransformation;
    use.input_quantities = {Of(lot, 1000, true)};
    use.output_quantities = {Of(lot + 10, 1000, true)};
    book.Begin();
    const absl::Status status = ApplyEvent(use, {"OrgMSP", "2", false}, &book);
    CHECK(status.ok() == (lot == 2));
    if (!status.ok()) CHECK(status.message() == "inputQuantityList/0: held");
    book.Undo();
  }
}

}  // namespace
}  // namespace suyuan
