#include "chaincode/contracts/trace/events/capture.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/epcis/event_facts.h"
#include "chaincode/epcis/event_hash.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

// What one call may hold.
constexpr size_t kMaxDocumentBytes = size_t{2} << 20;
constexpr size_t kMaxEventsPerCapture = 1000;
constexpr size_t kMaxDocumentDepth = 40;

struct Candidate {
  size_t index = 0;  // in the document
  epcis::Event event;
  epcis::EventFacts facts;
  bool declaration = false;
  bool stored_before = false;
};

class Capture {
 public:
  Capture(ChaincodeStub* stub, World* world, const CaptureOptions& options)
      : stub_(*stub), book_(world), options_(options) {}

  absl::StatusOr<CaptureJob> Run(epcis::Document document) {
    SUYUAN_ASSIGN_OR_RETURN(author_, AuthorOf(stub_));
    SUYUAN_ASSIGN_OR_RETURN(time_, TransactionTime(stub_));
    document_ = std::move(document);
    SUYUAN_RETURN_IF_ERROR(ReadCandidates());
    for (const Candidate& candidate : candidates_) {
      book_.Begin();
      const absl::Status status = candidate.declaration ? Declare(candidate) : Store(candidate);
      if (status.ok()) continue;
      book_.Undo();
      Refuse(candidate, status);
    }
    return Finish();
  }

 private:
  struct Write {
    EventRecord record;
    const Candidate* candidate = nullptr;
    std::vector<UnitChange> changes;
  };

  CaptureResult& ResultOf(const Candidate& candidate) { return job_.results[candidate.index]; }

  void Refuse(const Candidate& candidate, const absl::Status& status) {
    CaptureResult& result = ResultOf(candidate);
    const std::string path = result.path == "/" ? "" : result.path;
    result.outcome = CaptureOutcome::kRefused;
    result.reason = absl::StrCat(path, "/", status.message());
  }

