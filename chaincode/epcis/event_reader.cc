#include "chaincode/epcis/event_reader.h"

#include <algorithm>
#include <functional>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/sensor_fields.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

using Kind = Node::Kind;

// Which event types a field belongs to.
constexpr unsigned kObject = 1, kAggregation = 2, kTransaction = 4, kTransformation = 8,
                   kAssociation = 16, kAll = 31;
constexpr unsigned kPacking = kAggregation | kAssociation;

class EventReader {
 public:
  explicit EventReader(const DocumentTree& tree) : tree_(tree) {}

  absl::StatusOr<Event> Read(const Node& node) {
    if (node.kind != Kind::kObject) return Refuse(node, "must be an object");
    SUYUAN_RETURN_IF_ERROR(ReadType(node));
    const Node* offset = node.Find("eventTimeZoneOffset");
    if (offset != nullptr && CheckZoneOffset(offset->text).ok()) zone_ = offset->text;
    SUYUAN_RETURN_IF_ERROR(ReadFields(node));
    SUYUAN_RETURN_IF_ERROR(CheckRequired(node));
    return std::move(event_);
  }

 private:
  struct Field {
    const char* key;
    unsigned types;
    std::function<absl::Status(EventReader&, const Node&)> read;
  };

  absl::Status Refuse(const Node& node, absl::string_view rule) const {
    return absl::InvalidArgumentError(absl::StrCat(tree_.Path(node), ": ", rule));
  }
  absl::Status RefuseField(const Node& node, absl::string_view field,
                           absl::string_view rule) const {
    return absl::InvalidArgumentError(absl::StrCat(tree_.Path(node, field), ": ", rule));
  }
  absl::Status RefuseUnknown(const Node& node, absl::string_view owner) const {
    return Refuse(node, absl::StrCat("is no field of ", owner));
  }
  absl::Status At(const Node& node, const absl::Status& status) const {
    return Annotate(status, tree_.Path(node));
  }

  absl::Status ReadType(const Node& node) {
    const Node* type = node.Find("type");
    if (type == nullptr) return RefuseField(node, "type", "missing");
    for (const EventType known :
         {EventType::kObject, EventType::kAggregation, EventType::kTransaction,
          EventType::kTransformation, EventType::kAssociation}) {
      if (type->text == EventTypeName(known)) {
        event_.type = known;
        return absl::OkStatus();
      }
    }
    return Refuse(*type, absl::StrCat("\"", type->text.substr(0, 80), "\" is no event type"));
  }

  unsigned TypeBit() const { return 1u << static_cast<unsigned>(event_.type); }

  absl::Status ReadFields(const Node& node) {
    for (const Node& item : node.items) SUYUAN_RETURN_IF_ERROR(ReadField(item));
    return absl::OkStatus();
  }

  absl::Status ReadField(const Node& item) {
    if (item.key == "@context" || item.key == "type" || item.kind == Kind::kNull) {
      return absl::OkStatus();
    }
    const bool empty = item.kind == Kind::kText && absl::StripAsciiWhitespace(item.text).empty();
    for (const Field& field : Fields()) {
      if (item.key != field.key) continue;
      if (empty) return absl::OkStatus();  // as good as absent
      if ((field.types & TypeBit()) == 0) {
        return RefuseUnknown(item, EventTypeName(event_.type));
      }
      if (!seen_.insert(field.key).second) return Refuse(item, "is there twice");
      return field.read(*this, item);
    }
    // JSON that was made from EPCIS 1.2 XML.
    if (item.key == "baseExtension" && item.kind == Kind::kObject) return ReadFields(item);
    return ReadExtension(item);
  }

  absl::Status ReadExtension(const Node& item) {
    if (!NamespaceOf(item.key).empty() || absl::StrContains(item.key, ':')) {
      return Append(item, &event_.extensions);
    }
    if (IsMasterDataName(item.key)) return AppendMasterData(item, &event_.extensions);
    if (tree_.xml) return RefuseUnknown(item, EventTypeName(event_.type));
    for (const Field& field : Fields()) {
      if (absl::EqualsIgnoreCase(item.key, field.key)) {
        return Refuse(item, absl::StrCat("is no field; is ", field.key, " meant?"));
      }
    }
    return Append(item, &event_.extensions);
  }

  // Extensions --------------------------------------------------------------------------------

