#include "chaincode/epcis/event.h"

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/sensor_fields.h"

namespace suyuan::epcis {

const char* EventTypeName(EventType type) {
  switch (type) {
    case EventType::kObject:
      return "ObjectEvent";
    case EventType::kAggregation:
      return "AggregationEvent";
    case EventType::kTransaction:
      return "TransactionEvent";
    case EventType::kTransformation:
      return "TransformationEvent";
    case EventType::kAssociation:
      return "AssociationEvent";
  }
  return "";
}

std::string QualifiedName(const Element& element) {
  return element.space.empty() ? element.name : absl::StrCat("{", element.space, "}", element.name);
}

absl::Span<const SensorField<SensorMetadata>> SensorMetadataFields() {
  using M = SensorMetadata;
  static constexpr SensorField<M> kFields[] = {
      {"time", &M::time, FieldKind::kTime},
      {"startTime", &M::start_time, FieldKind::kTime},
      {"endTime", &M::end_time, FieldKind::kTime},
      {"deviceID", &M::device_id, FieldKind::kUri},
      {"deviceMetadata", &M::device_metadata, FieldKind::kUri},
      {"rawData", &M::raw_data, FieldKind::kUri},
      {"dataProcessingMethod", &M::data_processing_method, FieldKind::kUri},
      {"bizRules", &M::biz_rules, FieldKind::kUri},
  };
  return kFields;
}

absl::Span<const SensorField<SensorReport>> SensorReportFields() {
  using R = SensorReport;
  static constexpr SensorField<R> kFields[] = {
      {"type", &R::type, FieldKind::kMeasurementType},
      {"exception", &R::exception, FieldKind::kSensorAlertType},
      {"deviceID", &R::device_id, FieldKind::kUri},
      {"deviceMetadata", &R::device_metadata, FieldKind::kUri},
      {"rawData", &R::raw_data, FieldKind::kUri},
      {"dataProcessingMethod", &R::data_processing_method, FieldKind::kUri},
      {"time", &R::time, FieldKind::kTime},
      {"microorganism", &R::microorganism, FieldKind::kUri},
      {"chemicalSubstance", &R::chemical_substance, FieldKind::kUri},
      {"value", &R::value, FieldKind::kDecimal},
      {"component", &R::component, FieldKind::kComponent},
      {"stringValue", &R::string_value, FieldKind::kText},
      {"booleanValue", &R::boolean_value, FieldKind::kBoolean},
      {"hexBinaryValue", &R::hex_binary_value, FieldKind::kHex},
      {"uriValue", &R::uri_value, FieldKind::kUri},
      {"minValue", &R::min_value, FieldKind::kDecimal},
      {"maxValue", &R::max_value, FieldKind::kDecimal},
      {"meanValue", &R::mean_value, FieldKind::kDecimal},
      {"sDev", &R::s_dev, FieldKind::kDecimal},
      {"percRank", &R::perc_rank, FieldKind::kDecimal},
      {"percValue", &R::perc_value, FieldKind::kDecimal},
      {"uom", &R::uom, FieldKind::kText},
      {"coordinateReferenceSystem", &R::coordinate_reference_system, FieldKind::kUri},
  };
  return kFields;
}

const std::string& PlaceOf(const Event& event) {
  return event.biz_location.id.empty() ? event.read_point.id : event.biz_location.id;
}

}  // namespace suyuan::epcis
