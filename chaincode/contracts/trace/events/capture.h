// Capturing a document of events: which are stored, which are there already, which are refused
// and why. All or none of them (rollback), or all that may be (proceed).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/epcis/document.h"

namespace suyuan {

struct CaptureOptions {
  bool proceed = false;
  bool strict = false;  // units that no event here has made are refused (event_rules.h)
};
// {"onError": "rollback" | "proceed", "strict": bool}; an empty text: the defaults.
//   kInvalidArgument  names the field
absl::StatusOr<CaptureOptions> ParseCaptureOptions(absl::string_view text);

enum class CaptureOutcome {
  kStored,
  kDuplicate,   // was there already, in the ledger or in this document: nothing new
  kDeclared,    // a declaration that an event was wrong: stored beside it
  kRefused,     // see `reason`
  kRolledBack,  // could have been stored, were it not for another one
};

struct CaptureResult {
  std::string path;  // in the document
  std::string hash;  // empty: refused before it had one
  CaptureOutcome outcome = CaptureOutcome::kRefused;
  std::string reason;  // "path of the field: rule"
};

struct CaptureJob {
  std::vector<CaptureResult> results;  // in the document's order
  size_t stored = 0, declared = 0, duplicate = 0, refused = 0;
  bool success = false;  // nothing was refused
};

// Reads and writes by `stub`; rules see `world`. Events are judged by their time, and those of one
// time in the document's order, so that the document's order does not matter; declarations of
// events in the ledger come first, so that what corrects them finds what they took.
//   kInvalidArgument, kResourceExhausted  no document of events, or too large: nothing is stored
absl::StatusOr<CaptureJob> CaptureDocument(ChaincodeStub& stub, World* world,
                                           absl::string_view document,
                                           const CaptureOptions& options);

// As epcis::ReadDocument(), within the limits of one capture: 2 MiB, 1000 events, 40 levels.
absl::StatusOr<epcis::Document> ReadForCapture(absl::string_view document);

// One result as JSON: {"event","eventHash"?,"result","reason"?}.
std::string ResultToText(const CaptureResult& result);

}  // namespace suyuan
