// Contract Organizations: who takes part, with which papers. Every write is an event of its
// name. Rules: organization.h.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class OrganizationContract : public Contract {
 public:
  OrganizationContract();

 private:
  // The client's own organisation; calling again replaces the information (its history stays).
  absl::Status Register(TransactionContext& tx, const JsonObject& information) const;
  // A paper of the client's organisation, to be reviewed. A rejected one is filed again under
  // its id; an accepted one stays, and its successor has another id.
  absl::Status FilePaper(TransactionContext& tx, const std::string& paper,
                         const JsonObject& content) const;
  // By a reviewer of another organisation (council.h). `reason` is needed to reject.
  absl::Status ReviewPaper(TransactionContext& tx, const std::string& msp_id,
                           const std::string& paper, bool accept, const std::string& reason) const;
  // Which papers are needed, and how soon changes must be on file; by a supervisor.
  absl::Status SetFileRules(TransactionContext& tx, const JsonObject& rules) const;
  // Something that is on file has changed: `content` {"field","changedOn"}. By the organisation
  // itself or a supervisor. The file must follow within the rules' days.
  absl::Status ReportChange(TransactionContext& tx, const std::string& change,
                            const std::string& msp_id, const JsonObject& content) const;

  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& msp_id) const;
  // As filed, each with "inForce" on the transaction's day.
  absl::StatusOr<nlohmann::json> GetPapers(TransactionContext& tx, const std::string& msp_id) const;
  // {"changes":[...],"papers":[...]}: changes that are not on file after their deadline, and
  // organisations without a paper that they need, on `day`.
  absl::StatusOr<nlohmann::json> GetOverdue(TransactionContext& tx, const std::string& day) const;
};

}  // namespace suyuan
