// What the ledger itself needs to read out of a stored transaction.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/ledger/rwset.h"

namespace suyuan::ledger {

struct StoredTransaction {
  std::string tx_id;
  absl::Time timestamp;
  // Null unless it is an endorser transaction.
  std::shared_ptr<const TxRwSet> rwset;
};

//   kInvalidArgument  names the layer that is malformed
absl::StatusOr<StoredTransaction> ReadTransaction(absl::string_view envelope_bytes);
// The channel header's id alone; empty when it cannot be read.
std::string ReadTxId(absl::string_view envelope_bytes);

}  // namespace suyuan::ledger
