// As what somebody scans, by the certificate: never by the word of the caller.
#pragma once

#include "absl/strings/string_view.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// By the certificate's attribute "role": "inspector", "dealer:ID", "staff"; a consumer is whoever
// has none of these. Scans of others than consumers don't count.
enum class Scanner { kConsumer, kWarehouse, kDealer, kInspector };
Scanner ScannerOf(const TransactionContext& tx);
absl::string_view ScannerName(Scanner scanner);  // "consumer", "warehouse", "dealer", "inspector"

}  // namespace suyuan
