// Events as JSON-LD. Numbers are written as the digits they were read as, which no JSON library
// at hand does.
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/sensor_fields.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

constexpr char kContext[] = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

using Prefixes = std::map<std::string, std::string>;

// What EPCIS's own context declares.
const Prefixes& StandardPrefixes() {
  static const auto* const prefixes =
      new Prefixes{{kMasterDataNamespace, "cbvmda"},
                   {"https://gs1.org/voc/", "gs1"},
                   {"https://ref.gs1.org/cbv/", "cbv"},
                   {"https://ref.gs1.org/epcis/", "epcis"},
                   {"http://www.w3.org/2000/01/rdf-schema#", "rdfs"},
                   {"http://www.w3.org/2002/07/owl#", "owl"},
                   {"http://www.w3.org/2001/XMLSchema#", "xsd"},
                   {"http://purl.org/dc/terms/", "dcterms"}};
  return *prefixes;
}

std::string Quoted(absl::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// An object or array under construction.
class Json {
 public:
  explicit Json(char open) : close_(open == '{' ? '}' : ']'), text_(1, open) {}

  void Raw(absl::string_view key, absl::string_view json) {
    if (text_.size() > 1) text_.push_back(',');
    if (close_ == '}') absl::StrAppend(&text_, Quoted(key), ":");
    absl::StrAppend(&text_, json);
  }
  // Absent when empty.
  void Text(absl::string_view key, absl::string_view text) {
    if (!text.empty()) Raw(key, Quoted(text));
  }
  void Number(absl::string_view key, absl::string_view text) {
    if (text.empty()) return;
    // "+1", "01" and ".5" are decimals in XML, but no JSON.
    const auto decimal = CanonicalDecimal(text);
    Raw(key, nlohmann::json::accept(text.begin(), text.end()) ? std::string(text)
             : decimal.ok()                                   ? *decimal
                                                              : Quoted(text));
  }
  template <typename T, typename F>
  void List(absl::string_view key, const std::vector<T>& items, F one) {
    if (items.empty()) return;
    Json list('[');
    for (const T& item : items) list.Raw("", one(item));
    Raw(key, std::move(list).Take());
  }
  void Texts(absl::string_view key, const std::vector<std::string>& items) {
    List(key, items, Quoted);
  }

  bool empty() const { return text_.size() == 1; }
  std::string Take() && {
    text_.push_back(close_);
    return std::move(text_);
  }

 private:
  const char close_;
  std::string text_;
};

class EventWriter {
 public:
  explicit EventWriter(const Prefixes& prefixes) : prefixes_(prefixes) {}

  std::string Write(const Event& event) const {
    Json out('{');
    out.Text("type", EventTypeName(event.type));
    out.Text("eventID", event.event_id);
    out.Text("eventTime", event.event_time);
    out.Text("recordTime", event.record_time);
    out.Text("eventTimeZoneOffset", event.event_time_zone_offset);
    out.Texts("certificationInfo", event.certification_info);
    WriteError(event.error, &out);
    WriteWhat(event, &out);
    out.Text("action", event.action);
    out.Text("bizStep", BareTerm(Vocabulary::kBizStep, event.biz_step));
    out.Text("disposition", BareTerm(Vocabulary::kDisposition, event.disposition));
    WritePersistent(event.persistent_disposition, &out);
    WritePlace("readPoint", event.read_point, &out);
    WritePlace("bizLocation", event.biz_location, &out);
    out.List("bizTransactionList", event.biz_transactions, [](const BizTransaction& transaction) {
      return Typed(Vocabulary::kBizTransactionType, transaction.type, "bizTransaction",
                   transaction.id);
    });
    WriteParties("sourceList", "source", event.sources, &out);
    WriteParties("destinationList", "destination", event.destinations, &out);
    out.List("sensorElementList", event.sensor_elements,
             [this](const SensorElement& element) { return Sensor(element); });
    if (!event.ilmd.empty()) {
      Json ilmd('{');
      WriteElements(event.ilmd, &ilmd);
      out.Raw("ilmd", std::move(ilmd).Take());
    }
    WriteElements(event.extensions, &out);
    return std::move(out).Take();
  }

 private:
  std::string Key(const Element& element) const {
    const auto prefix = prefixes_.find(element.space);
    if (prefix != prefixes_.end()) return absl::StrCat(prefix->second, ":", element.name);
    return absl::StrCat(element.space, element.name);
  }

  std::string Value(const Element& element) const {
    const bool raw =
        element.literal && nlohmann::json::accept(element.text.begin(), element.text.end());
    std::string value = raw ? element.text : Quoted(element.text);
    if (element.children.empty()) return value;
    Json out('{');
    if (!element.text.empty()) out.Raw("@value", value);
    WriteElements(element.children, &out);
    return std::move(out).Take();
  }

  // Elements of one name become a list, in the place of the first.
  void WriteElements(const Elements& elements, Json* out) const {
    std::map<std::string, std::vector<std::string>> values;
    std::vector<std::string> keys;
    for (const Element& element : elements) {
      const std::string key = Key(element);
      std::vector<std::string>& list = values[key];
      if (list.empty()) keys.push_back(key);
      list.push_back(Value(element));
    }
    for (const std::string& key : keys) {
      const std::vector<std::string>& list = values[key];
      if (list.size() == 1) {
        out->Raw(key, list[0]);
      } else {
        out->List(key, list, [](const std::string& value) { return value; });
      }
    }
  }

  void WriteError(const ErrorDeclaration& error, Json* out) const {
    if (error.declaration_time.empty()) return;
    Json declaration('{');
    declaration.Text("declarationTime", error.declaration_time);
    declaration.Text("reason", BareTerm(Vocabulary::kErrorReason, error.reason));
    declaration.Texts("correctiveEventIDs", error.corrective_event_ids);
    WriteElements(error.extensions, &declaration);
    out->Raw("errorDeclaration", std::move(declaration).Take());
  }

  void WriteQuantities(absl::string_view key, const std::vector<Quantity>& quantities,
                       Json* out) const {
    out->List(key, quantities, [this](const Quantity& quantity) {
      Json one('{');
      one.Text("epcClass", quantity.epc_class);
      one.Number("quantity", quantity.quantity);
      one.Text("uom", quantity.uom);
      WriteElements(quantity.extensions, &one);
      return std::move(one).Take();
    });
  }

  void WriteWhat(const Event& event, Json* out) const {
    const bool needs_list = event.type == EventType::kObject && event.quantities.empty() &&
                            event.sensor_elements.empty();
    if (event.epcs.empty() && needs_list) out->Raw("epcList", "[]");
    out->Texts("epcList", event.epcs);
    WriteQuantities("quantityList", event.quantities, out);
    out->Text("parentID", event.parent_id);
    out->Texts("childEPCs", event.child_epcs);
    WriteQuantities("childQuantityList", event.child_quantities, out);
    out->Texts("inputEPCList", event.input_epcs);
    WriteQuantities("inputQuantityList", event.input_quantities, out);
    out->Texts("outputEPCList", event.output_epcs);
    WriteQuantities("outputQuantityList", event.output_quantities, out);
    out->Text("transformationID", event.transformation_id);
  }

  static void WritePersistent(const PersistentDisposition& disposition, Json* out) {
    const auto term = [](const std::string& uri) {
      return Quoted(BareTerm(Vocabulary::kDisposition, uri));
    };
    Json persistent('{');
    persistent.List("set", disposition.set, term);
    persistent.List("unset", disposition.unset, term);
    if (!persistent.empty()) out->Raw("persistentDisposition", std::move(persistent).Take());
  }

  void WritePlace(absl::string_view key, const Location& location, Json* out) const {
    if (location.id.empty()) return;
    Json place('{');
    place.Text("id", location.id);
    WriteElements(location.extensions, &place);
    out->Raw(key, std::move(place).Take());
  }

  static std::string Typed(Vocabulary vocabulary, const std::string& type, absl::string_view name,
                           const std::string& id) {
    Json out('{');
    out.Text("type", BareTerm(vocabulary, type));
    out.Text(name, id);
    return std::move(out).Take();
  }

  static void WriteParties(absl::string_view key, absl::string_view name,
                           const std::vector<Party>& parties, Json* out) {
    out->List(key, parties, [name](const Party& party) {
      return Typed(Vocabulary::kSourceDestinationType, party.type, name, party.id);
    });
  }

  static void WriteScalar(FieldKind kind, const char* name, const std::string& text, Json* out) {
    if (text.empty()) return;
    switch (kind) {
      case FieldKind::kDecimal:
        return out->Number(name, text);
      case FieldKind::kBoolean:
        return out->Raw(name, text == "true" ? "true" : "false");
      case FieldKind::kMeasurementType:
        return out->Text(name, BareTerm(Vocabulary::kMeasurementType, text));
      case FieldKind::kSensorAlertType:
        return out->Text(name, BareTerm(Vocabulary::kSensorAlertType, text));
      case FieldKind::kComponent:
        return out->Text(name, BareTerm(Vocabulary::kComponent, text));
      case FieldKind::kText:
      case FieldKind::kUri:
      case FieldKind::kTime:
      case FieldKind::kHex:
        return out->Text(name, text);
    }
  }

  template <typename T>
  Json SensorObject(absl::Span<const SensorField<T>> fields, const T& from) const {
    Json out('{');
    for (const SensorField<T>& field : fields) {
      WriteScalar(field.kind, field.name, from.*field.member, &out);
    }
    WriteElements(from.extensions, &out);
    return out;
  }

  std::string Sensor(const SensorElement& element) const {
    Json out('{');
    Json metadata = SensorObject(SensorMetadataFields(), element.metadata);
    if (!metadata.empty()) out.Raw("sensorMetadata", std::move(metadata).Take());
    out.List("sensorReport", element.reports, [this](const SensorReport& from) {
      Json report = SensorObject(SensorReportFields(), from);
      report.Text("bizRules", from.biz_rules);
      return std::move(report).Take();
    });
    WriteElements(element.extensions, &out);
    return std::move(out).Take();
  }

  const Prefixes& prefixes_;
};

void CollectNamespaces(const Elements& elements, std::set<std::string>* spaces) {
  for (const Element& element : elements) {
    if (!element.space.empty()) spaces->insert(element.space);
    CollectNamespaces(element.children, spaces);
  }
}

void CollectNamespaces(const Event& event, std::set<std::string>* spaces) {
  const auto add = [spaces](const Elements& elements) { CollectNamespaces(elements, spaces); };
  add(event.error.extensions);
  add(event.read_point.extensions);
  add(event.biz_location.extensions);
  for (const auto* list : {&event.quantities, &event.child_quantities, &event.input_quantities,
                           &event.output_quantities}) {
    for (const Quantity& quantity : *list) add(quantity.extensions);
  }
  for (const SensorElement& element : event.sensor_elements) {
    add(element.metadata.extensions);
    for (const SensorReport& report : element.reports) add(report.extensions);
    add(element.extensions);
  }
  add(event.ilmd);
  add(event.extensions);
}

bool IsPlainPrefix(absl::string_view prefix) {
  return !prefix.empty() && prefix.find_first_of(":/#@ ") == absl::string_view::npos;
}

Prefixes Choose(std::set<std::string> spaces, const Prefixes& wanted) {
  Prefixes chosen = StandardPrefixes();
  std::set<std::string> taken;
  for (const auto& [space, prefix] : chosen) taken.insert(prefix);
  for (const std::string& space : spaces) {
    if (chosen.count(space) > 0) continue;
    const auto hint = wanted.find(space);
    std::string prefix = hint == wanted.end() ? "" : hint->second;
    for (int number = 1; !IsPlainPrefix(prefix) || taken.count(prefix) > 0; ++number) {
      prefix = absl::StrCat("ext", number);
    }
    taken.insert(prefix);
    chosen.emplace(space, prefix);
  }
  return chosen;
}

std::string IgnoredName(const std::string& key, const Prefixes& prefixes) {
  const auto prefix = prefixes.find(std::string(NamespaceOf(key)));
  return prefix == prefixes.end() ? key : absl::StrCat(prefix->second, ":", LocalNameOf(key));
}

}  // namespace

