// The fields of sensor metadata and reports, in the order of the event hash.
#pragma once

#include "absl/types/span.h"
#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

enum class FieldKind {
  kText,
  kUri,
  kTime,
  kDecimal,
  kBoolean,
  kHex,
  kMeasurementType,
  kSensorAlertType,
  kComponent
};

template <typename T>
struct SensorField {
  const char* name;
  std::string T::*member;
  FieldKind kind;
};

absl::Span<const SensorField<SensorMetadata>> SensorMetadataFields();
// Without bizRules, which the hash does not place within a report.
absl::Span<const SensorField<SensorReport>> SensorReportFields();

}  // namespace suyuan::epcis
