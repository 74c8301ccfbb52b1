// The demo's chapters. Each tells what it does, checks that it went as it should, and
// returns an error only when the story cannot go on.
#pragma once

#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scripts/demo/alliance.h"
#include "scripts/demo/code_desk.h"
#include "scripts/demo/epcis.h"
#include "scripts/demo/sales.h"
#include "scripts/demo/story.h"
#include "tests/support/test_network.h"

namespace suyuan::demo {

struct Stage {
  const TestNetwork& network;
  const Alliance& alliance;
  const EpcisDocument& epcis;
  const Sales& sales;
  Story& story;

  // "通达食品配送 Tongda Food Distribution", or the MSP id itself when unknown.
  std::string PartyName(const std::string& msp_id) const;
  // Expects the endorsers to refuse with an error that holds `reason`.
  void ExpectRefused(const Call& call, absl::string_view reason) const;
  const std::string& BrandOwner() const { return epcis.parties.front().msp_id; }
  const std::string& Regulator() const { return epcis.parties.back().msp_id; }
};

absl::Status RegisterProducts(const Stage& stage);
absl::Status ReplayEvents(const Stage& stage);
absl::StatusOr<std::unique_ptr<CodeDesk>> IssueCodes(const Stage& stage);
absl::Status ScanCodes(const Stage& stage, const CodeDesk& desk);
absl::Status ShowAlerts(const Stage& stage);
absl::Status ShowTraces(const Stage& stage);
// Stops the peers, and starts them again with `keep`.
absl::Status CompareLedgers(const Stage& stage, bool keep);

}  // namespace suyuan::demo
