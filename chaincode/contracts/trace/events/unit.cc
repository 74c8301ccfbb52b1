#include "chaincode/contracts/trace/events/unit.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Json = nlohmann::json;

const char* KindText(Unit::Kind kind) {
  switch (kind) {
    case Unit::Kind::kItem:
      return "item";
    case Unit::Kind::kLot:
      return "lot";
    case Unit::Kind::kProcess:
      return "process";
  }
  return "";
}

void PutText(Json* json, const char* name, const std::string& text) {
  if (!text.empty()) (*json)[name] = text;
}
void PutAmount(Json* json, const char* name, Amount amount) {
  if (!amount.IsZero()) (*json)[name] = amount.Text();
}

absl::StatusOr<Amount> GetAmount(const Json& json, const char* name) {
  return Amount::Parse(json.value(name, "0"));
}

Json ToJson(const Account& account) {
  Json json{{"have", account.have.Text()}};
  for (const Consignment& one : account.sent) {
    Json consignment{{"event", one.event}, {"amount", one.amount.Text()}};
    PutText(&consignment, "to", one.to);
    json["sent"].push_back(std::move(consignment));
  }
  return json;
}

absl::StatusOr<Account> AccountFromJson(const Json& json) {
  Account account;
  SUYUAN_ASSIGN_OR_RETURN(account.have, GetAmount(json, "have"));
  for (const auto& one : json.value("sent", Json::array())) {
    SUYUAN_ASSIGN_OR_RETURN(const Amount amount, GetAmount(one, "amount"));
    account.sent.push_back({one.at("event"), one.value("to", ""), amount});
  }
  return account;
}

