#include "chaincode/contracts/trace/events/ledger_trace.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "chaincode/shim/composite_key.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// A peer hands out no more results of one query than this, without saying that it stopped.
constexpr size_t kMaxResults = 100'000;
constexpr size_t kMaxNodes = 100'000;

// A key name~NAME~TIME~HASH or name~NAME~TIME~HASH~TX.
struct NameKey {
  absl::string_view name, hash;
  absl::string_view declared_by;  // transaction of a declaration; empty: an event
};

// Takes the text up to the next U+0000 off the front, with it. Empty: there is none.
absl::string_view TakePart(absl::string_view* key) {
  const size_t end = key->find('\0');
  if (end == absl::string_view::npos) return {};
  const absl::string_view part = key->substr(0, end);
  key->remove_prefix(end + 1);
  return part;
}

absl::StatusOr<NameKey> ParseNameKey(absl::string_view key) {
  NameKey out;
  const bool composite = !key.empty() && key.front() == '\0';
  if (composite) key.remove_prefix(1);
  const bool of_name = TakePart(&key) == "name";
  out.name = TakePart(&key);
  const bool timed = !TakePart(&key).empty();
  out.hash = TakePart(&key);
  out.declared_by = TakePart(&key);
  if (!composite || !of_name || !timed || out.hash.empty()) {
    return absl::InternalError("malformed key of an event's name");
  }
  return out;
}

// Texts by number, in the order they came in.
class Numbers {
 public:
  // The number of `text`, and whether it is new.
  std::pair<uint32_t, bool> Add(absl::string_view text) {
    const auto known = numbers_.find(text);
    if (known != numbers_.end()) return {known->second, false};
    const auto number = static_cast<uint32_t>(numbers_.size());
    numbers_.emplace(std::string(text), number);
    return {number, true};
  }
  uint32_t Find(absl::string_view text) const { return numbers_.find(text)->second; }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;  // looked up, never walked
};

// As epcis::FactsSource says, over the ledger's index.
class LedgerFacts : public epcis::FactsSource {
 public:
  LedgerFacts(ChaincodeStub* stub, const LedgerTraceOptions& options)
      : stub_(*stub), options_(options) {}

  absl::StatusOr<std::vector<std::shared_ptr<const epcis::EventFacts>>> EventsOf(
      const std::string& name) override;
  absl::Status Expect(absl::Span<const absl::string_view> names) override;

  // Of an event that EventsOf() gave.
  const std::string& TransactionOf(const std::string& hash) const {
    return transactions_[events_[event_numbers_.Find(hash)].transaction].id;
  }
  // All that EventsOf() looked at.
  std::set<std::string> Read() const;

 private:
  using Facts = std::shared_ptr<const epcis::EventFacts>;
  struct Event {
    std::string hash;
    // "TX FACTS" where the index has it, until it is asked for; or "TX".
    std::string text;
    uint32_t transaction = 0;
    Facts facts;
  };
  struct Transaction {
    std::string id;
    bool left_out = false;
    bool read = false;
  };
  // Of the index, by numbers: there are very many.
  struct Entry {
    uint32_t event = 0;
    uint32_t transaction = 0;
    bool wrong = false;  // declares that the event is
  };
  using Entries = std::vector<Entry>;

  Entry AddEntry(const NameKey& key, std::string value);
  uint32_t AddTransaction(absl::string_view id);
  absl::StatusOr<Entries> ReadEntries(const std::string& name);
  absl::StatusOr<Facts> FactsOf(Event* event);
  class Ahead;

  ChaincodeStub& stub_;
  const LedgerTraceOptions& options_;
  Numbers event_numbers_, transaction_numbers_;
  std::vector<Event> events_;
  std::vector<Transaction> transactions_;
  absl::flat_hash_map<std::string, Entries> ahead_;  // read before they were asked for
  // Of pages read ahead: how long the next one is, and for how many names none is worth it.
  int32_t page_ = 64;
  size_t rest_ = 0, rest_next_ = 64;
};

uint32_t LedgerFacts::AddTransaction(absl::string_view id) {
  const auto [number, fresh] = transaction_numbers_.Add(id);
  if (fresh) {
    transactions_.push_back({std::string(id), options_.without.count(std::string(id)) > 0, false});
  }
  return number;
}

