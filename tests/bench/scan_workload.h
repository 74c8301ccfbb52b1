// Consumers' scans: a batch of codes on the ledger, then RecordScan of one code after
// the other, or always of the same.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/codes/codes.h"
#include "sdk/gateway.h"
#include "tests/bench/driver.h"
#include "tests/support/test_network.h"

namespace suyuan::bench {

class ScanWorkload {
 public:
  static constexpr uint64_t kCodes = 10'000;

  // Registers a product, issues and activates its codes.
  static absl::StatusOr<std::unique_ptr<ScanWorkload>> Prepare(const TestNetwork& network,
                                                               sdk::Gateway& producer);

  // `one_code`: everybody scans code 0.
  Operation MakeOperation(bool one_code) const;

 private:
  ScanWorkload(sdk::Contract contract, std::string seed, CodeBatch codes)
      : contract_(std::move(contract)), seed_(std::move(seed)), codes_(std::move(codes)) {}
  sdk::ProposalOptions Scan(uint64_t code) const;

  const sdk::Contract contract_;
  const std::string seed_;
  const CodeBatch codes_;
};

}  // namespace suyuan::bench