  absl::Status ReadCandidates() {
    for (size_t i = 0; i < document_.events.size(); ++i) {
      epcis::ReadEventResult& read = document_.events[i];
      job_.results.push_back({read.path, "", CaptureOutcome::kRefused, ""});
      if (!read.event.ok()) {
        job_.results.back().reason = std::string(read.event.status().message());
        continue;
      }
      Candidate candidate;
      candidate.index = i;
      candidate.event = *std::move(read.event);
      const auto hash = epcis::HashEvent(candidate.event, document_.ignored_fields);
      candidate.facts = epcis::FactsOf(candidate.event, hash.uri);
      job_.results.back().hash = hash.uri;
      candidate.declaration = !candidate.event.error.declaration_time.empty();
      candidates_.push_back(std::move(candidate));
    }
    SUYUAN_RETURN_IF_ERROR(FindStored());
    for (Candidate& candidate : candidates_) {
      candidate.stored_before = stored_.count(candidate.facts.hash) > 0;
    }
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return Order(a) < Order(b); });
    return absl::OkStatus();
  }

  // All at once, not a round trip for each.
  absl::Status FindStored() {
    std::set<std::string> hashes;
    for (const Candidate& candidate : candidates_) hashes.insert(candidate.facts.hash);
    const std::vector<std::string> asked(hashes.begin(), hashes.end());
    SUYUAN_ASSIGN_OR_RETURN(std::vector<std::string> texts, FindEventTexts(stub_, asked));
    for (size_t i = 0; i < asked.size(); ++i) {
      if (!texts[i].empty()) stored_[asked[i]] = std::move(texts[i]);
    }
    return absl::OkStatus();
  }

  static std::tuple<bool, int64_t> Order(const Candidate& candidate) {
    if (candidate.declaration && candidate.stored_before) return {false, 0};
    return {true, candidate.facts.time_ms};
  }

  EventRecord RecordOf(const Candidate& candidate) const {
    EventRecord record;
    record.hash = candidate.facts.hash;
    record.tx_id = stub_.GetTxID();
    record.record_time = time_;
    record.author = author_;
    record.prefixes = epcis::ChoosePrefixes({&candidate.event, 1}, document_.prefixes);
    record.ignored_fields = document_.ignored_fields;
    record.event_json = epcis::WriteEventJson(candidate.event, record.prefixes);
    return record;
  }

  absl::Status Store(const Candidate& candidate) {
    const std::string& hash = candidate.facts.hash;
    if (candidate.stored_before || written_.count(hash) > 0) {
      ResultOf(candidate).outcome = CaptureOutcome::kDuplicate;
      return absl::OkStatus();
    }
    SUYUAN_RETURN_IF_ERROR(CheckNames(candidate.facts));
    SUYUAN_ASSIGN_OR_RETURN(const auto declared, DeclarationsOf(hash));
    // What is known to be wrong is kept, but does nothing.
    if (declared.empty()) {
      SUYUAN_RETURN_IF_ERROR(
          ApplyEvent(candidate.event, {author_.msp_id, hash, options_.strict}, &book_));
    }
    ResultOf(candidate).outcome = CaptureOutcome::kStored;
    written_[hash] = writes_.size();
    writes_.push_back({RecordOf(candidate), &candidate, book_.Changes()});
    return absl::OkStatus();
  }

  absl::Status Declare(const Candidate& candidate) {
    const std::string& hash = candidate.facts.hash;
    EventRecord record = RecordOf(candidate);
    SUYUAN_RETURN_IF_ERROR(CheckNames(candidate.facts));
    SUYUAN_ASSIGN_OR_RETURN(const auto declared, DeclarationsOf(hash));
    if (std::count(declared.begin(), declared.end(), record.event_json) > 0) {
      ResultOf(candidate).outcome = CaptureOutcome::kDuplicate;
      return absl::OkStatus();
    }
    SUYUAN_RETURN_IF_ERROR(CheckDeclarer(hash));
    if (declared.empty()) {
      SUYUAN_RETURN_IF_ERROR(TakeBack(hash));
    }
    ResultOf(candidate).outcome = CaptureOutcome::kDeclared;
    declared_here_[hash].push_back(record.event_json);
    writes_.push_back({std::move(record), &candidate, {}});
    return absl::OkStatus();
  }

  // Texts of declarations of this event, in the ledger and so far in this capture.
  absl::StatusOr<std::vector<std::string>> DeclarationsOf(const std::string& hash) {
    std::vector<std::string> out = declared_here_[hash];
    SUYUAN_ASSIGN_OR_RETURN(const auto texts, DeclarationTexts(stub_, hash));
    for (const std::string& text : texts) {
      SUYUAN_ASSIGN_OR_RETURN(EventRecord record, RecordFromText(text));
      out.push_back(std::move(record.event_json));
    }
    return out;
  }

  absl::Status CheckDeclarer(const std::string& hash) {
    const auto stored = stored_.find(hash);
    if (stored == stored_.end()) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(const EventRecord original, RecordFromText(stored->second));
    if (original.author.msp_id == author_.msp_id) return absl::OkStatus();
    return absl::PermissionDeniedError(absl::StrCat("errorDeclaration: ", original.author.msp_id,
                                                    " has captured this event; ", author_.msp_id,
                                                    " can't declare it wrong"));
  }

  absl::Status TakeBack(const std::string& hash) {
    std::vector<UnitChange> changes;
    const auto here = written_.find(hash);
    if (here != written_.end()) {
      changes = writes_[here->second].changes;
    } else {
      SUYUAN_ASSIGN_OR_RETURN(changes, ChangesOf(stub_, hash));
    }
    for (const UnitChange& change : changes) {
      SUYUAN_ASSIGN_OR_RETURN(Unit * unit, book_.Edit(change.after.id));
      if (unit != nullptr) *unit = WithoutChange(*unit, change);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CaptureJob> Finish() {
    const bool refused = std::any_of(
        job_.results.begin(), job_.results.end(),
        [](const CaptureResult& result) { return result.outcome == CaptureOutcome::kRefused; });
    const bool store = !refused || options_.proceed;
    for (CaptureResult& result : job_.results) {
      if (!store && (result.outcome == CaptureOutcome::kStored ||
                     result.outcome == CaptureOutcome::kDeclared)) {
        result.outcome = CaptureOutcome::kRolledBack;
      }
      job_.stored += result.outcome == CaptureOutcome::kStored ? 1 : 0;
      job_.declared += result.outcome == CaptureOutcome::kDeclared ? 1 : 0;
      job_.duplicate += result.outcome == CaptureOutcome::kDuplicate ? 1 : 0;
      job_.refused += result.outcome == CaptureOutcome::kRefused ? 1 : 0;
    }
    job_.success = !refused;
    if (store) {
      SUYUAN_RETURN_IF_ERROR(WriteAll());
    }
    return std::move(job_);
  }

  absl::Status WriteAll() {
    for (const Write& write : writes_) {
      const Candidate& candidate = *write.candidate;
      SUYUAN_RETURN_IF_ERROR(
          candidate.declaration
              ? PutDeclaration(stub_, write.record, candidate.facts)
              : PutEvent(stub_, write.record, candidate.event, candidate.facts, write.changes));
    }
    for (const auto& [id, unit] : book_.Changed()) SUYUAN_RETURN_IF_ERROR(PutUnit(stub_, unit));
    return LapseInspections();
  }

  // What was inspected before its rework must be inspected anew; the key's history keeps the rest.
  absl::Status LapseInspections() {
    for (const Write& write : writes_) {
      for (const UnitChange& change : write.changes) {
        const uint64_t before = change.before ? change.before->reworked : 0;
        if (change.after.reworked <= before) continue;
        SUYUAN_RETURN_IF_ERROR(LapseInspection(stub_, change.after.id, write.record.hash, time_));
      }
    }
    return absl::OkStatus();
  }

  ChaincodeStub& stub_;
  UnitBook book_;
  const CaptureOptions options_;
  EventAuthor author_;
  std::string time_;
  epcis::Document document_;
  std::vector<Candidate> candidates_;
  std::vector<Write> writes_;
  std::map<std::string, size_t> written_;      // events of this capture: place in writes_, by hash
  std::map<std::string, std::string> stored_;  // records that were there, by hash
  std::map<std::string, std::vector<std::string>> declared_here_;
  CaptureJob job_;
};

const char* OutcomeText(CaptureOutcome outcome) {
  switch (outcome) {
    case CaptureOutcome::kStored:
      return "stored";
    case CaptureOutcome::kDuplicate:
      return "duplicate";
    case CaptureOutcome::kDeclared:
      return "declared";
    case CaptureOutcome::kRefused:
      return "refused";
    case CaptureOutcome::kRolledBack:
      return "rolledBack";
  }
  return "";
}

}  // namespace

