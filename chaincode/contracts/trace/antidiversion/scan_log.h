// Scans of goods that were sent to dealers, each a record of its own.
//
// scan-of-dealer/DEALER/TIME/TX and scan-of-issuer/MSP/TIME/TX hold the same record. They are
// written blind: scans never meet, and which came first is the ledger's order.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "chaincode/contracts/trace/antidiversion/holding.h"
#include "chaincode/contracts/trace/antidiversion/scan_place.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

struct LoggedScan {
  std::string tx_id;
  std::string time;                             // RFC 3339, as the client's channel header has it
  std::string thing;                            // "BATCH#INDEX", or a unit
  std::string issuer, owner;                    // MSP ids
  std::string product, dealer, shipment, home;  // home: provinces of the area, "330000+310000"
  ScanPlace place;  // "device" stands for a device at this dealer's goods alone
  Fit fit = Fit::kUndecided;
  // Who scanned (scanner.h): "" a consumer, "dealer:ID" who speaks for a dealer of the goods' way,
  // "staff" any other. Such scans count for nothing but as signs of where goods are.
  std::string staff;
};
void to_json(nlohmann::json& json, const LoggedScan& scan);
//   kInternal  not a scan
absl::StatusOr<LoggedScan> ScanFromJson(const nlohmann::json& json);

// What RecordScan of a proven code calls: writes the scan when its index was sent to a dealer, and
// nothing when not. True, and event "DiversionAlert", when a consumer scanned it where that dealer
// may not sell.
absl::StatusOr<bool> NoteCodeScan(TransactionContext& tx, const std::string& batch, uint64_t index,
                                  const ScanPlace& place);
// The same of a unit. Nothing proves such a scan: it is the word of the issuer, the owner of the
// dealers, a supervisor, or a dealer that has had it.
//   kNotFound          it was not sent to any dealer
//   kPermissionDenied  the client is of none of them
absl::StatusOr<bool> NoteUnitScan(TransactionContext& tx, const std::string& unit,
                                  const ScanPlace& place);

// A window of one dealer's or issuer's scans, in the order of their times.
struct ScanWindow {
  bool of_issuer = false;
  std::string of;          // dealer's id, or MSP id
  absl::Time from, until;  // until: not included
};
// All of them, within a transaction that may write.
//   kResourceExhausted  over `limit`
absl::StatusOr<std::vector<LoggedScan>> ReadScans(ChaincodeStub& stub, const ScanWindow& window,
                                                  size_t limit);
// Calls `each` with up to `limit` of them from `bookmark` on, until it returns false; returns the
// next bookmark, empty at the end. For queries alone.
absl::StatusOr<std::string> PageScans(ChaincodeStub& stub, const ScanWindow& window,
                                      const std::string& bookmark, size_t limit,
                                      const std::function<bool(const LoggedScan&)>& each);
absl::StatusOr<bool> HasScansSince(ChaincodeStub& stub, const std::string& dealer, absl::Time time);

}  // namespace suyuan
