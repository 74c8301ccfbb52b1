#include "chaincode/epcis/event_hash.h"

#include <algorithm>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/sensor_fields.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan::epcis {
namespace {

constexpr char kRdfs[] = "http://www.w3.org/2000/01/rdf-schema#";

// URNs of CBV 1.x may stand in extensions too.
std::string WithoutCbvUrn(absl::string_view text) {
  if (!absl::StartsWith(text, "urn:epcglobal:cbv:")) return std::string(text);
  constexpr Vocabulary kWithUrn[] = {Vocabulary::kBizStep, Vocabulary::kDisposition,
                                     Vocabulary::kBizTransactionType,
                                     Vocabulary::kSourceDestinationType, Vocabulary::kErrorReason};
  for (const Vocabulary vocabulary : kWithUrn) {
    const auto term = CanonicalTerm(vocabulary, text);
    if (term.ok() && *term != text) return *term;
  }
  return std::string(text);
}

std::string Decimal(absl::string_view text) {
  auto decimal = CanonicalDecimal(text);
  return decimal.ok() ? *std::move(decimal) : std::string(text);
}

std::string Time(absl::string_view text) {
  const auto time = ParseTime(text);
  return time.ok() ? FormatTime(*time) : std::string(text);
}

// Any other value: XML does not tell numbers from text, so what looks like one counts as one.
std::string Value(absl::string_view text) {
  if (LooksDecimal(text)) return Decimal(text);
  return HashIdentifier(WithoutCbvUrn(text));
}

// The published hashes of text that a sensor reports and that happens to be a number of more than
// 53 bits are of the nearest double. Done in integers; everywhere else digits stay as they are.
std::string NearestDouble(std::string decimal) {
  absl::string_view digits = decimal;
  const bool negative = absl::ConsumePrefix(&digits, "-");
  if (digits.size() > 38 || !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) {
    return decimal;
  }
  absl::uint128 value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  int shift = 0;
  while ((value >> shift) >= (absl::uint128(1) << 53)) ++shift;
  if (shift == 0) return decimal;
  absl::uint128 kept = value >> shift;
  const absl::uint128 lost = value - (kept << shift);
  const absl::uint128 half = absl::uint128(1) << (shift - 1);
  if (lost > half || (lost == half && kept % 2 == 1)) ++kept;
  value = kept << shift;
  std::string out;
  for (; value > 0; value /= 10) {
    out.push_back(static_cast<char>('0' + static_cast<int>(absl::Uint128Low64(value % 10))));
  }
  if (negative) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

std::string Scalar(FieldKind kind, absl::string_view text) {
  switch (kind) {
    case FieldKind::kTime:
      return Time(text);
    case FieldKind::kDecimal:
      return Decimal(text);
    case FieldKind::kText:
      return LooksDecimal(text) ? NearestDouble(Decimal(text)) : Value(text);
    case FieldKind::kBoolean:
      return std::string(text);
    case FieldKind::kHex:
    case FieldKind::kUri:
    case FieldKind::kMeasurementType:
    case FieldKind::kSensorAlertType:
    case FieldKind::kComponent:
      return Value(text);
  }
  return std::string(text);
}

std::string Pair(absl::string_view key, absl::string_view value) {
  return value.empty() ? "" : absl::StrCat(key, "=", value);
}

// Lists are sets: their elements are sorted by their bytes. `key` is there once, if at all.
std::string Sorted(absl::string_view key, std::vector<std::string> parts) {
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  if (parts.empty()) return "";
  std::sort(parts.begin(), parts.end());
  return absl::StrCat(key, absl::StrJoin(parts, ""));
}

template <typename T, typename F>
std::string SortedList(absl::string_view key, const std::vector<T>& items, F one) {
  std::vector<std::string> parts;
  for (const T& item : items) parts.push_back(one(item));
  return Sorted(key, std::move(parts));
}

std::string Extensions(const Elements& elements);

std::string Extension(const Element& element) {
  if (element.space == kRdfs && element.name == "comment") return "";
  const std::string value = element.literal ? Decimal(element.text) : Value(element.text);
  return absl::StrCat(QualifiedName(element), element.text.empty() ? "" : "=", value,
                      Extensions(element.children));
}

std::string Extensions(const Elements& elements) { return SortedList("", elements, Extension); }

std::string Epcs(absl::string_view key, const std::vector<std::string>& epcs) {
  return SortedList(key, epcs, [](const std::string& epc) { return Pair("epc", Value(epc)); });
}

std::string Quantities(absl::string_view key, const std::vector<Quantity>& quantities) {
  return SortedList(key, quantities, [](const Quantity& quantity) {
    return absl::StrCat("quantityElement", Pair("epcClass", Value(quantity.epc_class)),
                        Pair("quantity", Decimal(quantity.quantity)), Pair("uom", quantity.uom),
                        Extensions(quantity.extensions));
  });
}

std::string Parties(absl::string_view key, absl::string_view name,
                    const std::vector<Party>& parties) {
  return SortedList(key, parties, [name](const Party& party) {
    return absl::StrCat(Pair("type", Value(party.type)), Pair(name, Value(party.id)));
  });
}

std::string Place(absl::string_view key, const Location& location) {
  if (location.id.empty()) return "";
  return absl::StrCat(key, Pair("id", Value(location.id)), Extensions(location.extensions));
}

std::string Persistent(const PersistentDisposition& disposition) {
  const auto terms = [](absl::string_view key, const std::vector<std::string>& list) {
    return SortedList("", list, [key](const std::string& term) { return Pair(key, Value(term)); });
  };
  const std::string parts =
      absl::StrCat(terms("set", disposition.set), terms("unset", disposition.unset));
  return parts.empty() ? "" : absl::StrCat("persistentDisposition", parts);
}

template <typename T>
std::string SensorFields(absl::string_view key, absl::Span<const SensorField<T>> fields,
                         const T& from) {
  std::string out;
  for (const SensorField<T>& field : fields) {
    const std::string& text = from.*field.member;
    if (!text.empty()) absl::StrAppend(&out, Pair(field.name, Scalar(field.kind, text)));
  }
  absl::StrAppend(&out, Extensions(from.extensions));
  return out.empty() ? "" : absl::StrCat(key, out);
}

std::string Sensor(const SensorElement& element) {
  const std::string parts =
      absl::StrCat(SensorFields("sensorMetadata", SensorMetadataFields(), element.metadata),
                   SortedList("", element.reports,
                              [](const SensorReport& report) {
                                return SensorFields("sensorReport", SensorReportFields(), report);
                              }),
                   Extensions(element.extensions));
  return parts.empty() ? "" : absl::StrCat("sensorElement", parts);
}

// bizRules of a report have no place in the canonical order; the published hashes put them, with
// the way to them, behind what has.
std::string UnplacedBizRules(const std::vector<SensorElement>& elements) {
  return SortedList("sensorElementList", elements, [](const SensorElement& element) {
    return SortedList("sensorElement", element.reports, [](const SensorReport& report) {
      const std::string rules = Pair("bizRules", Value(report.biz_rules));
      return rules.empty() ? "" : absl::StrCat("sensorReport", rules);
    });
  });
}

std::string EventExtensions(const Event& event, const std::vector<std::string>& ignored_fields) {
  const std::set<absl::string_view> ignored(ignored_fields.begin(), ignored_fields.end());
  std::vector<std::string> parts;
  for (const Element& element : event.extensions) {
    if (ignored.count(QualifiedName(element)) == 0) parts.push_back(Extension(element));
  }
  return Sorted("", std::move(parts));
}

std::string BizTransactions(const Event& event) {
  return SortedList("bizTransactionList", event.biz_transactions,
                    [](const BizTransaction& transaction) {
                      return absl::StrCat(Pair("type", Value(transaction.type)),
                                          Pair("bizTransaction", Value(transaction.id)));
                    });
}

std::string PreHash(const Event& event, const std::vector<std::string>& ignored_fields) {
  // The published hash of a transaction event has its transactions behind its sensors, other than
  // the standard's table.
  const bool transaction = event.type == EventType::kTransaction;
  return absl::StrCat(
      Pair("eventType", EventTypeName(event.type)), Pair("eventTime", Time(event.event_time)),
      Pair("eventTimeZoneOffset", event.event_time_zone_offset),
      SortedList("", event.certification_info,
                 [](const std::string& uri) { return Pair("certificationInfo", Value(uri)); }),
      Epcs("epcList", event.epcs), Pair("parentID", Value(event.parent_id)),
      Epcs("inputEPCList", event.input_epcs), Epcs("childEPCs", event.child_epcs),
      Quantities("quantityList", event.quantities),
      Quantities("childQuantityList", event.child_quantities),
      Quantities("inputQuantityList", event.input_quantities),
      Epcs("outputEPCList", event.output_epcs),
      Quantities("outputQuantityList", event.output_quantities), Pair("action", event.action),
      Pair("transformationID", Value(event.transformation_id)),
      Pair("bizStep", Value(event.biz_step)), Pair("disposition", Value(event.disposition)),
      Persistent(event.persistent_disposition), Place("readPoint", event.read_point),
      Place("bizLocation", event.biz_location), transaction ? "" : BizTransactions(event),
      Parties("sourceList", "source", event.sources),
      Parties("destinationList", "destination", event.destinations),
      SortedList("sensorElementList", event.sensor_elements, Sensor),
      transaction ? BizTransactions(event) : "",
      event.ilmd.empty() ? "" : absl::StrCat("ilmd", Extensions(event.ilmd)),
      UnplacedBizRules(event.sensor_elements), EventExtensions(event, ignored_fields));
}

}  // namespace

EventHash HashEvent(const Event& event, const std::vector<std::string>& ignored_fields) {
  EventHash hash;
  hash.pre_hash = PreHash(event, ignored_fields);
  hash.uri = absl::StrCat("ni:///sha-256;", HexEncode(Sha256(hash.pre_hash)), "?ver=CBV2.0");
  return hash;
}

}  // namespace suyuan::epcis
