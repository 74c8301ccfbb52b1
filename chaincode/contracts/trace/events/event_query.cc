#include "chaincode/contracts/trace/events/event_query.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"
#include "chaincode/shim/composite_key.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxLooks = 5000;
constexpr int32_t kPage = 200;
// From the one that finds fewest events to the one that finds most.
constexpr std::array<const char*, 7> kFields = {
    "lotNumber", "readPoint", "bizLocation", "bizStep", "disposition", "author", "type"};

absl::Status Wrong(absl::string_view field, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("filters: ", field, ": ", rule));
}

absl::StatusOr<std::string> IndexValue(const std::string& field, const std::string& text) {
  if (field == "bizStep") return epcis::CanonicalTerm(epcis::Vocabulary::kBizStep, text);
  if (field == "disposition") return epcis::CanonicalTerm(epcis::Vocabulary::kDisposition, text);
  if (field == "readPoint" || field == "bizLocation") return epcis::UnitId(text);
  return text;
}

absl::Status ReadFilter(const std::string& name, const nlohmann::json& value, EventQuery* query) {
  if (name == "limit") {
    if (!value.is_number_unsigned() || value > 1000 || value == 0) return Wrong(name, "1 to 1000");
    query->limit = value;
    return absl::OkStatus();
  }
  if (!value.is_string() || value.get<std::string>().empty()) return Wrong(name, "is no text");
  const std::string text = value;
  if (name == "epc") {
    query->epc = epcis::UnitId(text);
    return absl::OkStatus();
  }
  if (name == "from" || name == "before") {
    const auto time = epcis::ParseTime(text);
    if (!time.ok()) return Wrong(name, time.status().message());
    (name == "from" ? query->from_ms : query->before_ms) = *time;
    return absl::OkStatus();
  }
  if (std::find(kFields.begin(), kFields.end(), name) == kFields.end()) {
    return Wrong(name.substr(0, 40), "is no filter");
  }
  const auto indexed = IndexValue(name, text);
  if (!indexed.ok()) return Wrong(name, indexed.status().message());
  query->entries.push_back({name, *indexed});
  return absl::OkStatus();
}

// One index, read page by page.
class Finder {
 public:
  Finder(ChaincodeStub* stub, const EventQuery& query) : stub_(*stub), query_(query) {
    if (query.from_ms) from_ = SortableTime(*query.from_ms);
    if (query.before_ms) before_ = SortableTime(*query.before_ms);
    rest_ = query.entries;
    if (!query.epc.empty()) {
      type_ = "name";
      prefix_ = {query.epc};
    } else {
      type_ = "by";
      IndexEntry first{"time", "all"};
      for (const char* field : kFields) {
        const auto found =
            std::find_if(rest_.begin(), rest_.end(),
                         [field](const IndexEntry& entry) { return entry.field == field; });
        if (found == rest_.end()) continue;
        first = *found;
        rest_.erase(found);
        break;
      }
      prefix_ = {first.field, first.value};
    }
  }

  absl::StatusOr<EventPage> Run(std::string bookmark) {
    if (bookmark.empty() && !from_.empty()) {
      std::vector<std::string> parts = prefix_;
      parts.push_back(from_);
      SUYUAN_ASSIGN_OR_RETURN(bookmark, MakeCompositeKey(type_, parts));
      // The range begins there: keys of that time follow.
    }
    EventPage out;
    size_t looks = 0;
    while (true) {
      SUYUAN_ASSIGN_OR_RETURN(
          const QueryPage page,
          stub_.GetStateByPartialCompositeKeyWithPagination(type_, prefix_, kPage, bookmark));
      for (size_t i = 0; i < page.results.size(); ++i) {
        if (out.events.size() == query_.limit || looks == kMaxLooks) {
          out.bookmark = page.results[i].key;
          return out;
        }
        ++looks;
        SUYUAN_ASSIGN_OR_RETURN(const bool more, Look(page.results[i].key, &out));
        if (!more) return out;
      }
      if (page.bookmark.empty()) return out;
      bookmark = page.bookmark;
    }
  }

 private:
  // False: all that follow are too late.
  absl::StatusOr<bool> Look(const std::string& text, EventPage* out) {
    SUYUAN_ASSIGN_OR_RETURN(const CompositeKey key, ParseCompositeKey(text));
    if (key.attributes.size() != prefix_.size() + 2) return true;  // a declaration
    const std::string& time = key.attributes[prefix_.size()];
    const std::string& hash = key.attributes[prefix_.size() + 1];
    if (!before_.empty() && time >= before_) return false;
    if (time < from_) return true;
    for (const IndexEntry& entry : rest_) {
      SUYUAN_ASSIGN_OR_RETURN(const std::string other,
                              MakeCompositeKey("by", {entry.field, entry.value, time, hash}));
      SUYUAN_ASSIGN_OR_RETURN(const std::string value, stub_.GetState(other));
      if (value.empty()) return true;
    }
    EventPage::Found found;
    SUYUAN_ASSIGN_OR_RETURN(found.record, FindEventText(stub_, hash));
    SUYUAN_ASSIGN_OR_RETURN(const auto declarations,
                            stub_.GetStateByPartialCompositeKey("declaration", {hash}));
    SUYUAN_ASSIGN_OR_RETURN(const auto first, declarations->Next());
    found.wrong = first.has_value();
    out->events.push_back(std::move(found));
    return true;
  }

  ChaincodeStub& stub_;
  const EventQuery& query_;
  std::string from_, before_;  // SortableTime(); empty: open
  std::string type_;
  std::vector<std::string> prefix_;
  std::vector<IndexEntry> rest_;
};

}  // namespace

absl::StatusOr<EventQuery> ParseEventQuery(const nlohmann::json& filters) {
  EventQuery query;
  for (const auto& [name, value] : filters.items()) {
    SUYUAN_RETURN_IF_ERROR(ReadFilter(name, value, &query));
  }
  return query;
}

absl::StatusOr<EventPage> FindEvents(ChaincodeStub& stub, const EventQuery& query,
                                     const std::string& bookmark) {
  return Finder(&stub, query).Run(bookmark);
}

}  // namespace suyuan
