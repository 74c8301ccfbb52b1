#include "sdk/trace/templates.h"

namespace suyuan::sdk::trace {
namespace {

Stage ReadStage(const Fields& json) {
  Stage stage;
  stage.id = json.at("id");
  stage.name = json.at("name");
  stage.mandatory = json.at("mandatory");
  stage.met = json.at("met");
  stage.problem = json.value("problem", "");
  stage.sent_back = json.value("sentBack", uint64_t{0});
  stage.event = json.value("event", "");
  stage.event_time = json.value("eventTime", "");
  stage.event_author = json.value("author", "");
  return stage;
}

UnitCheck ReadCheck(const Fields& json) {
  UnitCheck check;
  check.unit = json.at("unit");
  check.complete = json.at("complete");
  check.missing = json.at("missing").get<std::vector<std::string>>();
  for (const Fields& one : json.at("templates")) {
    TemplateCheck found{
        one.at("kind"), one.at("subject"), one.at("version"), one.at("complete"), {}};
    for (const Fields& stage : one.at("stages")) found.stages.push_back(ReadStage(stage));
    check.templates.push_back(std::move(found));
  }
  for (const auto& [name, one] : json.at("checks").items()) {
    check.checks[name] = {one.at("ok"), one.at("reason")};
  }
  return check;
}

}  // namespace

absl::StatusOr<RecordedResult<uint32_t>> Templates::Publish(const char* kind,
                                                            const std::string& subject,
                                                            const Fields& flow) const {
  // The version is the answer as it stands, and so a JSON number.
  return internal::WriteFor<uint32_t>(*calls_, "Templates:Publish", {kind, subject, flow.dump()},
                                      [](const Fields& version) { return version; });
}

absl::StatusOr<RecordedResult<uint32_t>> Templates::PublishForCategory(const std::string& category,
                                                                       const Fields& flow) const {
  return Publish("category", category, flow);
}
absl::StatusOr<RecordedResult<uint32_t>> Templates::PublishForProduct(const std::string& gtin,
                                                                      const Fields& flow) const {
  return Publish("product", gtin, flow);
}

absl::StatusOr<UnitCheck> Templates::Check(const std::string& epc) const {
  return internal::AskFor<UnitCheck>(*calls_, "Templates:Check", {epc}, ReadCheck);
}

}  // namespace suyuan::sdk::trace
