// Contract Governance: the council, its votes, and the blacklist. Every write is an event of
// its name. Rules: council.h, motion.h.
//
// Ballots are written blind, one key a member, so that votes never conflict; the outcome is
// taken by Conclude. An organisation votes through its administrator (NodeOU admin).
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class GovernanceContract : public Contract {
 public:
  GovernanceContract();

 private:
  // Once, by the administrator of one of the members: whoever deploys the chaincode does it
  // before anybody else uses it, and all members see it. `council`: ParseCouncil().
  absl::Status Found(TransactionContext& tx, const JsonObject& council) const;
  // `content`: ParseMotion(). The proposer votes for it by Vote, like all others.
  absl::Status Propose(TransactionContext& tx, const std::string& motion,
                       const JsonObject& content) const;
  // Until it is concluded a member's last vote counts.
  absl::Status Vote(TransactionContext& tx, const std::string& motion, bool approve) const;
  // By any member once the outcome is certain; returns it. A carried motion takes effect.
  absl::StatusOr<std::string> Conclude(TransactionContext& tx, const std::string& motion) const;

  absl::StatusOr<nlohmann::json> GetCouncil(TransactionContext& tx) const;
  // With "ballots" and "tally".
  absl::StatusOr<nlohmann::json> GetMotion(TransactionContext& tx, const std::string& motion) const;
  // Every organisation ever listed, with what is in force on the transaction's day.
  absl::StatusOr<nlohmann::json> GetBlacklist(TransactionContext& tx) const;
};

//   kFailedPrecondition  "organization MSP is blacklisted since DAY[ until DAY]: REASON", on the
//                        day of the transaction
absl::Status CheckNotBlacklisted(ChaincodeStub& stub, const std::string& msp_id);

}  // namespace suyuan