LedgerFacts::Entry LedgerFacts::AddEntry(const NameKey& key, std::string value) {
  Entry entry;
  entry.wrong = !key.declared_by.empty();
  entry.transaction = AddTransaction(
      entry.wrong ? key.declared_by : absl::string_view(value).substr(0, value.find(' ')));
  const auto [number, fresh] = event_numbers_.Add(key.hash);
  if (fresh) events_.push_back({std::string(key.hash), "", 0, nullptr});
  entry.event = number;
  Event& event = events_[number];
  if (!entry.wrong && event.text.empty() && event.facts == nullptr) event.text = std::move(value);
  return entry;
}

absl::StatusOr<LedgerFacts::Facts> LedgerFacts::FactsOf(Event* event) {
  if (event->facts != nullptr) return event->facts;
  std::string text = std::move(event->text);
  event->text.clear();
  if (text.find(' ') == std::string::npos) {
    SUYUAN_ASSIGN_OR_RETURN(text, stub_.GetState(absl::StrCat("facts/", event->hash)));
  }
  const size_t space = text.find(' ');
  if (space == std::string::npos) {
    return absl::InternalError(absl::StrCat("event ", event->hash, ": its facts are missing"));
  }
  SUYUAN_ASSIGN_OR_RETURN(epcis::EventFacts facts,
                          epcis::FactsFromText(absl::string_view(text).substr(space + 1)));
  event->transaction = AddTransaction(absl::string_view(text).substr(0, space));
  event->facts = std::make_shared<const epcis::EventFacts>(std::move(facts));
  return event->facts;
}

absl::StatusOr<LedgerFacts::Entries> LedgerFacts::ReadEntries(const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub_.GetStateByPartialCompositeKey("name", {name}));
  Entries entries;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(auto found, iterator->Next());
    if (!found) return entries;
    if (entries.size() + 1 >= kMaxResults) {
      return absl::ResourceExhaustedError(
          absl::StrCat(name, " is named by ", kMaxResults, " events and more"));
    }
    SUYUAN_ASSIGN_OR_RETURN(const NameKey key, ParseNameKey(found->key));
    entries.push_back(AddEntry(key, std::move(found->value)));
  }
}

absl::StatusOr<std::vector<LedgerFacts::Facts>> LedgerFacts::EventsOf(const std::string& name) {
  Entries entries;
  const auto ahead = ahead_.find(name);
  if (ahead != ahead_.end()) {
    entries = std::move(ahead->second);
    ahead_.erase(ahead);
  } else {
    SUYUAN_ASSIGN_OR_RETURN(entries, ReadEntries(name));
  }
  std::vector<uint32_t> wrong;
  for (const Entry& entry : entries) {
    Transaction& transaction = transactions_[entry.transaction];
    if (transaction.left_out) continue;
    transaction.read = true;
    if (entry.wrong) wrong.push_back(entry.event);
  }
  std::sort(wrong.begin(), wrong.end());
  std::vector<Facts> out;
  out.reserve(entries.size());
  for (const Entry& entry : entries) {
    if (entry.wrong || transactions_[entry.transaction].left_out ||
        std::binary_search(wrong.begin(), wrong.end(), entry.event)) {
      continue;
    }
    SUYUAN_ASSIGN_OR_RETURN(out.emplace_back(), FactsOf(&events_[entry.event]));
  }
  return out;
}

std::set<std::string> LedgerFacts::Read() const {
  std::set<std::string> read;
  for (const Transaction& transaction : transactions_) {
    if (transaction.read) read.insert(transaction.id);
  }
  return read;
}

// Reads the entries of names that stand side by side in the index, as those of one product's
// items do, in pages, for a query of its own costs each name several times what an entry does.
// Where others stand between them, pages become short, and then names are left to be asked for.
class LedgerFacts::Ahead {
 public:
  Ahead(LedgerFacts* facts, absl::Span<const absl::string_view> names)
      : facts_(*facts), names_(names.begin(), names.end()) {
    std::sort(names_.begin(), names_.end());
  }

