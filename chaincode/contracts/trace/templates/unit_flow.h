// A unit's life against the templates of its product: what it has been through, and what is
// missing.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/templates/flow_template.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// Templates in the ledger: template~KIND~SUBJECT~VERSION, template-latest/KIND/SUBJECT. A subject
// is a category (its id) or a product (its GTIN-14).
struct PublishedTemplate {
  std::string kind;  // of subject: "category", "product"
  std::string subject;
  uint32_t version = 0;
  FlowTemplate flow;
};
std::string LatestTemplateKey(const std::string& kind, const std::string& subject);
// `version` 0: the latest; nullopt: there is none.
//   kNotFound  not this version
absl::StatusOr<std::optional<PublishedTemplate>> FindTemplate(ChaincodeStub& stub,
                                                              const std::string& kind,
                                                              const std::string& subject,
                                                              uint32_t version);
// The latest of every category on the path of the product's, from the root, and its own: a unit
// needs them all, so that nobody's own template excuses it from a supervisor's.
absl::StatusOr<std::vector<PublishedTemplate>> TemplatesOf(ChaincodeStub& stub,
                                                           const std::string& gtin14);

// Events of the unit and of all upstream of it, by time; at most 10,000.
//   kNotFound           no event knows it
//   kResourceExhausted  more events
absl::StatusOr<std::vector<FlowEvent>> EventsOfLife(ChaincodeStub& stub, const std::string& unit);

// GTIN-14 of a lot or an item of a product; empty: it is none.
std::string GtinOf(const std::string& unit);

// {"unit","gtin","complete","missing":[ids of stages with a problem],"templates":[{"kind",
//  "subject","version","name","complete","stages":[{"id","name","mandatory","met","problem"?,
//  "sentBack"?,"event"?,"eventTime"?,"author"?}]}]}
// Without any template nothing is asked for: complete is false, for nobody can say that it is.
//   kInvalidArgument  no lot or item of a product
//   as EventsOfLife()
absl::StatusOr<nlohmann::json> CheckUnit(ChaincodeStub& stub, const std::string& unit);

// The six checks of a product that can be traced, each {"ok","reason"} (reason empty when ok):
//   recorded     an event here has made it, and it has been through all that templates ask for
//   traceable    what it was made of has a known source, all of it
//   followed     where it went is known: nothing is under way that nobody has received
//   quality      its last inspection (Holds:Inspect) passed, or an event "inspecting" says that it
//                conforms and none later that it does not; and it is not held
//   accountable  an event says who has it, or had it last
//   recallable   its product is registered, approved, and its registrant not blacklisted
// `flow`: of CheckUnit().
absl::StatusOr<nlohmann::json> CheckReadiness(ChaincodeStub& stub, const std::string& unit,
                                              const nlohmann::json& flow);

}  // namespace suyuan
