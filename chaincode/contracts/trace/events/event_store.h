// Events in the ledger: records and the indexes by which they are found again. Each has keys of
// its own, and all but record and units are written blind, so that captures of different events
// meet only where they move the same unit.
//
//   event/HASH                      the record, as RecordToText()
//   facts/HASH                      "TX FACTS" (epcis::FactsToText) of an event of many units
//   change/HASH                     what it did to units, so that it can be taken back
//   declaration~HASH~TX             a declaration that it was wrong, as a record
//   name~NAME~TIME~HASH             by unit or transformation: "TX FACTS", or "TX" of many units
//   name~NAME~TIME~HASH~TX          a declaration that it was wrong
//   by~FIELD~VALUE~TIME~HASH        by author, bizLocation, bizStep, disposition, lotNumber,
//                                   readPoint, type; FIELD "time", VALUE "all": every event
//   special/HASH                    the text of its special process, where it has one
//   unit/ID                         what is known of a unit (unit.h), rewritten by each event
//   capture/TX                      the job of one capture
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/contracts/trace/events/unit.h"
#include "chaincode/epcis/event.h"
#include "chaincode/epcis/event_facts.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct EventAuthor {
  std::string msp_id;
  std::string id;  // "x509::SUBJECT::ISSUER"; "sha256:HEX" of a creator without such a certificate
};
absl::StatusOr<EventAuthor> AuthorOf(const ChaincodeStub& stub);

// An event as it was captured. When it happened is in the event itself; when it was recorded is
// the time that the transaction claims; where is its transaction's place in a block.
struct EventRecord {
  std::string hash;
  std::string tx_id;
  std::string record_time;  // RFC 3339, UTC
  EventAuthor author;
  std::string event_json;                       // one JSON-LD object
  std::map<std::string, std::string> prefixes;  // of its namespaces
  std::vector<std::string> ignored_fields;      // that its hash does not count
};

// {"eventHash","txId","recordTime","author":{"mspId","id"},
//  "namespaces":[[namespace, prefix]],"ignoredFields"?,"event"}
std::string RecordToText(const EventRecord& record);
//   kInternal  not a record
absl::StatusOr<EventRecord> RecordFromText(absl::string_view text);

// The record's text, empty when there is none.
absl::StatusOr<std::string> FindEventText(ChaincodeStub& stub, absl::string_view hash);
// Of each of `hashes`, in their order.
absl::StatusOr<std::vector<std::string>> FindEventTexts(ChaincodeStub& stub,
                                                        absl::Span<const std::string> hashes);

// Fields by which events are found (EventQuery), beside units.
struct IndexEntry {
  std::string field;
  std::string value;
};

// Text of the event's extension {https://suyuan.example/ns/}specialProcess: a deviation or a
// concession that concerns all that is made of these units. Empty: none.
absl::StatusOr<std::string> FindSpecialProcess(ChaincodeStub& stub, absl::string_view hash);

// kInvalidArgument "FIELD: rule" when a name can't be in a key: too long, or with a character that
// keys can't hold.
absl::Status CheckNames(const epcis::EventFacts& facts);

absl::Status PutEvent(ChaincodeStub& stub, const EventRecord& record, const epcis::Event& event,
                      const epcis::EventFacts& facts, const std::vector<UnitChange>& changes);
// The declaration stands beside the event, and takes it out of every trace.
absl::Status PutDeclaration(ChaincodeStub& stub, const EventRecord& record,
                            const epcis::EventFacts& facts);
// Records of the declarations that the event was wrong, by transaction.
absl::StatusOr<std::vector<std::string>> DeclarationTexts(ChaincodeStub& stub,
                                                          const std::string& hash);
// What the event did; empty when it is not known.
absl::StatusOr<std::vector<UnitChange>> ChangesOf(ChaincodeStub& stub, absl::string_view hash);

// Milliseconds as text that sorts as they do.
std::string SortableTime(int64_t milliseconds);

absl::StatusOr<std::optional<Unit>> FindUnit(ChaincodeStub& stub, const std::string& id);
absl::Status PutUnit(ChaincodeStub& stub, const Unit& unit);

}  // namespace suyuan