absl::StatusOr<CaptureOptions> ParseCaptureOptions(absl::string_view text) {
  CaptureOptions options;
  if (text.empty()) return options;
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return absl::InvalidArgumentError("options: is not a JSON object");
  for (const auto& [name, value] : json.items()) {
    if (name == "onError" && (value == "rollback" || value == "proceed")) {
      options.proceed = value == "proceed";
    } else if (name == "strict" && value.is_boolean()) {
      options.strict = value.get<bool>();
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "options: ", name.substr(0, 40),
          ": is neither onError (\"rollback\", \"proceed\") nor strict (true, false)"));
    }
  }
  return options;
}

std::string ResultToText(const CaptureResult& result) {
  Json json{{"event", result.path}};
  if (!result.hash.empty()) json["eventHash"] = result.hash;
  json["result"] = OutcomeText(result.outcome);
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<epcis::Document> ReadForCapture(absl::string_view document) {
  epcis::DocumentLimits limits;
  limits.max_bytes = kMaxDocumentBytes;
  limits.max_depth = kMaxDocumentDepth;
  limits.max_events = kMaxEventsPerCapture;
  limits.max_nodes = 400'000;
  return epcis::ReadDocument(document, limits);
}

absl::StatusOr<CaptureJob> CaptureDocument(ChaincodeStub& stub, World* world,
                                           absl::string_view document,
                                           const CaptureOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(epcis::Document read, ReadForCapture(document));
  if (read.events.empty()) return absl::InvalidArgumentError("document: holds no event");
  return Capture(&stub, world, options).Run(std::move(read));
}

}  // namespace suyuan
