// Contract AntiCounterfeit: batches of codes as commitments, their activation, and
// consumers' scans.
//
// A code never enters arguments or public state: it travels as transient data with
// the salt and proof that bind it to its batch (codes.h):
//   code   decimal digits
//   salt   hex, 16 bytes
//   proof  hex, the Merkle siblings
//   place  JSON {"region": GB/T 2260 code, "source"?: text}, for RecordScan
// The gateway of the issuer, which holds the batch, adds all but the place.
//
// A scan is written blind to ONE key a code, scan/LEAF: no transaction reads that
// key, so scans never conflict however many hit one code, and the key's history is
// the ledger's order of them. First scan, count and limit follow from that history.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class AntiCounterfeit : public Contract {
 public:
  AntiCounterfeit();

 private:
  // Commits to `count` codes (at most 100,000,000) of an approved product of the
  // client's organisation; `root` is hex. `scanLimit` scans pass without a warning.
  absl::Status IssueCodes(TransactionContext& tx, const std::string& batch, const std::string& gtin,
                          uint64_t count, int32_t length, const std::string& root,
                          const std::string& public_key_pem, int64_t scan_limit) const;
  // Binds indexes [from, to] to a lot of the batch's product, which an event has made (Events) or
  // which is a registered batch (Batches); each index once. `lot` is its number, or its identifier
  // in any form.
  absl::Status Activate(TransactionContext& tx, const std::string& batch, uint64_t from,
                        uint64_t to, const std::string& lot) const;
  // The issuer's, downwards only; scans made so far stay counted.
  absl::Status SetScanLimit(TransactionContext& tx, const std::string& batch,
                            int64_t scan_limit) const;
  absl::StatusOr<nlohmann::json> GetBatch(TransactionContext& tx, const std::string& batch) const;
  // {"state":"recorded" or "unknown","diverted":bool,"txId"}. An unknown code leaves
  // no record. Ask Verify with the txId, once committed, for the verdict.
  absl::StatusOr<nlohmann::json> RecordScan(TransactionContext& tx, const std::string& batch,
                                            uint64_t index) const;
  // The verdict of verification.h with "lot" (canonical), "product" and "batch" when activated.
  // `scan_tx` is the transaction id of the caller's own scan, or empty.
  absl::StatusOr<nlohmann::json> Verify(TransactionContext& tx, const std::string& batch,
                                        uint64_t index, const std::string& scan_tx) const;
};

}  // namespace suyuan
