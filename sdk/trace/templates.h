// What products and services must go through, and what is missing of it (contract Templates).
// Threads, copies and errors as registration.h says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

// One stage of a template, as a unit has met it.
struct Stage {
  std::string id, name;
  bool mandatory = true;
  bool met = false;
  std::string problem;       // "" none; "is missing", "was sent back to ...", ...
  uint64_t sent_back = 0;    // how often it failed
  std::string event;         // hash of the first event that meets it; "" none
  std::string event_time;    // RFC 3339
  std::string event_author;  // MSP id
};
struct TemplateCheck {
  std::string kind, subject;  // "category" and its id, "product" and its GTIN
  uint32_t version = 0;
  bool complete = false;
  std::vector<Stage> stages;
};
// One of the six: recorded, traceable, followed, quality, accountable, recallable.
struct ReadinessCheck {
  bool ok = false;
  std::string reason;  // "" ok
};
struct UnitCheck {
  std::string unit;
  bool complete = false;             // of all templates, of which there is one at least
  std::vector<std::string> missing;  // ids of stages
  std::vector<TemplateCheck> templates;
  std::map<std::string, ReadinessCheck> checks;
};

class Templates {
 public:
  explicit Templates(CallsPtr calls) : calls_(std::move(calls)) {}

  // `flow`: {"kind","name","stages":[...]}; the answer is its version. Of a category by a
  // supervisor, of a product by its registrant or a supervisor.
  absl::StatusOr<RecordedResult<uint32_t>> PublishForCategory(const std::string& category,
                                                              const Fields& flow) const;
  absl::StatusOr<RecordedResult<uint32_t>> PublishForProduct(const std::string& gtin,
                                                             const Fields& flow) const;
  // Of a lot or an item of a product.
  absl::StatusOr<UnitCheck> Check(const std::string& epc) const;

 private:
  absl::StatusOr<RecordedResult<uint32_t>> Publish(const char* kind, const std::string& subject,
                                                   const Fields& flow) const;

  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
