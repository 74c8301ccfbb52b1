// Trace codes (contracts AntiCounterfeit, ScanPolicies and CodeStates). Threads, copies and errors
// as registration.h says. Codes are secret: they go to endorsers as transient data, with what
// proves them, and never into arguments. Who makes and keeps them is the issuer.
//
//   trace::Codes codes(calls);
//   auto scan = codes.RecordScan("b1", 7, proof, {{"region", "330106"}, {"source", "ip"}});
//   auto answer = codes.Verify("b1", 7, proof, scan->at.transaction_id);
//   if (!answer->alerts.empty()) codes.Alert("b1", 7, proof, scan->at.transaction_id);
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

struct CodeBatch {
  std::string batch;
  std::string gtin;
  uint64_t count = 0;
  int length = 0;          // 15, 17 or 21 digits
  std::string root;        // hex, of the Merkle tree over the codes
  std::string public_key;  // PEM, that they come from
  int64_t scan_limit = 5;
  // Of the covered codes; 0 none, else 6, 15, 17 or 21 digits.
  int inner_length = 0;
  std::string inner_root;
  std::string issuer;  // MSP id; answers alone
};

// What shows that a code is one of a batch. Salts are 16 bytes, proofs the Merkle siblings, in hex.
struct CodeProof {
  std::string code, salt, proof;
  std::string inner, inner_salt, inner_proof;  // of the covered code; "" it was not read
  std::string channel;                         // web, app, phone, sms, reader; "" not told
};

struct ScanReceipt {
  std::string state;  // recorded, wrong-code, unknown
  bool early = false;
  bool diverted = false;  // outside of where its dealer may sell
};

// Two results apart: a known trace does not vouch for the item.
struct CodeAnswer {
  std::string state;  // first, repeated, over-limit, frozen, ... (verification.h of the contracts)
  uint64_t ordinal = 0, count = 0;
  int64_t limit = 0, left = 0;
  std::string first_time;         // RFC 3339
  std::string prompt, prompt_en;  // for consumers; safe in a page
  std::string trace_state;        // known, held, recalled, expired, not-activated, unknown
  std::string product, lot;
  std::string trace_prompt, trace_prompt_en;
  std::vector<std::string> alerts;
  std::string scanner;  // consumer, warehouse, dealer, inspector
  Fields whole;         // with what staff are told
};

class Codes {
 public:
  explicit Codes(CallsPtr calls) : calls_(std::move(calls)) {}

  // Of an approved product of one's own. Covered codes are a transaction of their own, the last
  // one, which the answer names.
  absl::StatusOr<Recorded> Issue(const CodeBatch& batch) const;
  // Indexes [from, to], both inclusive, onto a lot of the product.
  absl::StatusOr<Recorded> Activate(const std::string& batch, uint64_t from, uint64_t to,
                                    const std::string& lot) const;
  // `state`: opened, returned or revoked.
  absl::StatusOr<Recorded> Mark(const std::string& batch, uint64_t from, uint64_t to,
                                const std::string& state, const std::string& reason) const;
  // Returned items get as many codes of `new_batch` from `new_from` on.
  absl::StatusOr<Recorded> Reissue(const std::string& batch, uint64_t from, uint64_t to,
                                   const std::string& new_batch, uint64_t new_from,
                                   const std::string& reason) const;
  // `level`: issuer, product, batch or code; `subject`: MSP id, GTIN, batch, or "BATCH/INDEX".
  // `policy`: "scanLimit", "foldSeconds", "freezeScore", "traceOnly", "prompts".
  absl::StatusOr<Recorded> SetPolicy(const std::string& level, const std::string& subject,
                                     const Fields& policy) const;
  absl::StatusOr<CodeBatch> Get(const std::string& batch) const;

  // `place`: {"region", "source"?, "device"?}, the device as a keyed hash.
  absl::StatusOr<RecordedResult<ScanReceipt>> RecordScan(const std::string& batch, uint64_t index,
                                                         const CodeProof& proof,
                                                         const Fields& place) const;
  // `scan`: transaction id of one's own scan, or "" for a look.
  absl::StatusOr<CodeAnswer> Verify(const std::string& batch, uint64_t index,
                                    const CodeProof& proof, const std::string& scan) const;
  // Puts the alerts of a scan on record. The value is the record.
  absl::StatusOr<RecordedResult<Fields>> Alert(const std::string& batch, uint64_t index,
                                               const CodeProof& proof,
                                               const std::string& scan) const;
  absl::StatusOr<std::vector<Fields>> GetAlerts(const std::string& batch) const;

 private:
  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
