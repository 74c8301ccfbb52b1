// The demo's chapters. Each tells what it does, checks that it went as it should, and
// returns an error only when the story cannot go on.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scripts/demo/alliance.h"
#include "scripts/demo/code_desk.h"
#include "scripts/demo/food_chain.h"
#include "scripts/demo/sales.h"
#include "scripts/demo/story.h"
#include "tests/support/test_network.h"

namespace suyuan::demo {

struct Stage {
  const TestNetwork& network;
  const Alliance& alliance;
  const FoodChain& chain;
  const Sales& sales;
  Story& story;

  // "通达食品配送 Tongda Food Distribution", or the MSP id itself when unknown.
  std::string PartyName(const std::string& msp_id) const;
  // Expects the endorsers to refuse with an error that holds `reason`.
  void ExpectRefused(const Call& call, absl::string_view reason) const;
  // Expects the contract Events to refuse the event, for a reason that holds `reason`.
  void ExpectEventRefused(const std::string& msp_id, const epcis::Event& event,
                          absl::string_view title, absl::string_view reason) const;
  const std::string& BrandOwner() const { return chain.parties.at(0).msp_id; }
  const std::string& Distributor() const { return chain.parties.at(1).msp_id; }
  const std::string& Regulator() const { return chain.parties.back().msp_id; }
  // Of a lot's number.
  const std::string& EpcOf(const std::string& lot) const { return chain.lots.at(lot).epc; }
};

// What Events:Capture answered.
struct Captured {
  std::string tx_id;
  bool success = false;
  std::string reason;  // of the first refusal
};
absl::StatusOr<Captured> Capture(const Stage& stage, const std::string& msp_id,
                                 const std::vector<epcis::Event>& events);
// What happened, in a sentence.
std::string Sentence(const Stage& stage, const ChainEvent& event);
// Day in China.
std::string Day(absl::Time time);
// Asks the ledger, prints the answer as a tree, and compares it with the documents' own.
absl::Status TellTrace(const Stage& stage, const std::string& lot, epcis::Direction direction);

absl::Status RegisterAlliance(const Stage& stage);
absl::Status CaptureEvents(const Stage& stage);
absl::StatusOr<std::unique_ptr<CodeDesk>> IssueCodes(const Stage& stage);
absl::Status ScanCodes(const Stage& stage, const CodeDesk& desk);
absl::Status ShowAlerts(const Stage& stage);
absl::Status ShowOrigin(const Stage& stage);
// The transaction that the authority's finding is in.
absl::StatusOr<std::string> FindContamination(const Stage& stage);
absl::Status CallBack(const Stage& stage);
absl::Status ProveOffline(const Stage& stage, const std::string& transaction);
// Stops the peers, and starts them again with `keep`.
absl::Status CompareLedgers(const Stage& stage, bool keep);

}  // namespace suyuan::demo
