#include "chaincode/contracts/trace/anticounterfeit/scanner.h"

#include <array>

#include "absl/strings/match.h"
#include "chaincode/contracts/trace/caller.h"

namespace suyuan {

Scanner ScannerOf(const TransactionContext& tx) {
  const auto caller = CallerOf(tx);
  if (!caller.ok()) return Scanner::kConsumer;  // a certificate that says nothing
  if (caller->roles.count("inspector")) return Scanner::kInspector;
  for (const std::string& role : caller->roles) {
    if (absl::StartsWith(role, "dealer:")) return Scanner::kDealer;
  }
  return caller->roles.count("staff") ? Scanner::kWarehouse : Scanner::kConsumer;
}

absl::string_view ScannerName(Scanner scanner) {
  constexpr std::array<absl::string_view, 4> kNames = {"consumer", "warehouse", "dealer",
                                                       "inspector"};
  return kNames[static_cast<size_t>(scanner)];
}

}  // namespace suyuan