  static Element ToElement(absl::string_view key, const Node& node) {
    Element element;
    element.space = std::string(NamespaceOf(key));
    element.name = std::string(LocalNameOf(key));
    if (node.kind != Kind::kObject) {
      element.text = std::string(absl::StripAsciiWhitespace(node.text));
      element.literal = node.kind == Kind::kNumber || node.kind == Kind::kBoolean;
      return element;
    }
    for (const Node& item : node.items) {
      if (item.key == "@context") continue;
      if (item.key == "@value" && item.kind != Kind::kObject && item.kind != Kind::kArray) {
        element.text = std::string(absl::StripAsciiWhitespace(item.text));
        continue;
      }
      AppendElements(item.key, item, &element.children);
    }
    return element;
  }

  static void AppendElements(absl::string_view key, const Node& node, Elements* elements) {
    if (node.kind == Kind::kNull) return;
    if (node.kind != Kind::kArray) {
      elements->push_back(ToElement(key, node));
      return;
    }
    for (const Node& item : node.items) AppendElements(key, item, elements);
  }

  absl::Status Append(const Node& node, Elements* elements) const {
    AppendElements(node.key, node, elements);
    return absl::OkStatus();
  }

  absl::Status AppendMasterData(const Node& node, Elements* elements) const {
    AppendElements(MakeKey(kMasterDataNamespace, node.key), node, elements);
    return absl::OkStatus();
  }

