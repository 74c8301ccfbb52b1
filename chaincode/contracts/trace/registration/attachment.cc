#include "chaincode/contracts/trace/registration/attachment.h"

#include "absl/strings/match.h"
#include "chaincode/contracts/trace/fields.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

void CheckImage(Fields& fields) {
  fields.Hash("hash");
  const std::string type = fields.Text("mediaType", Fields::kRequired, 64);
  if (!type.empty() && !absl::StartsWith(type, "image/")) {
    fields.Mistake("mediaType", "is not of an image (image/...)");
  }
  fields.Text("uri", Fields::kOptional);
  fields.Text("caption", Fields::kOptional, 256);
}

void CheckStandard(Fields& fields) {
  fields.Text("number", Fields::kRequired, 64);
  fields.Text("title", Fields::kOptional, 256);
  fields.Hash("hash", Fields::kOptional);
}

void CheckTestReport(Fields& fields) {
  fields.Text("laboratory", Fields::kRequired, 256);
  fields.Text("number", Fields::kRequired, 128);
  fields.Day("date");
  fields.OneOf("result", {"passed", "failed"});
  fields.Hash("hash");
  fields.Text("standard", Fields::kOptional, 64);
}

void CheckDocument(Fields& fields) {
  fields.Text("title", Fields::kRequired, 256);
  fields.Hash("hash");
  fields.Text("mediaType", Fields::kOptional, 64);
  fields.Text("uri", Fields::kOptional);
  fields.Day("expiresOn", Fields::kOptional);
}

}  // namespace

absl::StatusOr<nlohmann::json> CheckAttachment(absl::string_view argument,
                                               const nlohmann::json& object) {
  Fields fields(argument, object);
  const std::string kind = fields.OneOf("kind", {"image", "standard", "test-report", "document"});
  if (kind == "image") CheckImage(fields);
  if (kind == "standard") CheckStandard(fields);
  if (kind == "test-report") CheckTestReport(fields);
  if (kind == "document") CheckDocument(fields);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return object;
}

absl::StatusOr<nlohmann::json> CheckIdentification(absl::string_view argument,
                                                   const nlohmann::json& object) {
  Fields fields(argument, object);
  fields.Text("user", Fields::kRequired, 256);
  fields.Text("productName", Fields::kRequired, 256);
  fields.Text("model", Fields::kRequired, 128);
  fields.Text("batchNumber", Fields::kRequired, 128);
  fields.Day("productionDate");
  fields.OneOf("inspectionStatus", {"passed", "failed", "pending", "exempt"});
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return object;
}

}  // namespace suyuan
