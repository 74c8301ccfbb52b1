#include "chaincode/contracts/trace/events/ledger_trace.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/shim/composite_key.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// A peer hands out no more results of one query than this, without saying that it stopped.
constexpr size_t kMaxResults = 100'000;
constexpr size_t kMaxNodes = 100'000;

// As epcis::FactsSource says, over the ledger's index.
class LedgerFacts : public epcis::FactsSource {
 public:
  LedgerFacts(ChaincodeStub* stub, std::set<std::string> without)
      : stub_(*stub), without_(std::move(without)) {}
  absl::StatusOr<std::vector<std::shared_ptr<const epcis::EventFacts>>> EventsOf(
      const std::string& name) override;
  const std::map<std::string, std::string>& transactions() const { return transactions_; }
  const std::set<std::string>& read() const { return read_; }

 private:
  using Facts = std::shared_ptr<const epcis::EventFacts>;
  absl::StatusOr<Facts> ReadFacts(const std::string& hash, const std::string& value);

  ChaincodeStub& stub_;
  const std::set<std::string> without_;
  std::map<std::string, Facts> known_;  // by hash
  std::map<std::string, std::string> transactions_;
  std::set<std::string> read_;
};

absl::StatusOr<LedgerFacts::Facts> LedgerFacts::ReadFacts(const std::string& hash,
                                                          const std::string& value) {
  const auto known = known_.find(hash);
  if (known != known_.end()) return known->second;
  std::string text = value;
  if (text.find(' ') == std::string::npos) {
    SUYUAN_ASSIGN_OR_RETURN(text, stub_.GetState(absl::StrCat("facts/", hash)));
  }
  const size_t space = text.find(' ');
  if (space == std::string::npos) {
    return absl::InternalError(absl::StrCat("event ", hash, ": its facts are missing"));
  }
  SUYUAN_ASSIGN_OR_RETURN(epcis::EventFacts facts,
                          epcis::FactsFromText(absl::string_view(text).substr(space + 1)));
  transactions_[hash] = text.substr(0, space);
  auto made = std::make_shared<const epcis::EventFacts>(std::move(facts));
  known_.emplace(hash, made);
  return made;
}

absl::StatusOr<std::vector<LedgerFacts::Facts>> LedgerFacts::EventsOf(const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub_.GetStateByPartialCompositeKey("name", {name}));
  std::vector<std::pair<std::string, std::string>> found;  // hash, value; by time, then hash
  std::set<std::string> wrong;
  for (size_t count = 0;; ++count) {
    SUYUAN_ASSIGN_OR_RETURN(auto entry, iterator->Next());
    if (!entry) break;
    if (count + 1 >= kMaxResults) {
      return absl::ResourceExhaustedError(
          absl::StrCat(name, " is named by ", kMaxResults, " events and more"));
    }
    SUYUAN_ASSIGN_OR_RETURN(const CompositeKey key, ParseCompositeKey(entry->key));
    if (key.attributes.size() < 3) return absl::InternalError("malformed key of an event's name");
    const std::string tx = key.attributes.size() > 3
                               ? key.attributes[3]
                               : entry->value.substr(0, entry->value.find(' '));
    if (without_.count(tx) > 0) continue;
    read_.insert(tx);
    if (key.attributes.size() > 3) {
      wrong.insert(key.attributes[2]);
    } else {
      found.emplace_back(key.attributes[2], std::move(entry->value));
    }
  }
  std::vector<Facts> out;
  out.reserve(found.size());
  for (const auto& [hash, value] : found) {
    if (wrong.count(hash) > 0) continue;
    SUYUAN_ASSIGN_OR_RETURN(out.emplace_back(), ReadFacts(hash, value));
  }
  return out;
}

}  // namespace

absl::StatusOr<LedgerTrace> TraceLedger(ChaincodeStub& stub, absl::string_view epc,
                                        epcis::Direction direction,
                                        const LedgerTraceOptions& options) {
  LedgerFacts source(&stub, options.without);
  epcis::LineageLimits limits;
  limits.max_nodes = kMaxNodes;
  LedgerTrace out;
  SUYUAN_ASSIGN_OR_RETURN(out.trace, epcis::WalkLineage(source, epc, direction, limits));
  for (const epcis::TraceEvent& event : out.trace.events) {
    const auto tx = source.transactions().find(event.hash);
    if (tx != source.transactions().end()) out.transactions[event.hash] = tx->second;
  }
  out.read = source.read();
  return out;
}

absl::StatusOr<std::set<std::string>> CarriersOf(ChaincodeStub& stub, const std::string& unit) {
  LedgerFacts source(&stub, {});
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