absl::Status ReadAmounts(const Json& json, Unit* unit) {
  SUYUAN_ASSIGN_OR_RETURN(unit->made, GetAmount(json, "made"));
  SUYUAN_ASSIGN_OR_RETURN(unit->used, GetAmount(json, "used"));
  SUYUAN_ASSIGN_OR_RETURN(unit->lost, GetAmount(json, "lost"));
  SUYUAN_ASSIGN_OR_RETURN(unit->sold, GetAmount(json, "sold"));
  const Json accounts = json.value("accounts", Json::object());
  for (const auto& [name, account] : accounts.items()) {
    SUYUAN_ASSIGN_OR_RETURN(unit->accounts[name], AccountFromJson(account));
  }
  const Json contents = json.value("contents", Json::object());
  for (const auto& [child, amount] : contents.items()) {
    SUYUAN_ASSIGN_OR_RETURN(unit->contents[child], Amount::Parse(amount.get<std::string>()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Unit> FromJson(const Json& json) {
  Unit unit;
  unit.id = json.at("id");
  unit.epc = json.at("epc");
  const std::string kind = json.at("kind");
  unit.kind = kind == "lot"       ? Unit::Kind::kLot
              : kind == "process" ? Unit::Kind::kProcess
                                  : Unit::Kind::kItem;
  unit.origin = json.value("origin", "");
  unit.last = json.value("last", "");
  unit.reworked = json.value("reworked", uint64_t{0});
  unit.holder = json.value("holder", "");
  unit.sent = json.value("sent", false);
  unit.to = json.value("to", "");
  unit.inside = json.value("inside", "");
  unit.lot = json.value("lot", "");
  unit.ended = json.value("ended", "");
  unit.seller = json.value("seller", "");
  unit.stolen = json.value("stolen", "");
  unit.reporter = json.value("reporter", "");
  unit.uom = json.value("uom", "");
  unit.accounted = json.value("accounted", false);
  unit.open = json.value("open", false);
  SUYUAN_RETURN_IF_ERROR(ReadAmounts(json, &unit));
  return unit;
}

Account AccountOf(const Unit& unit, const std::string& name) {
  const auto found = unit.accounts.find(name);
  return found == unit.accounts.end() ? Account() : found->second;
}

// What `sent` holds of one event's consignment becomes less by `amount`; below zero when what was
// sent is taken back before its receipt is.
void TakeFromSent(const Consignment& kind, Amount amount, std::vector<Consignment>* sent) {
  auto place = std::find_if(sent->begin(), sent->end(),
                            [&](const Consignment& one) { return one.event == kind.event; });
  if (place == sent->end()) place = sent->insert(place, {kind.event, kind.to, Amount()});
  place->amount -= amount;
  if (place->amount.IsZero()) sent->erase(place);
}

void GiveBackAmounts(const Unit& before, const Unit& after, Unit* now) {
  now->made -= after.made - before.made;
  now->used -= after.used - before.used;
  now->lost -= after.lost - before.lost;
  now->sold -= after.sold - before.sold;
  std::set<std::string> names;
  for (const Unit* unit : {&before, &after}) {
    for (const auto& [name, account] : unit->accounts) names.insert(name);
  }
  for (const std::string& name : names) {
    const Account was = AccountOf(before, name), became = AccountOf(after, name);
    Account& account = now->accounts[name];
    account.have -= became.have - was.have;
    for (const Consignment& one : became.sent) TakeFromSent(one, one.amount, &account.sent);
    for (const Consignment& one : was.sent) TakeFromSent(one, -one.amount, &account.sent);
  }
}

// Of items it counts whether they are in there, of lots how much.
void GiveBackContents(const Unit& before, const Unit& after, Unit* now) {
  std::set<std::string> children;
  for (const Unit* unit : {&before, &after}) {
    for (const auto& [child, amount] : unit->contents) children.insert(child);
  }
  const auto amount_in = [](const Unit& unit, const std::string& child) {
    const auto found = unit.contents.find(child);
    return found == unit.contents.end() ? Amount() : found->second;
  };
  for (const std::string& child : children) {
    const Amount more = amount_in(after, child) - amount_in(before, child);
    const bool was = before.contents.count(child) > 0, became = after.contents.count(child) > 0;
    if (!more.IsZero()) {
      Amount& left = now->contents[child];
      left -= more;
      if (left.IsZero()) now->contents.erase(child);
    } else if (became && !was) {
      now->contents.erase(child);
    } else if (was && !became) {
      now->contents.emplace(child, Amount());
    }
  }
}

}  // namespace

std::string UnitToText(const Unit& unit) {
  Json json{{"id", unit.id}, {"epc", unit.epc}, {"kind", KindText(unit.kind)}};
  PutText(&json, "origin", unit.origin);
  PutText(&json, "last", unit.last);
  if (unit.reworked > 0) json["reworked"] = unit.reworked;
  PutText(&json, "holder", unit.holder);
  if (unit.sent) json["sent"] = true;
  PutText(&json, "to", unit.to);
  PutText(&json, "inside", unit.inside);
  PutText(&json, "lot", unit.lot);
  PutText(&json, "ended", unit.ended);
  PutText(&json, "seller", unit.seller);
  PutText(&json, "stolen", unit.stolen);
  PutText(&json, "reporter", unit.reporter);
  PutText(&json, "uom", unit.uom);
  if (unit.accounted) json["accounted"] = true;
  if (unit.open) json["open"] = true;
  PutAmount(&json, "made", unit.made);
  PutAmount(&json, "used", unit.used);
  PutAmount(&json, "lost", unit.lost);
  PutAmount(&json, "sold", unit.sold);
  for (const auto& [name, account] : unit.accounts) json["accounts"][name] = ToJson(account);
  for (const auto& [child, amount] : unit.contents) json["contents"][child] = amount.Text();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Unit> UnitFromText(absl::string_view text) {
  try {
    return FromJson(Json::parse(text.begin(), text.end()));
  } catch (const Json::exception& e) {
    return absl::InternalError(absl::StrCat("not a unit: ", e.what()));
  }
}

Unit WithoutChange(Unit now, const UnitChange& change) {
  Unit before;
  if (change.before) {
    before = *change.before;
  } else {
    before.id = change.after.id;
    before.ended = "declared wrong";
  }
  GiveBackAmounts(before, change.after, &now);
  GiveBackContents(before, change.after, &now);
  // Whether it is stolen stands beside where it is: neither event undoes the other.
  if (before.stolen != change.after.stolen && now.stolen == change.after.stolen) {
    now.stolen = before.stolen;
    now.reporter = before.reporter;
  }
  if (now.last != change.after.last) return now;
  now.last = before.last;
  now.reworked = before.reworked;
  now.holder = before.holder;
  now.sent = before.sent;
  now.to = before.to;
  now.inside = before.inside;
  now.lot = before.lot;
  now.seller = before.seller;
  // A lot has no end: what it had is given back.
  if (now.kind == Unit::Kind::kItem) now.ended = before.ended;
  return now;
}

}  // namespace suyuan
