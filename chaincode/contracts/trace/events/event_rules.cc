#include "chaincode/contracts/trace/events/event_rules.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_lines.h"
#include "chaincode/epcis/event_facts.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kOwnParty[] = "urn:suyuan:msp:";

std::string Named(const Unit& unit) { return unit.epc; }

std::string Counted(Amount amount, const std::string& uom) {
  return absl::StrCat(amount.Text(), " ", uom.empty() ? "pieces" : uom);
}

class Rules {
 public:
  Rules(const epcis::Event& event, const EventContext& context, UnitBook* book)
      : event_(event),
        context_(context),
        book_(*book),
        step_(epcis::BareTerm(epcis::Vocabulary::kBizStep, event.biz_step)) {}

  absl::Status Apply() {
    switch (event_.type) {
      case epcis::EventType::kObject:
      case epcis::EventType::kTransaction:
        return ApplyObjects();
      case epcis::EventType::kAggregation:
      case epcis::EventType::kAssociation:
        return ApplyPacking();
      case epcis::EventType::kTransformation:
        return ApplyTransformation();
    }
    return absl::OkStatus();
  }

 private:
  using Rule = absl::Status (Rules::*)(const EventLine&);

  absl::Status Refuse(const EventLine& line, absl::string_view rule) const {
    return absl::FailedPreconditionError(absl::StrCat(line.field, ": ", rule));
  }
  absl::Status Forbid(const EventLine& line, absl::string_view rule) const {
    return absl::PermissionDeniedError(absl::StrCat(line.field, ": ", rule));
  }

  // Units -------------------------------------------------------------------------------------

