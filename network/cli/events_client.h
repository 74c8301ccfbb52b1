// The contract Events, as typed calls through a gateway.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/epcis/event.h"
#include "chaincode/epcis/lineage.h"
#include "network/cli/gateway_session.h"

namespace suyuan {

// An event as the ledger gives it back.
struct RecordedEvent {
  std::string hash, tx_id, author_msp_id, author_id;
  bool wrong = false;  // was declared so
  epcis::Event event;  // its record_time is that of the record
  std::map<std::string, std::string> prefixes;
  std::vector<std::string> ignored_fields;
};

// What a capture said: one JSON line for each event, then the job.
struct CaptureAnswer {
  std::vector<std::string> results;
  std::string job;
  bool success = false;
};

struct RecordedTrace {
  epcis::Trace trace;
  std::map<std::string, std::string> transactions;  // of its events, by hash
};

// Thread-compatible. Errors are the gateway's, see sdk/error.h.
class EventsClient {
 public:
  explicit EventsClient(const GatewaySession* session)
      : session_(*session), contract_(session->contract("Events")) {}

  // Waits until it is committed. A capture that meets another one of the same units or events
  // (MVCC_READ_CONFLICT) is made again, three times at most: an event has one identity.
  absl::StatusOr<CaptureAnswer> Capture(const std::string& document, const std::string& options);

  struct Page {
    std::vector<RecordedEvent> events;
    std::string bookmark;  // empty: that was all
  };
  // `filters`: JSON, as the contract's Query().
  absl::StatusOr<Page> Query(const std::string& filters, const std::string& bookmark);
  // In the order of `hashes`.
  absl::StatusOr<std::vector<RecordedEvent>> GetEvents(const std::vector<std::string>& hashes);

  // At block `at`, or now. At a block: what transactions of later blocks recorded counts as not
  // there. The contract can't tell a transaction's block, but says which ones its answer rests on;
  // where these are is asked of the gateway, and the question put again without the later ones,
  // until none is left. The same answer whenever and of whomever it is asked.
  //   kOutOfRange  there is no such block yet
  absl::StatusOr<RecordedTrace> Trace(epcis::Direction direction, const std::string& epc,
                                      std::optional<uint64_t> at);

 private:
  struct Answer {
    RecordedTrace trace;
    std::vector<std::string> rests_on;
  };
  absl::StatusOr<Answer> AskTrace(epcis::Direction direction, const std::string& epc,
                                  const std::set<std::string>& without);
  absl::Status AwaitBlock(uint64_t number);
  absl::StatusOr<uint64_t> BlockOf(const std::string& transaction);

  const GatewaySession& session_;
  const sdk::Contract contract_;
  std::map<std::string, uint64_t> blocks_;  // of transactions
};

// One JSON object: the event with `prefixes`, led by its hash, transaction and author.
std::string RecordedEventJson(const RecordedEvent& event,
                              const std::map<std::string, std::string>& prefixes);

}  // namespace suyuan