  absl::Status ReadIlmd(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      if (!NamespaceOf(item.key).empty() || absl::StrContains(item.key, ':')) {
        SUYUAN_RETURN_IF_ERROR(Append(item, &event_.ilmd));
      } else if (IsMasterDataName(item.key)) {
        SUYUAN_RETURN_IF_ERROR(AppendMasterData(item, &event_.ilmd));
      } else {
        return Refuse(item, "needs a namespace, for CBV defines no such master data");
      }
    }
    return absl::OkStatus();
  }

  // An extension within a field of EPCIS: it must have a namespace.
  absl::Status ReadInnerExtension(const Node& item, absl::string_view owner,
                                  Elements* elements) const {
    if (NamespaceOf(item.key).empty() && !absl::StrContains(item.key, ':')) {
      return RefuseUnknown(item, owner);
    }
    return Append(item, elements);
  }

  // Scalars -----------------------------------------------------------------------------------

  absl::Status CheckObject(const Node& node) const {
    return node.kind == Kind::kObject ? absl::OkStatus() : Refuse(node, "must be an object");
  }
  absl::Status CheckList(const Node& node) const {
    return node.kind == Kind::kArray ? absl::OkStatus() : Refuse(node, "must be a list");
  }

  absl::Status ReadText(const Node& node, std::string* out) const {
    if (node.kind != Kind::kText) return Refuse(node, "must be text");
    *out = std::string(absl::StripAsciiWhitespace(node.text));
    return out->empty() ? Refuse(node, "must not be empty") : absl::OkStatus();
  }

  absl::Status ReadUri(const Node& node, std::string* out) const {
    SUYUAN_RETURN_IF_ERROR(ReadText(node, out));
    return IsUri(*out) ? absl::OkStatus()
                       : Refuse(node, absl::StrCat("\"", out->substr(0, 80), "\" is no URI"));
  }

  absl::Status ReadTime(const Node& node, std::string* out) const {
    SUYUAN_RETURN_IF_ERROR(ReadText(node, out));
    absl::Status status = ParseTime(*out).status();
    // A time without a zone is local to the place of the event.
    if (!status.ok() && !zone_.empty() && ParseTime(absl::StrCat(*out, zone_)).ok()) {
      absl::StrAppend(out, zone_);
      status = absl::OkStatus();
    }
    return At(node, status);
  }

  absl::Status ReadDecimal(const Node& node, std::string* out) const {
    if (node.kind != (tree_.xml ? Kind::kText : Kind::kNumber)) {
      return Refuse(node, "must be a number");
    }
    *out = std::string(absl::StripAsciiWhitespace(node.text));
    return At(node, CanonicalDecimal(*out).status());
  }

  absl::Status ReadBoolean(const Node& node, std::string* out) const {
    const absl::string_view text = node.text;
    const bool yes = text == "true" || (tree_.xml && text == "1");
    const bool no = text == "false" || (tree_.xml && text == "0");
    if (node.kind != (tree_.xml ? Kind::kText : Kind::kBoolean) || !(yes || no)) {
      return Refuse(node, "must be true or false");
    }
    *out = yes ? "true" : "false";
    return absl::OkStatus();
  }

  absl::Status ReadTerm(Vocabulary vocabulary, const Node& node, std::string* out) const {
    std::string text;
    SUYUAN_RETURN_IF_ERROR(ReadText(node, &text));
    SUYUAN_ASSIGN_OR_RETURN(*out, CanonicalTerm(vocabulary, text), tree_.Path(node));
    return absl::OkStatus();
  }

  absl::Status ReadUris(const Node& node, std::vector<std::string>* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(ReadUri(item, &out->emplace_back()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadOffset(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(ReadText(node, &event_.event_time_zone_offset));
    return At(node, CheckZoneOffset(event_.event_time_zone_offset));
  }

  absl::Status ReadAction(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(ReadText(node, &event_.action));
    if (event_.action == "ADD" || event_.action == "OBSERVE" || event_.action == "DELETE") {
      return absl::OkStatus();
    }
    return Refuse(node, absl::StrCat("\"", event_.action.substr(0, 40),
                                     "\" is none of ADD, OBSERVE, DELETE"));
  }

  absl::Status ReadCertification(const Node& node) {
    if (node.kind == Kind::kArray) return ReadUris(node, &event_.certification_info);
    return ReadUri(node, &event_.certification_info.emplace_back());
  }

  // Objects -----------------------------------------------------------------------------------

  absl::Status ReadQuantity(const Node& node, Quantity* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      if (item.kind == Kind::kNull) continue;
      if (item.key == "epcClass") {
        SUYUAN_RETURN_IF_ERROR(ReadUri(item, &out->epc_class));
      } else if (item.key == "quantity") {
        SUYUAN_RETURN_IF_ERROR(ReadDecimal(item, &out->quantity));
      } else if (item.key == "uom") {
        SUYUAN_RETURN_IF_ERROR(ReadUom(item, &out->uom));
      } else {
        SUYUAN_RETURN_IF_ERROR(ReadInnerExtension(item, "a quantity element", &out->extensions));
      }
    }
    if (out->epc_class.empty()) return RefuseField(node, "epcClass", "missing");
    return absl::OkStatus();
  }

  absl::Status ReadUom(const Node& node, std::string* out) const {
    SUYUAN_RETURN_IF_ERROR(ReadText(node, out));
    const bool good =
        (out->size() == 2 || out->size() == 3) && std::all_of(out->begin(), out->end(), [](char c) {
          return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
        });
    return good ? absl::OkStatus()
                : Refuse(node,
                         "must be a unit's code of UN/CEFACT Recommendation 20 (2 or 3 "
                         "capitals or digits)");
  }

  absl::Status ReadQuantities(const Node& node, std::vector<Quantity>* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(ReadQuantity(item, &out->emplace_back()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadLocation(const Node& node, Location* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      if (item.key == "id") {
        SUYUAN_RETURN_IF_ERROR(ReadUri(item, &out->id));
      } else {
        SUYUAN_RETURN_IF_ERROR(ReadInnerExtension(item, LocalNameOf(node.key), &out->extensions));
      }
    }
    return out->id.empty() ? RefuseField(node, "id", "missing") : absl::OkStatus();
  }

  // {"type": term, NAME: URI}
  absl::Status ReadTyped(const Node& node, const char* name, Vocabulary vocabulary,
                         std::string* type, std::string* id) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      if (item.key == "type") {
        SUYUAN_RETURN_IF_ERROR(ReadTerm(vocabulary, item, type));
      } else if (item.key == name) {
        SUYUAN_RETURN_IF_ERROR(ReadUri(item, id));
      } else {
        return RefuseUnknown(item, name);
      }
    }
    return id->empty() ? RefuseField(node, name, "missing") : absl::OkStatus();
  }

  absl::Status ReadBizTransactions(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    for (const Node& item : node.items) {
      BizTransaction& out = event_.biz_transactions.emplace_back();
      SUYUAN_RETURN_IF_ERROR(
          ReadTyped(item, "bizTransaction", Vocabulary::kBizTransactionType, &out.type, &out.id));
    }
    return absl::OkStatus();
  }

  absl::Status ReadParties(const Node& node, const char* name, std::vector<Party>* parties) const {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    for (const Node& item : node.items) {
      Party& out = parties->emplace_back();
      SUYUAN_RETURN_IF_ERROR(
          ReadTyped(item, name, Vocabulary::kSourceDestinationType, &out.type, &out.id));
      if (out.type.empty()) return RefuseField(item, "type", "missing");
    }
    return absl::OkStatus();
  }

  absl::Status ReadDispositions(const Node& node, std::vector<std::string>* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    if (node.items.empty()) return Refuse(node, "must not be empty");
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(ReadTerm(Vocabulary::kDisposition, item, &out->emplace_back()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadPersistentDisposition(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    PersistentDisposition& out = event_.persistent_disposition;
    for (const Node& item : node.items) {
      if (item.key == "set") {
        SUYUAN_RETURN_IF_ERROR(ReadDispositions(item, &out.set));
      } else if (item.key == "unset") {
        SUYUAN_RETURN_IF_ERROR(ReadDispositions(item, &out.unset));
      } else {
        return RefuseUnknown(item, "persistentDisposition");
      }
    }
    return out.set.empty() && out.unset.empty() ? Refuse(node, "needs set or unset")
                                                : absl::OkStatus();
  }

  absl::Status ReadErrorDeclaration(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    ErrorDeclaration& out = event_.error;
    for (const Node& item : node.items) {
      if (item.kind == Kind::kNull) continue;
      if (item.key == "declarationTime") {
        SUYUAN_RETURN_IF_ERROR(ReadTime(item, &out.declaration_time));
      } else if (item.key == "reason") {
        SUYUAN_RETURN_IF_ERROR(ReadTerm(Vocabulary::kErrorReason, item, &out.reason));
      } else if (item.key == "correctiveEventIDs") {
        SUYUAN_RETURN_IF_ERROR(ReadUris(item, &out.corrective_event_ids));
      } else {
        SUYUAN_RETURN_IF_ERROR(ReadInnerExtension(item, "errorDeclaration", &out.extensions));
      }
    }
    return out.declaration_time.empty() ? RefuseField(node, "declarationTime", "missing")
                                        : absl::OkStatus();
  }

  // Sensors -----------------------------------------------------------------------------------

  absl::Status ReadScalar(FieldKind kind, const Node& node, std::string* out) const {
    switch (kind) {
      case FieldKind::kText:
        return ReadText(node, out);
      case FieldKind::kUri:
        return ReadUri(node, out);
      case FieldKind::kTime:
        return ReadTime(node, out);
      case FieldKind::kDecimal:
        return ReadDecimal(node, out);
      case FieldKind::kBoolean:
        return ReadBoolean(node, out);
      case FieldKind::kHex:
        SUYUAN_RETURN_IF_ERROR(ReadText(node, out));
        return std::all_of(out->begin(), out->end(), absl::ascii_isxdigit)
                   ? absl::OkStatus()
                   : Refuse(node, "must be hexadecimal");
      case FieldKind::kMeasurementType:
        return ReadTerm(Vocabulary::kMeasurementType, node, out);
      case FieldKind::kSensorAlertType:
        return ReadTerm(Vocabulary::kSensorAlertType, node, out);
      case FieldKind::kComponent:
        return ReadTerm(Vocabulary::kComponent, node, out);
    }
    return absl::InternalError("unknown kind of field");
  }

  template <typename T>
  absl::Status ReadSensorField(absl::Span<const SensorField<T>> fields, const Node& item,
                               absl::string_view owner, T* out) const {
    for (const SensorField<T>& field : fields) {
      if (item.key == field.name) return ReadScalar(field.kind, item, &(out->*field.member));
    }
    return ReadInnerExtension(item, owner, &out->extensions);
  }

  absl::Status ReadSensorMetadata(const Node& node, SensorMetadata* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(ReadSensorField(SensorMetadataFields(), item, "sensorMetadata", out));
    }
    return absl::OkStatus();
  }

  absl::Status ReadSensorReport(const Node& node, SensorReport* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(item.key == "bizRules" ? ReadUri(item, &out->biz_rules)
                                                    : ReadSensorField(SensorReportFields(), item,
                                                                      "sensorReport", out));
    }
    return out->type.empty() ? RefuseField(node, "type", "missing") : absl::OkStatus();
  }

  absl::Status ReadSensorElement(const Node& node, SensorElement* out) const {
    SUYUAN_RETURN_IF_ERROR(CheckObject(node));
    for (const Node& item : node.items) {
      if (item.key == "sensorMetadata") {
        if (item.kind == Kind::kText && item.text.empty()) continue;  // <sensorMetadata/>
        SUYUAN_RETURN_IF_ERROR(ReadSensorMetadata(item, &out->metadata));
      } else if (item.key == "sensorReport") {
        SUYUAN_RETURN_IF_ERROR(CheckList(item));
        for (const Node& report : item.items) {
          SUYUAN_RETURN_IF_ERROR(ReadSensorReport(report, &out->reports.emplace_back()));
        }
      } else {
        SUYUAN_RETURN_IF_ERROR(ReadInnerExtension(item, "a sensor element", &out->extensions));
      }
    }
    return out->reports.empty() ? RefuseField(node, "sensorReport", "missing") : absl::OkStatus();
  }

  absl::Status ReadSensorElements(const Node& node) {
    SUYUAN_RETURN_IF_ERROR(CheckList(node));
    for (const Node& item : node.items) {
      SUYUAN_RETURN_IF_ERROR(ReadSensorElement(item, &event_.sensor_elements.emplace_back()));
    }
    return absl::OkStatus();
  }

  // The whole event ---------------------------------------------------------------------------

  static Field Text(const char* key, unsigned types,
                    absl::Status (EventReader::*read)(const Node&, std::string*) const,
                    std::string Event::*member) {
    return {key, types, [=](EventReader& reader, const Node& node) {
              return (reader.*read)(node, &(reader.event_.*member));
            }};
  }
  static Field Term(const char* key, unsigned types, Vocabulary vocabulary,
                    std::string Event::*member) {
    return {key, types, [=](EventReader& reader, const Node& node) {
              return reader.ReadTerm(vocabulary, node, &(reader.event_.*member));
            }};
  }
  static Field Uris(const char* key, unsigned types, std::vector<std::string> Event::*member) {
    return {key, types, [=](EventReader& reader, const Node& node) {
              return reader.ReadUris(node, &(reader.event_.*member));
            }};
  }
  static Field Quantities(const char* key, unsigned types, std::vector<Quantity> Event::*member) {
    return {key, types, [=](EventReader& reader, const Node& node) {
              return reader.ReadQuantities(node, &(reader.event_.*member));
            }};
  }
  static Field Place(const char* key, Location Event::*member) {
    return {key, kAll, [=](EventReader& reader, const Node& node) {
              return reader.ReadLocation(node, &(reader.event_.*member));
            }};
  }
  static Field Parties(const char* key, const char* name, std::vector<Party> Event::*member) {
    return {key, kAll, [=](EventReader& reader, const Node& node) {
              return reader.ReadParties(node, name, &(reader.event_.*member));
            }};
  }
  static Field Other(const char* key, unsigned types,
                     absl::Status (EventReader::*read)(const Node&)) {
    return {key, types,
            [=](EventReader& reader, const Node& node) { return (reader.*read)(node); }};
  }

  static const std::vector<Field>& Fields() {
    using R = EventReader;
    static const auto* const fields = new std::vector<Field>{
        Text("eventTime", kAll, &R::ReadTime, &Event::event_time),
        Text("recordTime", kAll, &R::ReadTime, &Event::record_time),
        Other("eventTimeZoneOffset", kAll, &R::ReadOffset),
        Text("eventID", kAll, &R::ReadUri, &Event::event_id),
        Other("certificationInfo", kAll, &R::ReadCertification),
        Other("errorDeclaration", kAll, &R::ReadErrorDeclaration),
        Uris("epcList", kObject | kTransaction, &Event::epcs),
        Quantities("quantityList", kObject | kTransaction, &Event::quantities),
        Text("parentID", kPacking | kTransaction, &R::ReadUri, &Event::parent_id),
        Uris("childEPCs", kPacking, &Event::child_epcs),
        Quantities("childQuantityList", kPacking, &Event::child_quantities),
        Uris("inputEPCList", kTransformation, &Event::input_epcs),
        Quantities("inputQuantityList", kTransformation, &Event::input_quantities),
        Uris("outputEPCList", kTransformation, &Event::output_epcs),
        Quantities("outputQuantityList", kTransformation, &Event::output_quantities),
        // A URI by the standard, but also plain UUIDs are about; nothing is looked up by it.
        Text("transformationID", kTransformation, &R::ReadText, &Event::transformation_id),
        Other("action", kAll & ~kTransformation, &R::ReadAction),
        Term("bizStep", kAll, Vocabulary::kBizStep, &Event::biz_step),
        Term("disposition", kAll, Vocabulary::kDisposition, &Event::disposition),
        Other("persistentDisposition", kAll, &R::ReadPersistentDisposition),
        Place("readPoint", &Event::read_point),
        Place("bizLocation", &Event::biz_location),
        Other("bizTransactionList", kAll, &R::ReadBizTransactions),
        Parties("sourceList", "source", &Event::sources),
        Parties("destinationList", "destination", &Event::destinations),
        Other("sensorElementList", kAll, &R::ReadSensorElements),
        Other("ilmd", kObject | kTransformation, &R::ReadIlmd),
    };
    return *fields;
  }

  bool Has(const char* key) const { return seen_.count(key) > 0; }

  absl::Status CheckRequired(const Node& node) const {
    for (const char* key : {"eventTime", "eventTimeZoneOffset"}) {
      if (!Has(key)) return RefuseField(node, key, "missing");
    }
    if (event_.type != EventType::kTransformation && !Has("action")) {
      return RefuseField(node, "action", "missing");
    }
    switch (event_.type) {
      case EventType::kObject:
        return CheckObjectEvent(node);
      case EventType::kTransaction:
        return CheckTransactionEvent(node);
      case EventType::kTransformation:
        return CheckTransformationEvent(node);
      case EventType::kAggregation:
      case EventType::kAssociation:
        return CheckPackingEvent(node);
    }
    return absl::OkStatus();
  }

  absl::Status CheckObjectEvent(const Node& node) const {
    if (!Has("epcList") && event_.quantities.empty() && event_.sensor_elements.empty()) {
      return RefuseField(node, "epcList", "missing, and so are quantityList and sensorElementList");
    }
    if (Has("ilmd") && event_.action != "ADD") {
      return RefuseField(node, "ilmd", "goes with the action ADD alone");
    }
    return absl::OkStatus();
  }

  absl::Status CheckTransactionEvent(const Node& node) const {
    if (event_.biz_transactions.empty()) {
      return RefuseField(node, "bizTransactionList", "must name a business transaction");
    }
    if (!Has("epcList") && event_.quantities.empty() && event_.parent_id.empty() &&
        event_.action != "DELETE") {
      return RefuseField(node, "epcList", "missing, and so are quantityList and parentID");
    }
    return absl::OkStatus();
  }

  absl::Status CheckTransformationEvent(const Node& node) const {
    const bool inputs = !event_.input_epcs.empty() || !event_.input_quantities.empty();
    const bool outputs = !event_.output_epcs.empty() || !event_.output_quantities.empty();
    const bool joined = !event_.transformation_id.empty();
    if (!inputs && !(joined && outputs)) {
      return RefuseField(node, "inputEPCList", "missing, and so is inputQuantityList");
    }
    if (!outputs && !joined) {
      return RefuseField(node, "outputEPCList",
                         "missing, and so are outputQuantityList and transformationID");
    }
    return absl::OkStatus();
  }

  absl::Status CheckPackingEvent(const Node& node) const {
    const bool association = event_.type == EventType::kAssociation;
    if (event_.parent_id.empty() && (association || event_.action != "OBSERVE")) {
      return RefuseField(node, "parentID", "missing");
    }
    if (event_.child_epcs.empty() && event_.child_quantities.empty() && event_.action != "DELETE") {
      return RefuseField(node, "childEPCs", "missing, and so is childQuantityList");
    }
    return absl::OkStatus();
  }

  const DocumentTree& tree_;
  Event event_;
  std::set<absl::string_view> seen_;
  std::string zone_;  // of the event, where it has a good one
};

}  // namespace

absl::StatusOr<Event> ReadEvent(const DocumentTree& tree, const Node& node) {
  return EventReader(tree).Read(node);
}

}  // namespace suyuan::epcis