  // What every rule begins with: a unit that may be taken in from outside when there is none.
  absl::StatusOr<Unit*> Need(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(line.id));
    if (unit == nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegistered(line));
      if (registered || context_.strict) {
        return Refuse(line, absl::StrCat(line.epc, " does not exist: no event has made it"));
      }
      return Make(line, "outside");
    }
    if ((unit->kind == Unit::Kind::kLot) != line.lot) {
      return Refuse(line,
                    absl::StrCat(line.epc, " is ",
                                 line.lot ? "one thing, and no lot" : "a lot, not one thing"));
    }
    return unit;
  }

  absl::StatusOr<bool> IsRegistered(const EventLine& line) {
    if (line.gtin.empty()) return false;
    return book_.world().IsRegistered(line.gtin);
  }

  absl::StatusOr<Unit*> Make(const EventLine& line, const char* origin) {
    SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegistered(line));
    Unit unit;
    unit.id = line.id;
    unit.epc = line.epc;
    unit.origin = origin;
    unit.kind = line.lot ? Unit::Kind::kLot : Unit::Kind::kItem;
    if (line.lot) {
      unit.uom = line.uom;
      unit.accounted = line.gs1 || registered || context_.strict;
      unit.open = !line.amount || absl::string_view(origin) == "outside";
    } else {
      unit.holder = context_.msp_id;
      unit.last = context_.hash;
    }
    return book_.Add(std::move(unit));
  }

  // An amount in the unit's own measure; nullopt: the event states none.
  absl::StatusOr<std::optional<Amount>> AmountOf(const EventLine& line, const Unit& unit) const {
    if (!line.amount) return std::optional<Amount>();
    auto amount = Convert(*line.amount, line.uom, unit.uom);
    if (!amount.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(line.field, ": ", line.epc, ": ", amount.status().message()));
    }
    return std::optional<Amount>(*amount);
  }

  // Takes from what the organisation has of a lot; without an amount, all of it.
  absl::StatusOr<Amount> Take(const EventLine& line, Unit* lot) {
    Account& account = lot->accounts[context_.msp_id];
    SUYUAN_ASSIGN_OR_RETURN(const auto stated, AmountOf(line, *lot));
    const Amount amount = stated ? *stated : std::max(account.have, Amount());
    if (lot->accounted && !lot->open && account.have < amount) {
      return Refuse(
          line, absl::StrCat("lot ", Named(*lot), ": ", context_.msp_id, " has ",
                             Counted(account.have, lot->uom), ", not ", Counted(amount, lot->uom)));
    }
    account.have -= amount;
    lot->last = context_.hash;
    return amount;
  }

  absl::StatusOr<Custody> NeedOwn(const EventLine& line, const Unit& unit) {
    if (!unit.ended.empty()) {
      return Refuse(line, absl::StrCat(Named(unit), " has ended (", unit.ended, ")"));
    }
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(unit, &book_));
    if (custody.holder != context_.msp_id) {
      return Forbid(line, absl::StrCat(Named(unit), " is held by ",
                                       custody.holder.empty() ? "nobody here" : custody.holder,
                                       ", not by ", context_.msp_id));
    }
    if (custody.sent) {
      return Refuse(line, absl::StrCat(Named(unit), " is under way",
                                       custody.to.empty() ? "" : " to ", custody.to));
    }
    return custody;
  }

  // Neither the unit, nor its lot, nor what it is in, nor anything in it; and none of it stolen.
  absl::Status NeedNotHeld(const EventLine& line, const Unit& unit, Use use) {
    std::set<std::string> names{unit.id};
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(unit, &book_));
    names.insert(custody.within.begin(), custody.within.end());
    for (const std::string& name : names) {
      SUYUAN_ASSIGN_OR_RETURN(const Unit* around, book_.Find(name));
      if (around != nullptr) SUYUAN_RETURN_IF_ERROR(NeedNotStolen(line, *around));
    }
    std::deque<std::string> inside{unit.id};
    while (!inside.empty()) {
      SUYUAN_ASSIGN_OR_RETURN(const Unit* next, book_.Find(inside.front()));
      inside.pop_front();
      if (next == nullptr) continue;
      SUYUAN_RETURN_IF_ERROR(NeedNotStolen(line, *next));
      if (!next->lot.empty()) names.insert(next->lot);
      for (const auto& [child, amount] : next->contents) {
        if (names.insert(child).second) inside.push_back(child);
      }
      if (names.size() > kMaxContents) {
        return absl::ResourceExhaustedError(absl::StrCat(
            line.field, ": ", Named(unit), " holds more than ", kMaxContents, " units"));
      }
    }
    for (const std::string& name : names) {
      const absl::Status free = book_.world().CheckNotHeld(name, use);
      if (!free.ok()) return Annotate(free, line.field);
    }
    return absl::OkStatus();
  }

  absl::Status NeedNotStolen(const EventLine& line, const Unit& unit) const {
    if (unit.stolen.empty()) return absl::OkStatus();
    return Refuse(line, absl::StrCat(Named(unit), " was reported stolen by ", unit.reporter,
                                     " (event ", unit.stolen, ")"));
  }

  // Stolen items ------------------------------------------------------------------------------

  static bool SaysStolen(const std::string& disposition) {
    return epcis::BareTerm(epcis::Vocabulary::kDisposition, disposition) == "stolen";
  }
  static bool SaysStolen(const std::vector<std::string>& dispositions) {
    return std::any_of(dispositions.begin(), dispositions.end(),
                       [](const std::string& one) { return SaysStolen(one); });
  }

  absl::Status ApplyTheft(const std::vector<EventLine>& lines) {
    const auto& persistent = event_.persistent_disposition;
    const bool stolen = SaysStolen(event_.disposition) || SaysStolen(persistent.set);
    if (!stolen && !SaysStolen(persistent.unset)) return absl::OkStatus();
    for (const EventLine& line : lines) {
      if (line.product_class || line.lot) continue;
      SUYUAN_RETURN_IF_ERROR(stolen ? ReportStolen(line) : Recover(line));
    }
    return absl::OkStatus();
  }

  absl::Status ReportStolen(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    if (!unit->stolen.empty()) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(*unit, &book_));
    const std::string& owner = custody.holder.empty() ? unit->seller : custody.holder;
    if (owner != context_.msp_id) {
      SUYUAN_RETURN_IF_ERROR(NeedSupervision(
          line,
          absl::StrCat(Named(*unit), custody.holder.empty() ? " was sold by " : " is held by ",
                       owner.empty() ? "nobody here" : owner, ", not by ", context_.msp_id)));
    }
    unit->stolen = context_.hash;
    unit->reporter = context_.msp_id;
    return absl::OkStatus();
  }

  absl::Status Recover(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(line.id));
    if (unit == nullptr || unit->stolen.empty()) return absl::OkStatus();
    if (unit->reporter != context_.msp_id) {
      SUYUAN_RETURN_IF_ERROR(
          NeedSupervision(line, absl::StrCat(Named(*unit), " was reported stolen by ",
                                             unit->reporter, ", not by ", context_.msp_id)));
    }
    unit->stolen.clear();
    unit->reporter.clear();
    return absl::OkStatus();
  }

  absl::Status NeedSupervision(const EventLine& line, absl::string_view otherwise) {
    SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, book_.world().MaySupervise());
    return supervisor ? absl::OkStatus() : Forbid(line, otherwise);
  }

  // Object and transaction events -------------------------------------------------------------

  absl::Status ApplyObjects() {
    SUYUAN_ASSIGN_OR_RETURN(const auto lines, ObjectLines(event_));
    for (const EventLine& line : lines) named_.insert(line.id);
    const Rule rule = ObjectRule();
    for (const EventLine& line : lines) {
      if (line.product_class) continue;  // says how many, not which
      SUYUAN_RETURN_IF_ERROR((this->*rule)(line));
    }
    return ApplyTheft(lines);
  }

  Rule ObjectRule() const {
    if (event_.type == epcis::EventType::kObject) {
      if (event_.action == "ADD") return &Rules::Commission;
      if (event_.action == "DELETE") return &Rules::End;
    }
    if (step_ == "shipping") return &Rules::Ship;
    if (step_ == "void_shipping") return &Rules::VoidShipping;
    if (step_ == "receiving") return &Rules::Receive;
    if (step_ == "retail_selling") return &Rules::Sell;
    return &Rules::Observe;
  }

  absl::Status Observe(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(const Unit* unit, book_.Find(line.id));
    if (unit != nullptr) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegistered(line));
    if (!registered && !context_.strict) return absl::OkStatus();
    return Refuse(line, absl::StrCat(line.epc, " does not exist: no event has made it"));
  }

  absl::Status Commission(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(line.id));
    const bool fresh = unit == nullptr;
    if (fresh) {
      SUYUAN_ASSIGN_OR_RETURN(unit, Make(line, "commissioned"));
    }
    if (line.lot) return AddToLot(line, unit);
    if (!fresh) {
      if (unit->origin != "outside" || !unit->ended.empty()) {
        return Refuse(line, absl::StrCat(Named(*unit), " exists already: ", unit->origin));
      }
      SUYUAN_RETURN_IF_ERROR(NeedOwn(line, *unit).status());
      unit->origin = "commissioned";
    }
    unit->last = context_.hash;
    unit->lot = LotOfItem(event_, line.id);
    return absl::OkStatus();
  }

  // More of a lot is made by who has made it before.
  absl::Status AddToLot(const EventLine& line, Unit* lot) {
    if (lot->accounted && !lot->accounts.empty() && lot->accounts.count(context_.msp_id) == 0) {
      return Forbid(line, absl::StrCat("lot ", Named(*lot), " is of ", lot->accounts.begin()->first,
                                       ", not of ", context_.msp_id));
    }
    SUYUAN_ASSIGN_OR_RETURN(const auto amount, AmountOf(line, *lot));
    if (!amount) lot->open = true;
    lot->made += amount.value_or(Amount());
    lot->accounts[context_.msp_id].have += amount.value_or(Amount());
    lot->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status End(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    if (line.lot) {
      SUYUAN_ASSIGN_OR_RETURN(const Amount amount, Take(line, unit));
      unit->lost += amount;
      return absl::OkStatus();
    }
    SUYUAN_RETURN_IF_ERROR(NeedOwn(line, *unit).status());
    SUYUAN_RETURN_IF_ERROR(TakeOut(unit));
    unit->ended = step_.empty() ? "deleted" : step_;
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status Ship(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string to, Recipient());
    return Offer(line, to, Use::kShip);
  }

  // Under way to whom it may concern, who has it when it is received. `to`: MSP id; empty: anyone.
  absl::Status Offer(const EventLine& line, const std::string& to, Use use) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    if (line.lot) {
      SUYUAN_RETURN_IF_ERROR(NeedNotHeld(line, *unit, use));
      SUYUAN_ASSIGN_OR_RETURN(const Amount amount, Take(line, unit));
      auto& sent = unit->accounts[context_.msp_id].sent;
      if (sent.size() == kMaxConsignments) {
        return Refuse(line, absl::StrCat("more than ", kMaxConsignments, " consignments of ",
                                         Named(*unit), " under way"));
      }
      sent.push_back({context_.hash, to, amount});
      return absl::OkStatus();
    }
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, NeedOwn(line, *unit));
    SUYUAN_RETURN_IF_ERROR(NeedNotHeld(line, *unit, use));
    if (RidesAlong(custody)) return absl::OkStatus();
    if (!unit->inside.empty()) return Refuse(line, InsideText(*unit));
    unit->sent = true;
    unit->to = to;
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status VoidShipping(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(line.id));
    if (unit == nullptr) return Observe(line);
    if (line.lot) {
      Account& account = unit->accounts[context_.msp_id];
      for (const Consignment& one : account.sent) account.have += one.amount;
      account.sent.clear();
    } else if (unit->holder == context_.msp_id) {
      unit->sent = false;
      unit->to.clear();
    } else {
      return Forbid(line, absl::StrCat(Named(*unit), " is held by ", unit->holder, ", not by ",
                                       context_.msp_id));
    }
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status Receive(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    if (line.lot) return ReceiveLot(line, unit);
    if (!unit->ended.empty()) {
      return Refuse(line, absl::StrCat(Named(*unit), " has ended (", unit->ended, ")"));
    }
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(*unit, &book_));
    if (RidesAlong(custody)) return absl::OkStatus();
    const bool own = custody.holder == context_.msp_id;
    const bool offered = custody.sent && (custody.to.empty() || custody.to == context_.msp_id);
    if (own && (offered || !custody.sent) && custody.within.empty()) {
      unit->sent = false;
      unit->to.clear();
      unit->last = context_.hash;
      return absl::OkStatus();
    }
    if (own && !custody.sent) return absl::OkStatus();
    if (!offered && !custody.holder.empty()) {
      return Forbid(line,
                    absl::StrCat(Named(*unit), " is held by ", custody.holder,
                                 custody.sent ? absl::StrCat(", and under way to ", custody.to)
                                              : ", which has not shipped it",
                                 ", not to ", context_.msp_id));
    }
    if (!unit->inside.empty()) return Refuse(line, InsideText(*unit));
    SUYUAN_RETURN_IF_ERROR(NeedNotStolen(line, *unit));
    unit->holder = context_.msp_id;
    unit->sent = false;
    unit->to.clear();
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status ReceiveLot(const EventLine& line, Unit* lot) {
    SUYUAN_ASSIGN_OR_RETURN(const auto stated, AmountOf(line, *lot));
    Amount left = stated.value_or(Amount());
    Amount got;
    for (auto& [sender, account] : lot->accounts) {
      for (Consignment& one : account.sent) {
        if (!one.to.empty() && one.to != context_.msp_id) continue;
        const Amount part = stated ? std::min(left, one.amount) : one.amount;
        one.amount -= part;
        left -= part;
        got += part;
      }
      auto& sent = account.sent;
      sent.erase(std::remove_if(sent.begin(), sent.end(),
                                [](const Consignment& one) { return one.amount <= Amount(); }),
                 sent.end());
    }
    if (stated && left > Amount()) {
      const bool own = lot->accounts.count(context_.msp_id) > 0 && got.IsZero();
      if (lot->accounted && lot->origin != "outside" && !own) {
        return Refuse(
            line, absl::StrCat("lot ", Named(*lot), ": ", Counted(got, lot->uom), " under way to ",
                               context_.msp_id, ", not ", Counted(*stated, lot->uom)));
      }
      // From outside. What it has already is only seen again.
      if (lot->origin == "outside" || !own) {
        lot->made += left;
        got += left;
        if (lot->accounts.empty()) lot->open = false;
      }
    }
    lot->accounts[context_.msp_id].have += got;
    lot->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status Sell(const EventLine& line) {
    SUYUAN_RETURN_IF_ERROR(NeedToldOfSale(line));
    SUYUAN_ASSIGN_OR_RETURN(const std::string to, Recipient());
    if (!to.empty() && to != context_.msp_id) return Offer(line, to, Use::kSell);
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    SUYUAN_RETURN_IF_ERROR(NeedNotHeld(line, *unit, Use::kSell));
    if (line.lot) {
      SUYUAN_ASSIGN_OR_RETURN(const Amount amount, Take(line, unit));
      unit->sold += amount;
      return absl::OkStatus();
    }
    SUYUAN_RETURN_IF_ERROR(NeedOwn(line, *unit).status());
    SUYUAN_RETURN_IF_ERROR(TakeOut(unit));
    unit->holder.clear();
    unit->seller = context_.msp_id;
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status NeedToldOfSale(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(const bool registered, IsRegistered(line));
    if (!registered) return absl::OkStatus();
    const absl::Status told = book_.world().CheckSale(line.gtin, context_.msp_id);
    return absl::IsFailedPrecondition(told) ? Refuse(line, told.message()) : told;
  }

  // Also in the event, so that it says nothing of its own.
  bool RidesAlong(const Custody& custody) const {
    return std::any_of(custody.within.begin(), custody.within.end(),
                       [this](const std::string& id) { return named_.count(id) > 0; });
  }
  std::string InsideText(const Unit& unit) const {
    return absl::StrCat(Named(unit), " is in ", unit.inside, ": unpack it, or move that");
  }

  // MSP id of the destination; empty: none that is known here.
  absl::StatusOr<std::string> Recipient() {
    for (const epcis::Party& party : event_.destinations) {
      if (absl::EndsWith(party.type, "location")) continue;
      if (absl::StartsWith(party.id, kOwnParty)) {
        return party.id.substr(sizeof(kOwnParty) - 1);
      }
      SUYUAN_ASSIGN_OR_RETURN(const std::string msp,
                              book_.world().MspOfParty(epcis::UnitId(party.id)));
      if (!msp.empty()) return msp;
    }
    return std::string();
  }

  // Aggregation and association ---------------------------------------------------------------

  absl::Status ApplyPacking() {
    if (event_.action == "OBSERVE" || event_.parent_id.empty()) return absl::OkStatus();
    const EventLine parent = ParentLine(event_);
    SUYUAN_ASSIGN_OR_RETURN(const auto children, ChildLines(event_));
    SUYUAN_ASSIGN_OR_RETURN(Unit * into, Need(parent));
    SUYUAN_RETURN_IF_ERROR(NeedOwn(parent, *into).status());
    if (event_.action == "ADD") {
      SUYUAN_RETURN_IF_ERROR(NeedNotHeld(parent, *into, Use::kPack));
    }
    for (const EventLine& child : children) {
      if (child.product_class) continue;
      SUYUAN_RETURN_IF_ERROR(event_.action == "ADD" ? Pack(child, parent) : Unpack(child, parent));
    }
    if (event_.action == "DELETE" && children.empty()) return UnpackAll(parent);
    return absl::OkStatus();
  }

  absl::Status Pack(const EventLine& line, const EventLine& parent) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    SUYUAN_RETURN_IF_ERROR(NeedNotHeld(line, *unit, Use::kPack));
    if (line.lot) {
      SUYUAN_ASSIGN_OR_RETURN(const Amount amount, Take(line, unit));
      SUYUAN_ASSIGN_OR_RETURN(Unit * into, book_.Edit(parent.id));
      into->contents[line.id] += amount;
      return CheckRoom(line, *into);
    }
    SUYUAN_RETURN_IF_ERROR(NeedOwn(line, *unit).status());
    if (unit->inside == parent.id) return absl::OkStatus();
    if (!unit->inside.empty()) {
      // Of what came from outside, nobody here has to say that it was taken out.
      const bool fitted = event_.type == epcis::EventType::kAssociation;
      if (!fitted || unit->origin != "outside") {
        return Refuse(line, absl::StrCat(Named(*unit), " is in ", unit->inside, " already"));
      }
      SUYUAN_RETURN_IF_ERROR(TakeOut(unit));
    }
    SUYUAN_ASSIGN_OR_RETURN(Unit * into, book_.Edit(parent.id));
    SUYUAN_ASSIGN_OR_RETURN(const Custody above, CustodyOf(*into, &book_));
    if (line.id == parent.id || std::count(above.within.begin(), above.within.end(), line.id) > 0) {
      return Refuse(line, absl::StrCat(Named(*unit), " would be inside of itself"));
    }
    if (above.within.size() + 2 > kMaxPackingDepth) {
      return Refuse(line, absl::StrCat("more than ", kMaxPackingDepth, " things in each other"));
    }
    unit->inside = parent.id;
    unit->last = context_.hash;
    into->contents.emplace(line.id, Amount());
    return CheckRoom(line, *into);
  }

  absl::Status CheckRoom(const EventLine& line, const Unit& container) const {
    if (container.contents.size() <= kMaxContents) return absl::OkStatus();
    return Refuse(line, absl::StrCat("more than ", kMaxContents, " units in ", Named(container)));
  }

  absl::Status Unpack(const EventLine& line, const EventLine& parent) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * from, book_.Edit(parent.id));
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    const auto place = from->contents.find(line.id);
    if (place == from->contents.end()) {
      // Of what came from outside nobody said what is in it.
      if (from->origin == "outside" && (line.lot || unit->inside.empty())) {
        return line.lot ? AddToLot(line, unit) : absl::OkStatus();
      }
      return Refuse(line, absl::StrCat(Named(*unit), " is not in ", Named(*from)));
    }
    if (line.lot) return UnpackLot(line, from, unit);
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(*unit, &book_));
    from->contents.erase(place);
    unit->inside.clear();
    unit->holder = custody.holder;
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status UnpackLot(const EventLine& line, Unit* from, Unit* lot) {
    SUYUAN_ASSIGN_OR_RETURN(const auto stated, AmountOf(line, *lot));
    const Amount amount = stated.value_or(from->contents[line.id]);
    if (lot->accounted && !lot->open && from->contents[line.id] < amount) {
      return Refuse(
          line, absl::StrCat(Counted(from->contents[line.id], lot->uom), " of lot ", Named(*lot),
                             " in ", Named(*from), ", not ", Counted(amount, lot->uom)));
    }
    from->contents[line.id] -= amount;
    if (from->contents[line.id] <= Amount()) from->contents.erase(line.id);
    lot->accounts[context_.msp_id].have += amount;
    lot->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status UnpackAll(const EventLine& parent) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * from, book_.Edit(parent.id));
    const auto contents = from->contents;
    for (const auto& [child, amount] : contents) {
      SUYUAN_ASSIGN_OR_RETURN(const Unit* unit, book_.Find(child));
      if (unit == nullptr) continue;
      EventLine line;
      line.field = "parentID";
      line.id = child;
      line.epc = unit->epc;
      line.lot = unit->kind == Unit::Kind::kLot;
      SUYUAN_RETURN_IF_ERROR(Unpack(line, parent));
    }
    return absl::OkStatus();
  }

  // Out of whatever it is in, for it ends or is sold.
  absl::Status TakeOut(Unit* unit) {
    if (unit->inside.empty()) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(Unit * from, book_.Edit(unit->inside));
    if (from != nullptr) from->contents.erase(unit->id);
    unit->inside.clear();
    return absl::OkStatus();
  }

  // Transformation ----------------------------------------------------------------------------

  struct Sums {
    Amount in, out, lost;
    std::string uom;  // the base unit
  };

  absl::Status ApplyTransformation() {
    SUYUAN_ASSIGN_OR_RETURN(const auto inputs, InputLines(event_));
    SUYUAN_ASSIGN_OR_RETURN(const auto outputs, OutputLines(event_));
    SUYUAN_ASSIGN_OR_RETURN(const auto losses, LossLines(event_));
    for (const EventLine& line : inputs) {
      if (line.product_class) {
        balanced_ = false;
        continue;
      }
      SUYUAN_RETURN_IF_ERROR(Consume(line));
    }
    for (const EventLine& line : outputs) {
      if (line.product_class) continue;
      SUYUAN_RETURN_IF_ERROR(Produce(line));
      SUYUAN_RETURN_IF_ERROR(Add(line, &Sums::out));
    }
    for (const EventLine& line : losses) SUYUAN_RETURN_IF_ERROR(Add(line, &Sums::lost));
    return event_.transformation_id.empty() ? CheckBalance() : CheckProcess();
  }

  absl::Status Consume(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, Need(line));
    SUYUAN_RETURN_IF_ERROR(NeedNotHeld(line, *unit, Use::kUse));
    used_.insert(line.id);
    if (line.lot) {
      SUYUAN_ASSIGN_OR_RETURN(const Amount amount, Take(line, unit));
      unit->used += amount;
      if (!unit->accounted || unit->open || !line.amount) balanced_ = false;
      return Add(line, &Sums::in);
    }
    balanced_ = false;  // nobody weighs it
    SUYUAN_RETURN_IF_ERROR(NeedOwn(line, *unit).status());
    SUYUAN_RETURN_IF_ERROR(TakeOut(unit));
    unit->ended = "transformation";
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status Produce(const EventLine& line) {
    SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(line.id));
    const bool fresh = unit == nullptr;
    if (fresh) {
      SUYUAN_ASSIGN_OR_RETURN(unit, Make(line, "made"));
    }
    if (used_.count(line.id) > 0 || unit->ended == "transformation") ++unit->reworked;
    if (line.lot) return AddToLot(line, unit);
    if (!fresh && unit->ended != "transformation") {
      return Refuse(line, absl::StrCat(Named(*unit), " exists already: ", unit->origin));
    }
    unit->ended.clear();
    unit->holder = context_.msp_id;
    unit->lot = LotOfItem(event_, line.id);
    unit->last = context_.hash;
    return absl::OkStatus();
  }

  absl::Status Add(const EventLine& line, Amount Sums::*part) {
    Sums& sums = sums_[DimensionOf(line.uom)];
    sums.uom = BaseUnitOf(line.uom);
    if (!line.amount) return absl::OkStatus();
    auto amount = Convert(*line.amount, line.uom, sums.uom);
    if (!amount.ok()) return Annotate(amount.status(), line.field);
    sums.*part += *amount;
    ++amounts_;
    return absl::OkStatus();
  }

  absl::Status Unbalanced(const Sums& sums) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "outputQuantityList: does not balance: inputs ", Counted(sums.in, sums.uom), ", outputs ",
        Counted(sums.out, sums.uom), ", declared loss ", Counted(sums.lost, sums.uom)));
  }

  // Each conversion may be off by a step.
  bool Above(Amount a, Amount b) const {
    Amount slack;
    for (size_t i = 0; i < amounts_; ++i) slack += Amount::Step();
    return a > b + slack;
  }

  absl::Status CheckBalance() const {
    size_t dimensions_in = 0;
    for (const auto& [dimension, sums] : sums_) dimensions_in += sums.in.IsZero() ? 0 : 1;
    if (!balanced_ || dimensions_in != 1) return absl::OkStatus();
    for (const auto& [dimension, sums] : sums_) {
      if (sums.in.IsZero()) continue;
      const Amount accounted = sums.out + sums.lost;
      // What is counted by another measure may hold the rest.
      if (Above(accounted, sums.in) ||
          (sums_.size() == 1 && Above(sums.in, accounted) && event_.output_epcs.empty())) {
        return Unbalanced(sums);
      }
    }
    return absl::OkStatus();
  }

  // Inputs come first; what is in the tank is what may still come out.
  absl::Status CheckProcess() {
    const std::string id = epcis::TransformationName(event_.transformation_id);
    SUYUAN_ASSIGN_OR_RETURN(Unit * process, book_.Edit(id));
    if (process == nullptr) {
      Unit fresh;
      fresh.id = id;
      fresh.epc = event_.transformation_id;
      fresh.kind = Unit::Kind::kProcess;
      process = book_.Add(std::move(fresh));
    }
    process->last = context_.hash;
    if (!balanced_) process->open = true;
    for (const auto& [dimension, sums] : sums_) {
      Amount& have = process->accounts[sums.uom].have;
      have += sums.in - sums.out - sums.lost;
      if (process->open || process->accounts.size() > 1 || !Above(Amount(), have)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("outputQuantityList: transformation ", event_.transformation_id,
                       " has given ", Counted(-have, sums.uom), " more than went in"));
    }
    return absl::OkStatus();
  }

  const epcis::Event& event_;
  const EventContext& context_;
  UnitBook& book_;
  const std::string step_;
  std::set<std::string> named_;  // units of the event
  std::set<std::string> used_;   // inputs
  std::map<std::string, Sums> sums_;
  size_t amounts_ = 0;
  bool balanced_ = true;  // all inputs are lots that are accounted for, with amounts
};

}  // namespace

