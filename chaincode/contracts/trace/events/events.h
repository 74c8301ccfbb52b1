// Contract Events: capture of EPCIS 2.0 events, and questions about them.
//
// Texts of JSON are results as they stand; amounts and sensor values in them are decimal.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class Events : public Contract {
 public:
  Events();

 private:
  // `document`: JSON-LD (or XML) as epcis::ReadDocument() reads it, at most 2 MiB and 1000 events;
  // empty: transient value "document" (the ledger then holds the events, not the document).
  // `options`: capture.h. Result:
  //   {"results":[{"event","eventHash"?,"result","reason"?}],
  //    "job":{"captureID","createdAt","finishedAt","running":false,"success","captureErrorBehaviour",
  //           "errors":[{"event","reason"}],"stored","declared","duplicate","refused"}}
  // result: stored, declared, duplicate, refused, rolledBack. A capture whose events are refused is
  // a transaction like any other: the job is what it leaves. Event "Capture" with the job.
  absl::StatusOr<std::string> Capture(TransactionContext& tx, const std::string& document,
                                      const std::string& options) const;
  // The job of transaction `captureID`.
  absl::StatusOr<std::string> GetJob(TransactionContext& tx, const std::string& capture_id) const;
  // {"record","declarations":[records]}: record as event_store.h says.
  //   kNotFound  neither an event nor a declaration of one
  absl::StatusOr<std::string> GetEvent(TransactionContext& tx, const std::string& hash) const;
  // The records of at most 1000 hashes, in their order; null where there is none.
  absl::StatusOr<std::string> GetEvents(TransactionContext& tx, const JsonArray& hashes) const;
  // `filters`: event_query.h; `bookmark`: of the page before, or empty.
  // {"events":[{"record","wrong":bool}],"bookmark"}; the bookmark is empty at the end.
  absl::StatusOr<std::string> Query(TransactionContext& tx, const JsonObject& filters,
                                    const std::string& bookmark) const;

  // `direction`: forward, backward, path, all. `without`: transactions not to look at.
  // {"root","nodes":[{"id","epc"}],"edges":[{"from","to","event","reason"}],
  //  "events":[{"eventHash","eventTime","txId"}],"transactions":[all that the answer rests on]}
  //   kResourceExhausted  more than 100,000 units
  absl::StatusOr<std::string> Trace(TransactionContext& tx, const std::string& direction,
                                    const std::string& epc, const JsonArray& without) const;

  // The same in a third of the bytes or less, for programs and large traces: edges by number.
  // "ids", "epcs", "edges", "reasons", "hashes", "times" as epcis::TraceNumbersJson(); the root is
  // the first id.
  // {..., "txs":[of each event, a place in "transactions"],"transactions"}
  absl::StatusOr<std::string> TraceNumbers(TransactionContext& tx, const std::string& direction,
                                           const std::string& epc, const JsonArray& without) const;

  // What the ledger keeps of it (unit.h), and who holds it by what it is in:
  // {"unit":{...},"holder","sent","to","within":[...]}
  absl::StatusOr<std::string> GetUnit(TransactionContext& tx, const std::string& epc) const;

  // Is its source known, its destination, who is responsible? With what was special upstream.
  // "responsible" is true of every item and lot that the ledger keeps, sold and ended ones too, for
  // an event says who had it last; false of what events have only named.
  // {"unit","source":bool,"withoutSource":[units],"destination":bool,"underWay":[texts],
  //  "responsible":bool,"score":0 to 100,"special":[{"eventHash","text"}],"reworked"}
  absl::StatusOr<nlohmann::json> Report(TransactionContext& tx, const std::string& epc) const;
  // Units with a link missing: {"units":[{"unit","epc","missing":["source","destination",
  // "responsible","amount"]}],"bookmark"}; a page holds what 1000 units gave.
  absl::StatusOr<nlohmann::json> BrokenLinks(TransactionContext& tx,
                                             const std::string& bookmark) const;

  // A party's identifier (GLN, party URI) is the client's organisation: what is shipped to it can
  // be received by that organisation alone. Once; another organisation's claim is refused.
  absl::Status ClaimParty(TransactionContext& tx, const std::string& party) const;
  // {"party","mspId"}
  absl::StatusOr<nlohmann::json> GetParty(TransactionContext& tx, const std::string& party) const;
};

}  // namespace suyuan
