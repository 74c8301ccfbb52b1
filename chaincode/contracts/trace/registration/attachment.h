// What belongs to a product or a batch beside its data: images, standards, test reports and
// other documents. Files stay outside; their hash is kept. Apart from any ledger.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// The checked content, by its field "kind":
//   image        hash, mediaType (image/...), uri?, caption?
//   standard     number, title?, hash?
//   test-report  laboratory, number, date, result (passed or failed), hash, standard?
//   document     title, hash, mediaType?, uri?, expiresOn?
//   kInvalidArgument  names the field
absl::StatusOr<nlohmann::json> CheckAttachment(absl::string_view argument,
                                               const nlohmann::json& object);

// What the label of a minimum sales unit must tell, each missing one an error of its own:
// user, productName, model, batchNumber, productionDate, inspectionStatus (passed, failed,
// pending or exempt). `model` may be a code, `batchNumber` an order number.
//   kInvalidArgument  "argument 'NAME': field user is missing; field model is missing"
absl::StatusOr<nlohmann::json> CheckIdentification(absl::string_view argument,
                                                   const nlohmann::json& object);

}  // namespace suyuan