std::string WriteEventJson(const Event& event, const std::map<std::string, std::string>& prefixes) {
  return EventWriter(prefixes).Write(event);
}

std::map<std::string, std::string> ChoosePrefixes(
    absl::Span<const Event> events, const std::map<std::string, std::string>& wanted) {
  std::set<std::string> spaces;
  for (const Event& event : events) CollectNamespaces(event, &spaces);
  return Choose(std::move(spaces), wanted);
}

std::string WriteDocumentJson(absl::Span<const Event> events, absl::string_view creation_date,
                              const std::map<std::string, std::string>& wanted_prefixes,
                              const std::vector<std::string>& ignored_fields) {
  // Any namespace does for the list of ignored fields; this one says whose idea it was.
  constexpr char kIgnoreSpace[] = "https://repository-x.example.com/";
  std::set<std::string> spaces;
  for (const Event& event : events) CollectNamespaces(event, &spaces);
  for (const std::string& key : ignored_fields) {
    spaces.insert(kIgnoreSpace);
    if (!NamespaceOf(key).empty()) spaces.insert(std::string(NamespaceOf(key)));
  }
  const Prefixes prefixes = Choose(std::move(spaces), wanted_prefixes);
  Json declared('{');
  for (const auto& [space, prefix] : prefixes) {
    if (StandardPrefixes().count(space) == 0) declared.Text(prefix, space);
  }
  Json context('[');
  context.Text("", kContext);
  if (!declared.empty()) context.Raw("", std::move(declared).Take());
  Json list('[');
  for (const Event& event : events) list.Raw("", WriteEventJson(event, prefixes));
  Json body('{');
  body.Raw("eventList", std::move(list).Take());
  Json out('{');
  out.Raw("@context", std::move(context).Take());
  out.Text("type", "EPCISDocument");
  out.Text("schemaVersion", "2.0");
  out.Text("creationDate", creation_date);
  if (!ignored_fields.empty()) {
    Json names('[');
    for (const std::string& key : ignored_fields) names.Text("", IgnoredName(key, prefixes));
    out.Raw(absl::StrCat(prefixes.at(kIgnoreSpace), ":ignoreFields"), std::move(names).Take());
  }
  out.Raw("epcisBody", std::move(body).Take());
  return std::move(out).Take();
}

}  // namespace suyuan::epcis
