// Contract AntiCounterfeit: batches of codes as commitments, their activation, scans, and what
// whoever scans is told.
//
// A code never enters arguments or public state: it travels as transient data with
// the salt and proof that bind it to its batch (chaincode/codes/codes.h):
//   code   decimal digits
//   salt   hex, 16 bytes
//   proof  hex, the Merkle siblings
//   inner, innerSalt, innerProof   the same of the covered code, of items that have one
//   place  JSON, for RecordScan: antidiversion/scan_place.h
//   channel  "web", "app", "phone", "sms", "reader"; may be left out
// The gateway of the issuer, which holds the batch, adds salts and proofs; the platform makes the
// device's hash, whose key it keeps.
//
// A scan is written blind to ONE key a code, scan/LEAF: no transaction that writes reads that
// key, so scans never conflict however many hit one code, and the key's history is
// the ledger's order of them. First scan, count and limit follow from that history
// (verification.h). Who scans, a consumer or staff, comes from the certificate (scanner.h).
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class AntiCounterfeit : public Contract {
 public:
  AntiCounterfeit();

 private:
  // Commits to `count` codes (at most 100,000,000) of an approved product of the
  // client's organisation; `root` is hex. `scanLimit` scans pass without a warning. The key that
  // the codes come from is the batch's own: issuers change keys from batch to batch.
  absl::Status IssueCodes(TransactionContext& tx, const std::string& batch, const std::string& gtin,
                          uint64_t count, int32_t length, const std::string& root,
                          const std::string& public_key_pem, int64_t scan_limit) const;
  // Commits to a covered code for each of them, of 15, 17 or 21 digits or a verification code of
  // 6; once, before the first is activated. From then on the open code is for tracing.
  absl::Status IssueInnerCodes(TransactionContext& tx, const std::string& batch, int32_t length,
                               const std::string& root) const;
  // Binds indexes [from, to] to a lot of the batch's product, which an event has made (Events) or
  // which is a registered batch (Batches); each index once. `lot` is its number, or its identifier
  // in any form.
  absl::Status Activate(TransactionContext& tx, const std::string& batch, uint64_t from,
                        uint64_t to, const std::string& lot) const;
  // The issuer's, downwards only; scans made so far stay counted. ScanPolicies has more.
  absl::Status SetScanLimit(TransactionContext& tx, const std::string& batch,
                            int64_t scan_limit) const;
  // What a checker looks for on the label: {"pattern"?,"ink"?,"layer"?,"image"?: SHA-256,
  // "conformity"?: number of the report, "conformityHash"?: SHA-256 of it}. By the issuer.
  absl::Status DescribeLabel(TransactionContext& tx, const std::string& batch,
                             const JsonObject& label) const;
  // With "label" when there is one.
  absl::StatusOr<nlohmann::json> GetBatch(TransactionContext& tx, const std::string& batch) const;

  // {"state","early":bool,"diverted":bool,"txId"}; state "recorded", "wrong-code", or "unknown",
  // which leaves no record. Early is a scan before activation, which does not count. Ask Verify
  // with the txId, once committed, for the verdict.
  // Events: RecordScan, UnknownCode, WrongCode, EarlyScan, DiversionAlert.
  absl::StatusOr<nlohmann::json> RecordScan(TransactionContext& tx, const std::string& batch,
                                            uint64_t index) const;
  // Two results apart:
  //   "authenticity": the verdict of verification.h, "prompt", "promptEn"
  //   "trace": {"state" (of lot_state.h, "unknown" or "not-activated"), "product","batch","lot",
  //             "expiresOn"?,"prompt","promptEn"}
  // with "alerts" (AlertsOf()), "scanner", "label"?; for staff also "code": {"index","state",
  // "policy"}, for inspectors "score" and "scans". `scan_tx` is the transaction id of the caller's
  // own scan, or empty.
  absl::StatusOr<nlohmann::json> Verify(TransactionContext& tx, const std::string& batch,
                                        uint64_t index, const std::string& scan_tx) const;
  // Puts the alerts of a scan on record: event CodeAlert, with the evidence. Who asks proves the
  // code as for Verify; what is decided is what the ledger knew at that scan.
  //   kFailedPrecondition  nothing to alert of      kAlreadyExists  it is on record
  //   kUnavailable  the scan is not on this peer yet: try again
  absl::StatusOr<nlohmann::json> Alert(TransactionContext& tx, const std::string& batch,
                                       uint64_t index, const std::string& scan_tx) const;
  // Of a batch, by the scans' transaction ids.
  absl::StatusOr<nlohmann::json> GetAlerts(TransactionContext& tx, const std::string& batch) const;
};

}  // namespace suyuan
