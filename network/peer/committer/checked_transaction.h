// First stage of validation: what can be said of a transaction without the state.
//
// Many transactions are checked at once; the verdicts of the second stage
// (endorsement_checker.h) and of the ledger follow in block order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/ledger/rwset.h"
#include "network/msp/identity.h"
#include "network/peer/committer/own_endorsements.h"
#include "protos/common/configtx.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {

struct CheckedTransaction {
  std::string tx_id;     // as the channel header says, as far as it could be read
  absl::Time timestamp;  // of the channel header
  // VALID: nothing against it yet.
  ::protos::TxValidationCode code = ::protos::NOT_VALIDATED;
  // The rule behind `code` stands after the look for the id in the ledger
  // (DUPLICATE_TXID comes before it).
  bool after_duplicate_check = false;

  // Of an endorser transaction, when VALID so far:
  std::string chaincode;  // the invoked one
  std::shared_ptr<const TxRwSet> rwset;
  // Members whose signature over the result is good, in order, each once.
  std::vector<IdentityPtr> endorsers;

  // Of a config transaction, when VALID so far.
  std::shared_ptr<const ::common::ConfigEnvelope> config;
};

// Runs the rules of stage one, in Fabric's order, until one objects. `own` may be
// null. Thread-safe; reads no clock.
CheckedTransaction CheckTransaction(absl::string_view envelope_bytes, const ChannelConfig& config,
                                    const OwnEndorsements* own);

}  // namespace suyuan
