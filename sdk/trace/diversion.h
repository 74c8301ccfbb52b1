// Dealers and diversion (contracts Dealers and AntiDiversion). Threads, copies and errors as
// registration.h says. Regions are GB/T 2260 codes; pages follow each other by bookmark, "" first
// and at the end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

struct DealerTerms {
  std::vector<std::string> regions;  // where it may sell
  std::vector<std::string> borders;  // neighbours in which scans are put up with
  std::string edition;               // of the codes; "" not told
  std::string from, until;           // days of the contract; "" open
};
struct DealerInfo {
  std::string id, name;
  std::string parent;        // "" first level
  std::string organization;  // MSP id of the dealer; "" no member
  DealerTerms terms;
  std::string owner, registrant;  // MSP ids, as the ledger tells them
};
struct DealerList {
  std::vector<DealerInfo> dealers;
  std::string bookmark;
};

struct CodeRange {
  std::string batch;
  uint64_t from = 0, to = 0;  // inclusive
};
struct ShippedGoods {
  std::vector<CodeRange> codes;
  std::vector<std::string> units;  // identifiers in any form
};
struct ShipmentInfo {
  std::string id, issuer, from, dealer;    // from: "" the issuer
  std::map<std::string, uint64_t> counts;  // pieces by GTIN-14, "units" without
  std::string shipped_at, received_at;     // RFC 3339; "" not received
};
struct StockLine {
  uint64_t in = 0, received = 0, out = 0;
  int64_t stock = 0;
};

class Dealers {
 public:
  explicit Dealers(CallsPtr calls) : calls_(std::move(calls)) {}

  // Owner and registrant are not looked at.
  absl::StatusOr<Recorded> Register(const DealerInfo& dealer) const;
  // Below another parent; its terms stay.
  absl::StatusOr<Recorded> Move(const std::string& dealer, const std::string& parent) const;
  absl::StatusOr<Recorded> SetTerms(const std::string& dealer, const std::string& parent,
                                    const DealerTerms& terms) const;
  absl::StatusOr<DealerInfo> Get(const std::string& dealer) const;
  // Oldest first.
  absl::StatusOr<std::vector<DealerInfo>> GetHistory(const std::string& dealer) const;
  absl::StatusOr<DealerList> List(const std::string& parent,
                                  const std::string& bookmark = "") const;

  absl::StatusOr<Recorded> Ship(const std::string& shipment, const ShippedGoods& goods,
                                const std::string& dealer) const;
  absl::StatusOr<Recorded> Receive(const std::string& shipment) const;
  absl::StatusOr<ShipmentInfo> GetShipment(const std::string& shipment) const;
  // The dealer that has a code; "" none.
  absl::StatusOr<std::string> GetHolder(const std::string& batch, uint64_t index) const;
  // By product, as ShipmentInfo::counts.
  absl::StatusOr<std::map<std::string, StockLine>> GetStock(const std::string& dealer) const;

 private:
  CallsPtr calls_;
};

struct DiversionRule {
  bool by_dealer = false;      // all goods of the dealer's; else each shipment
  bool by_prefecture = false;  // else by province
  int64_t window_days = 30, min_scans = 3, min_things = 1, min_devices = 3;
  int64_t min_share_per_mille = 50;
  std::string effective;  // RFC 3339; "" at once
};
struct DiversionFinding {
  std::string region;
  int64_t scans = 0, things = 0, devices = 0, share_per_mille = 0;
  bool diverted = false;
  std::vector<std::string> lacks;
  std::string case_id;  // "" not diverted
};
struct DiversionCheck {
  std::string shipment, dealer;
  std::vector<DiversionFinding> findings;
  std::string last_holder;  // dealer; "" the issuer
  uint64_t level = 0;       // of it in the way of the goods; 0 the issuer
};
struct DiversionCase {
  std::string id, issuer, dealer, shipment, region, state, opened_at;
};
struct DiversionCases {
  std::vector<DiversionCase> cases;
  std::string bookmark;
};
struct ScanFilter {
  std::string issuer, dealer, product, shipment, region, fit, from, before;  // "" any
  bool by_month = false;                                                     // statistics
};
struct DiversionCount {
  std::string period, dealer, product, home, region;
  uint64_t scans = 0, outside = 0, staff = 0;
};

class Diversion {
 public:
  explicit Diversion(CallsPtr calls) : calls_(std::move(calls)) {}

  absl::StatusOr<Recorded> SetRule(const DiversionRule& rule) const;
  // `as_of` RFC 3339; "" now.
  absl::StatusOr<RecordedResult<DiversionCheck>> Check(const std::string& shipment,
                                                       const std::string& as_of = "") const;
  absl::StatusOr<DiversionCheck> Preview(const std::string& shipment,
                                         const std::string& as_of = "") const;
  // `state` "" any.
  absl::StatusOr<DiversionCases> GetCases(const std::string& state = "",
                                          const std::string& bookmark = "") const;
  // `state`: checked, confirmed, dismissed, closed.
  absl::StatusOr<Recorded> Decide(const std::string& case_id, const std::string& state,
                                  const std::string& reason) const;
  // JSON, to be kept as a file.
  absl::StatusOr<std::string> GetEvidence(const std::string& case_id) const;
  // All pages of a window added up.
  //   kResourceExhausted  over `max_pages` of them, of 2000 scans each
  absl::StatusOr<std::vector<DiversionCount>> GetStatistics(const ScanFilter& filter,
                                                            int max_pages = 100) const;

 private:
  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
