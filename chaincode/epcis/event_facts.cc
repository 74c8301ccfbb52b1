#include "chaincode/epcis/event_facts.h"

#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

using Members = std::vector<FactsMember>;

// Lists of an event are sets: sorted, so that nothing depends on how it was written.
Members MembersOf(const std::vector<std::string>& epcs, const std::vector<Quantity>& quantities) {
  std::map<std::pair<std::string, std::string>, std::string> sorted;  // id and epc, quantity
  for (const std::string& epc : epcs) sorted.emplace(std::make_pair(UnitId(epc), epc), "");
  for (const Quantity& one : quantities) {
    const auto decimal = CanonicalDecimal(one.quantity);
    sorted.emplace(std::make_pair(UnitId(one.epc_class), one.epc_class),
                   decimal.ok() ? *decimal : "");
  }
  Members out;
  for (const auto& [names, quantity] : sorted) {
    if (out.empty() || out.back().id != names.first) {
      out.push_back({names.first, names.second, quantity});
    }
  }
  return out;
}

std::vector<FactsLot> LotsOf(const Event& event, const std::vector<std::string>& items) {
  const std::string number = LotNumberOf(event);
  std::vector<FactsLot> out;
  if (number.empty()) return out;
  for (const FactsMember& item : MembersOf(items, {})) {
    std::string lot = LotOf(item.id, number);
    if (!lot.empty()) out.push_back({std::move(lot), item.id});
  }
  return out;
}

void PutNumber(int64_t number, std::string* out) { absl::StrAppend(out, number, ";"); }

void PutText(absl::string_view text, std::string* out) {
  absl::StrAppend(out, text.size(), ":", text);
}

void PutMember(const FactsMember& member, std::string* out) {
  PutText(member.id, out);
  PutText(member.epc == member.id ? "" : member.epc, out);
  PutText(member.quantity, out);
}

void PutMembers(const Members& members, std::string* out) {
  PutNumber(static_cast<int64_t>(members.size()), out);
  for (const FactsMember& member : members) PutMember(member, out);
}

// Takes fields off the front of a text; one that is not there makes it bad.
class FactsReader {
 public:
  explicit FactsReader(absl::string_view text) : rest_(text) {}

  // All was there, and nothing more.
  bool Complete() const { return good_ && rest_.empty(); }

  int64_t Number() {
    const bool negative = !rest_.empty() && rest_.front() == '-';
    if (negative) rest_.remove_prefix(1);
    const uint64_t number = Digits(';');
    return negative ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
  }

  std::string Text() {
    const uint64_t size = Digits(':');
    if (!good_ || size > rest_.size()) {
      good_ = false;
      return "";
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  FactsMember Member() {
    FactsMember member;
    member.id = Text();
    member.epc = Text();
    member.quantity = Text();
    if (member.epc.empty()) member.epc = member.id;
    return member;
  }

  // Of a list whose elements have `fields` texts, each two bytes and more.
  size_t Count(size_t fields) {
    const uint64_t count = Digits(';');
    if (count > rest_.size() / (2 * fields)) good_ = false;
    return good_ ? count : 0;
  }

  Members List() {
    Members out(Count(3));
    for (FactsMember& member : out) member = Member();
    return out;
  }

 private:
  uint64_t Digits(char end) {
    constexpr size_t kMaxDigits = 17;  // far from where 64 bits end
    uint64_t number = 0;
    size_t at = 0;
    for (; at < rest_.size() && at <= kMaxDigits && absl::ascii_isdigit(rest_[at]); ++at) {
      number = number * 10 + static_cast<uint64_t>(rest_[at] - '0');
    }
    if (at == 0 || at > kMaxDigits || at == rest_.size() || rest_[at] != end) {
      good_ = false;
      return 0;
    }
    rest_.remove_prefix(at + 1);
    return number;
  }

  absl::string_view rest_;
  bool good_ = true;
};

}  // namespace

EventFacts FactsOf(const Event& event, absl::string_view hash) {
  EventFacts facts;
  facts.hash = std::string(hash);
  const auto time = ParseTime(event.event_time);
  facts.time_ms = time.ok() ? *time : 0;
  facts.type = event.type;
  facts.removes = event.action == "DELETE";
  if (!event.parent_id.empty()) facts.parent = {UnitId(event.parent_id), event.parent_id, ""};
  switch (event.type) {
    case EventType::kObject:
    case EventType::kTransaction:
      facts.members = MembersOf(event.epcs, event.quantities);
      facts.lots = LotsOf(event, event.epcs);
      break;
    case EventType::kTransformation:
      facts.inputs = MembersOf(event.input_epcs, event.input_quantities);
      facts.outputs = MembersOf(event.output_epcs, event.output_quantities);
      facts.transformation_id = event.transformation_id;
      facts.lots = LotsOf(event, event.output_epcs);
      break;
    case EventType::kAggregation:
    case EventType::kAssociation:
      facts.members = MembersOf(event.child_epcs, event.child_quantities);
      break;
  }
  return facts;
}

std::string LotNumberOf(const Event& event) {
  for (const Element& element : event.ilmd) {
    if (element.space == kMasterDataNamespace && element.name == "lotNumber") return element.text;
  }
  return "";
}

std::string TransformationName(absl::string_view transformation_id) {
  return absl::StrCat("=", UnitId(transformation_id));
}

std::vector<std::string> NamesOf(const EventFacts& facts) {
  std::set<std::string> names;
  if (!facts.parent.id.empty()) names.insert(facts.parent.id);
  for (const Members* list : {&facts.members, &facts.inputs, &facts.outputs}) {
    for (const FactsMember& member : *list) names.insert(member.id);
  }
  for (const FactsLot& link : facts.lots) names.insert(link.lot);
  if (!facts.transformation_id.empty()) names.insert(TransformationName(facts.transformation_id));
  return {names.begin(), names.end()};
}

std::string FactsToText(const EventFacts& facts) {
  std::string out;
  PutNumber(static_cast<int64_t>(facts.type), &out);
  PutNumber(facts.removes ? 1 : 0, &out);
  PutNumber(facts.time_ms, &out);
  PutText(facts.hash, &out);
  PutText(facts.transformation_id, &out);
  PutMember(facts.parent, &out);
  PutMembers(facts.members, &out);
  PutMembers(facts.inputs, &out);
  PutMembers(facts.outputs, &out);
  PutNumber(static_cast<int64_t>(facts.lots.size()), &out);
  for (const FactsLot& link : facts.lots) {
    PutText(link.lot, &out);
    PutText(link.item, &out);
  }
  return out;
}

absl::StatusOr<EventFacts> FactsFromText(absl::string_view text) {
  FactsReader in(text);
  EventFacts facts;
  const int64_t kind = in.Number();
  if (kind < 0 || kind > static_cast<int64_t>(EventType::kAssociation)) {
    return absl::InternalError("facts of an event of unknown kind");
  }
  facts.type = static_cast<EventType>(kind);
  facts.removes = in.Number() != 0;
  facts.time_ms = in.Number();
  facts.hash = in.Text();
  facts.transformation_id = in.Text();
  facts.parent = in.Member();
  facts.members = in.List();
  facts.inputs = in.List();
  facts.outputs = in.List();
  facts.lots.resize(in.Count(2));
  for (FactsLot& link : facts.lots) {
    link.lot = in.Text();
    link.item = in.Text();
  }
  if (!in.Complete()) return absl::InternalError("not the facts of an event");
  return facts;
}

}  // namespace suyuan::epcis