  absl::Status Read() {
    while (next_ < names_.size()) {
      if (facts_.rest_ > 0) {
        const size_t left = std::min(facts_.rest_, names_.size() - next_);
        facts_.rest_ -= left;
        Drop(left);
      } else if (names_.size() - next_ < kFewNames) {
        return absl::OkStatus();
      } else {
        SUYUAN_RETURN_IF_ERROR(ReadPage());
      }
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kFewNames = 8;
  static constexpr int32_t kMinPage = 16, kMaxPage = 1000;

  // Leaves the next names to be asked for.
  void Drop(size_t count) {
    next_ += count;
    entries_.clear();
    from_.clear();
  }
  // All entries of the next name are known.
  void Keep() {
    facts_.ahead_.emplace(std::string(names_[next_]), std::move(entries_));
    entries_ = {};
    ++next_;
  }

  absl::Status ReadPage() {
    if (from_.empty()) {
      SUYUAN_ASSIGN_OR_RETURN(
          from_, facts_.stub_.CreateCompositeKey("name", {std::string(names_[next_])}));
    }
    SUYUAN_ASSIGN_OR_RETURN(
        QueryPage page,
        facts_.stub_.GetStateByPartialCompositeKeyWithPagination("name", {}, facts_.page_, from_));
    size_t used = 0;
    for (KeyValue& found : page.results) {
      SUYUAN_ASSIGN_OR_RETURN(const NameKey key, ParseNameKey(found.key));
      while (next_ < names_.size() && names_[next_] < key.name) Keep();
      if (next_ == names_.size()) break;
      if (names_[next_] != key.name) continue;
      entries_.push_back(facts_.AddEntry(key, std::move(found.value)));
      ++used;
    }
    Adapt(used, page.results.size());
    if (page.bookmark.empty()) {
      while (next_ < names_.size()) Keep();
      return absl::OkStatus();
    }
    SUYUAN_ASSIGN_OR_RETURN(const NameKey behind, ParseNameKey(page.bookmark));
    while (next_ < names_.size() && names_[next_] < behind.name) Keep();
    if (entries_.size() + 1 >= kMaxResults) {
      Drop(1);  // whoever asks for it is told
    } else {
      from_ = next_ < names_.size() && names_[next_] == behind.name ? page.bookmark : "";
    }
    return absl::OkStatus();
  }

  void Adapt(size_t used, size_t read) {
    if (2 * used >= read) {
      facts_.page_ = std::min(2 * facts_.page_, kMaxPage);
      facts_.rest_next_ = kFirstRest;
    } else if (8 * used < read) {
      facts_.page_ = std::max(facts_.page_ / 4, kMinPage);
      if (facts_.page_ > kMinPage) return;
      facts_.rest_ = facts_.rest_next_;
      facts_.rest_next_ = std::min(2 * facts_.rest_next_, kMaxRest);
    }
  }

  static constexpr size_t kFirstRest = 64, kMaxRest = 4096;

  LedgerFacts& facts_;
  std::vector<absl::string_view> names_;  // sorted
  size_t next_ = 0;                       // the first whose entries are not all known
  Entries entries_;                       // of that, so far
  std::string from_;                      // where to go on; empty: with that
};

absl::Status LedgerFacts::Expect(absl::Span<const absl::string_view> names) {
  if (!options_.read_ahead) return absl::OkStatus();
  return Ahead(this, names).Read();
}

}  // namespace

absl::StatusOr<LedgerGraphTrace> TraceLedgerGraph(ChaincodeStub& stub, absl::string_view epc,
                                                  epcis::Direction direction,
                                                  const LedgerTraceOptions& options) {
  LedgerFacts source(&stub, options);
  epcis::LineageLimits limits;
  limits.max_nodes = kMaxNodes;
  LedgerGraphTrace out;
  SUYUAN_ASSIGN_OR_RETURN(out.graph, epcis::WalkGraph(source, epc, direction, limits));
  out.transactions.reserve(out.graph.events.size());
  for (const epcis::TraceEvent& event : out.graph.events) {
    out.transactions.push_back(source.TransactionOf(event.hash));
  }
  out.read = source.Read();
  return out;
}

absl::StatusOr<LedgerTrace> TraceLedger(ChaincodeStub& stub, absl::string_view epc,
                                        epcis::Direction direction,
                                        const LedgerTraceOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(LedgerGraphTrace found, TraceLedgerGraph(stub, epc, direction, options));
  LedgerTrace out;
  for (size_t i = 0; i < found.graph.events.size(); ++i) {
    out.transactions[found.graph.events[i].hash] = std::move(found.transactions[i]);
  }
  out.trace = epcis::TraceOf(std::move(found.graph));
  out.read = std::move(found.read);
  return out;
}

absl::StatusOr<std::set<std::string>> CarriersOf(ChaincodeStub& stub, const std::string& unit) {
  const LedgerTraceOptions options;
  LedgerFacts source(&stub, options);
  SUYUAN_ASSIGN_OR_RETURN(const auto events, source.EventsOf(unit));
  std::set<std::string> carriers;
  for (const auto& event : events) {
    const bool packing = event->type == epcis::EventType::kAggregation ||
                         event->type == epcis::EventType::kAssociation;
    if (packing && !event->parent.id.empty() && event->parent.id != unit) {
      carriers.insert(event->parent.id);
    }
  }
  return carriers;
}

}  // namespace suyuan
