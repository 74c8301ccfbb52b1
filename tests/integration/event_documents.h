// Documents of events as a client would write them: every event a minute after the one before.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace suyuan {

inline nlohmann::json Amount(const std::string& lot, double kilograms) {
  return {{"epcClass", lot}, {"quantity", kilograms}, {"uom", "KGM"}};
}

using Amounts = std::vector<nlohmann::json>;

// Not thread-safe.
class EventDocument {
 public:
  // The first event is at minute `minute` of a day in the past.
  explicit EventDocument(int minute = 0) : minute_(minute) {}

  EventDocument& Add(const std::string& type, nlohmann::json fields) {
    fields["type"] = type;
    fields["eventTime"] = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(1'772'323'200) + absl::Minutes(minute_++),
        absl::UTCTimeZone());
    fields["eventTimeZoneOffset"] = "+08:00";
    events_.push_back(std::move(fields));
    return *this;
  }
  // An object event of items, or of amounts of lots.
  EventDocument& Items(const std::string& action, const std::string& step,
                       const std::vector<std::string>& items,
                       nlohmann::json more = nlohmann::json::object()) {
    more.update({{"action", action}, {"bizStep", step}, {"epcList", items}});
    return Add("ObjectEvent", std::move(more));
  }
  EventDocument& Lots(const std::string& action, const std::string& step, const Amounts& amounts,
                      nlohmann::json more = nlohmann::json::object()) {
    more.update({{"action", action}, {"bizStep", step}, {"quantityList", amounts}});
    return Add("ObjectEvent", std::move(more));
  }
  // `loss` in kilograms.
  EventDocument& Transform(const Amounts& inputs, const Amounts& outputs, double loss = 0,
                           nlohmann::json more = nlohmann::json::object()) {
    more.update({{"inputQuantityList", inputs}, {"outputQuantityList", outputs}});
    if (loss > 0) {
      more["suyuan:lossList"].push_back({{"quantity", loss}, {"uom", "KGM"}});
    }
    return Add("TransformationEvent", std::move(more));
  }

  int minute() const { return minute_; }
  std::string Text() const {
    return nlohmann::json{{"@context",
                           {"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                            {{"suyuan", "https://suyuan.example/ns/"}}}},
                          {"type", "EPCISDocument"},
                          {"schemaVersion", "2.0"},
                          {"creationDate", "2026-03-01T00:00:00Z"},
                          {"epcisBody", {{"eventList", events_}}}}
        .dump();
  }

 private:
  int minute_;
  nlohmann::json events_ = nlohmann::json::array();
};

// {"destinationList":[...]}: to an organisation of the network.
inline nlohmann::json To(const std::string& msp_id) {
  nlohmann::json fields;
  fields["destinationList"].push_back(
      {{"type", "owning_party"}, {"destination", "urn:suyuan:msp:" + msp_id}});
  return fields;
}
// {"bizLocation":...}
inline nlohmann::json At(const std::string& place) {
  nlohmann::json fields;
  fields["bizLocation"]["id"] = place;
  return fields;
}

}  // namespace suyuan