absl::StatusOr<Custody> CustodyOf(const Unit& unit, UnitBook* book) {
  Custody custody;
  const Unit* top = &unit;
  while (!top->inside.empty() && custody.within.size() < kMaxPackingDepth) {
    custody.within.push_back(top->inside);
    SUYUAN_ASSIGN_OR_RETURN(const Unit* above, book->Find(top->inside));
    if (above == nullptr) break;
    top = above;
  }
  custody.holder = top->holder;
  custody.sent = top->sent;
  custody.to = top->to;
  return custody;
}

absl::StatusOr<std::vector<Custody>> PackedCustodyOf(const Unit& lot, UnitBook* book) {
  SUYUAN_ASSIGN_OR_RETURN(const auto carriers, book->world().CarriersOf(lot.id));
  std::vector<Custody> out;
  for (const std::string& carrier : carriers) {
    SUYUAN_ASSIGN_OR_RETURN(const Unit* unit, book->Find(carrier));
    if (unit == nullptr || unit->contents.count(lot.id) == 0) continue;
    SUYUAN_ASSIGN_OR_RETURN(out.emplace_back(), CustodyOf(*unit, book));
  }
  return out;
}

absl::Status ApplyEvent(const epcis::Event& event, const EventContext& context, UnitBook* book) {
  return Rules(event, context, book).Apply();
}

}  // namespace suyuan
