// Contract Templates: what products and services must go through, by category or product, and
// whether what is on the ledger has. Rules: flow_template.h, unit_flow.h.
#pragma once

#include <cstdint>
#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class TemplateContract : public Contract {
 public:
  TemplateContract();

 private:
  // The next version of the template of a category (`kind` "category"; by a supervisor) or of a
  // product ("product", a GTIN; by its registrant or a supervisor); returns its number. Event
  // "PublishTemplate".
  absl::StatusOr<std::string> Publish(TransactionContext& tx, const std::string& kind,
                                      const std::string& subject, const JsonObject& flow) const;
  // {"kind","subject","version","template"}; `version` 0: the latest.
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& kind,
                                     const std::string& subject, uint32_t version) const;
  // Of one lot or item: CheckUnit(), with "checks" of CheckReadiness().
  absl::StatusOr<nlohmann::json> Check(TransactionContext& tx, const std::string& epc) const;
  // Of all lots of a product, and those items of it that belong to no lot:
  // {"gtin","units":[{"unit","complete","missing","checks"}],"bookmark"}; a page holds what 20
  // units gave, and the bookmark is empty at the end.
  absl::StatusOr<nlohmann::json> CheckProduct(TransactionContext& tx, const std::string& gtin,
                                              const std::string& bookmark) const;
};

}  // namespace suyuan
