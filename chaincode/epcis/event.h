// The EPCIS 2.0 event (GS1 EPCIS 2.0.1, section 7) as plain structs.
//
// Texts are as they were written, with two exceptions made on reading: terms of the Core Business
// Vocabulary are full web URIs ("https://ref.gs1.org/cbv/BizStep-shipping") whichever way they
// were written, and keys of extensions carry their namespace in full. An empty text or list is an
// absent field. Numbers stay the decimal text that they came as.
#pragma once

#include <string>
#include <vector>

namespace suyuan::epcis {

enum class EventType { kObject, kAggregation, kTransaction, kTransformation, kAssociation };

// "ObjectEvent" and so on.
const char* EventTypeName(EventType type);

// A field that EPCIS does not define: a user's extension, or an attribute of instance/lot master
// data. A list is a repeated element.
struct Element {
  std::string space;  // namespace; empty: none
  std::string name;
  std::string text;      // empty: none
  bool literal = false;  // text is a JSON number or boolean
  std::vector<Element> children;
};
using Elements = std::vector<Element>;

// "{namespace}name", or the name alone.
std::string QualifiedName(const Element& element);

struct Quantity {
  std::string epc_class;
  std::string quantity;  // decimal; empty: not stated
  std::string uom;       // UN/CEFACT Recommendation 20; empty: pieces
  Elements extensions;   // EPCIS 1.2 XML alone
};

struct Location {
  std::string id;
  Elements extensions;
};

struct BizTransaction {
  std::string type;
  std::string id;
};

// A source or a destination.
struct Party {
  std::string type;
  std::string id;
};

struct PersistentDisposition {
  std::vector<std::string> set;
  std::vector<std::string> unset;
};

struct SensorMetadata {
  std::string time, start_time, end_time;
  std::string device_id, device_metadata, raw_data, data_processing_method, biz_rules;
  Elements extensions;
};

struct SensorReport {
  std::string type, exception;
  std::string device_id, device_metadata, raw_data, data_processing_method, biz_rules;
  std::string time, microorganism, chemical_substance;
  std::string value, component, string_value, boolean_value, hex_binary_value, uri_value;
  std::string min_value, max_value, mean_value, s_dev, perc_rank, perc_value;
  std::string uom, coordinate_reference_system;
  Elements extensions;
};

struct SensorElement {
  SensorMetadata metadata;
  std::vector<SensorReport> reports;
  Elements extensions;
};

// Says that the event which otherwise equals this one was wrong, and which events replace it.
struct ErrorDeclaration {
  std::string declaration_time;  // empty: this event declares no error
  std::string reason;
  std::vector<std::string> corrective_event_ids;
  Elements extensions;
};

struct Event {
  EventType type = EventType::kObject;
  // When.
  std::string event_time, record_time, event_time_zone_offset;
  std::string event_id;
  std::vector<std::string> certification_info;
  ErrorDeclaration error;
  // What. Which lists an event has is a matter of its type.
  std::vector<std::string> epcs;        // epcList
  std::vector<Quantity> quantities;     // quantityList
  std::string parent_id;                // aggregation, association, transaction
  std::vector<std::string> child_epcs;  // aggregation, association
  std::vector<Quantity> child_quantities;
  std::vector<std::string> input_epcs;  // transformation
  std::vector<Quantity> input_quantities;
  std::vector<std::string> output_epcs;
  std::vector<Quantity> output_quantities;
  std::string transformation_id;
  std::string action;  // ADD, OBSERVE, DELETE; empty for a transformation
  // Where.
  Location read_point, biz_location;
  // Why.
  std::string biz_step, disposition;
  PersistentDisposition persistent_disposition;
  std::vector<BizTransaction> biz_transactions;
  std::vector<Party> sources, destinations;
  // How.
  std::vector<SensorElement> sensor_elements;
  Elements ilmd;
  Elements extensions;
};

// Where it happened: bizLocation, or readPoint where there is none.
const std::string& PlaceOf(const Event& event);

}  // namespace suyuan::epcis
