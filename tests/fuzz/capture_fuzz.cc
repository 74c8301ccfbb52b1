// Documents of events judged by the contract's rules, over units kept in a map; taken back again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "chaincode/contracts/trace/events/capture.h"
#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/epcis/event_facts.h"
#include "chaincode/epcis/event_hash.h"

namespace {

class MapWorld : public suyuan::World {
 public:
  absl::StatusOr<std::optional<suyuan::Unit>> FindUnit(const std::string& id) override {
    const auto found = texts.find(id);
    if (found == texts.end()) return std::optional<suyuan::Unit>();
    auto unit = suyuan::UnitFromText(found->second);
    if (!unit.ok()) std::abort();
    return std::optional<suyuan::Unit>(*std::move(unit));
  }
  absl::StatusOr<std::set<std::string>> CarriersOf(const std::string&) override {
    return std::set<std::string>();
  }
  absl::Status CheckSale(const std::string&, const std::string&) override {
    return absl::OkStatus();
  }
  absl::StatusOr<bool> IsRegistered(const std::string& gtin) override { return gtin.back() == '7'; }
  absl::StatusOr<std::string> MspOfParty(const std::string&) override { return std::string("B"); }
  absl::StatusOr<bool> MaySupervise() override { return false; }
  absl::Status CheckNotHeld(const std::string&, suyuan::Use) override { return absl::OkStatus(); }

  std::map<std::string, std::string> texts;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace epcis = suyuan::epcis;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const auto document = suyuan::ReadForCapture(input);
  if (!document.ok()) return 0;
  MapWorld world;
  for (const epcis::ReadEventResult& read : document->events) {
    if (!read.event.ok()) continue;
    const std::string hash = epcis::HashEvent(*read.event, document->ignored_fields).uri;
    const epcis::EventFacts facts = epcis::FactsOf(*read.event, hash);
    const std::string text = epcis::FactsToText(facts);
    const auto again = epcis::FactsFromText(text);
    if (!again.ok() || epcis::FactsToText(*again) != text) std::abort();
    if (!suyuan::CheckNames(facts).ok()) continue;
    suyuan::UnitBook book(&world);
    book.Begin();
    if (!suyuan::ApplyEvent(*read.event, {"A", hash, false}, &book).ok()) {
      book.Undo();
      if (!book.Changed().empty()) std::abort();
      continue;
    }
    for (const suyuan::UnitChange& change : book.Changes()) {
      suyuan::WithoutChange(change.after, change);
      world.texts[change.after.id] = suyuan::UnitToText(change.after);
    }
  }
  return 0;
}
