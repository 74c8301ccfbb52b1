// XML documents (EPCIS 1.2 and 2.0): expat fills a tree of elements, which is then brought into
// the shape that JSON-LD documents have.
#include <expat.h>

#include <map>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document_tree.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

constexpr char kSchemaInstance[] = "http://www.w3.org/2001/XMLSchema-instance";
// Between namespace and name, as expat hands them over; no XML text can contain it.
constexpr char kSeparator = '\x1f';

struct XmlElement {
  std::string key;
  std::string text;  // of all its pieces, trimmed
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;
  bool nil = false;
  uint32_t origin = 0;
};

class XmlBuilder {
 public:
  XmlBuilder(DocumentTree* tree, const DocumentLimits& limits) : tree_(tree), limits_(limits) {
    tree_->origins.emplace_back();
  }

  absl::StatusOr<XmlElement> Parse(absl::string_view text) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
        XML_ParserCreateNS(nullptr, kSeparator), &XML_ParserFree);
    if (parser == nullptr) return absl::ResourceExhaustedError("/: no memory for a parser");
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, &XmlBuilder::OnStart, &XmlBuilder::OnEnd);
    XML_SetCharacterDataHandler(parser_, &XmlBuilder::OnText);
    XML_SetEntityDeclHandler(parser_, &XmlBuilder::OnEntity);
    XML_SetStartNamespaceDeclHandler(parser_, &XmlBuilder::OnNamespace);
    XML_SetParamEntityParsing(parser_, XML_PARAM_ENTITY_PARSING_NEVER);
    const XML_Status parsed =
        XML_Parse(parser_, text.data(), static_cast<int>(text.size()), XML_TRUE);
    SUYUAN_RETURN_IF_ERROR(status_);
    if (parsed != XML_STATUS_OK) {
      return absl::InvalidArgumentError(
          absl::StrCat("/: no well-formed XML: ", XML_ErrorString(XML_GetErrorCode(parser_)),
                       " (line ", XML_GetCurrentLineNumber(parser_), ")"));
    }
    return std::move(root_);
  }

 private:
  static XmlBuilder& Self(void* data) { return *static_cast<XmlBuilder*>(data); }

  static std::string Key(const char* name) {
    const absl::string_view whole = name;
    const size_t cut = whole.find(kSeparator);
    if (cut == absl::string_view::npos) return std::string(whole);
    // Documents that put EPCIS's own elements into its namespace mean the same.
    if (absl::StartsWith(whole, "urn:epcglobal:epcis")) return std::string(whole.substr(cut + 1));
    return MakeKey(whole.substr(0, cut), whole.substr(cut + 1));
  }

  static void OnStart(void* data, const char* name, const char** attributes) {
    Self(data).Start(name, attributes);
  }

  static void OnEnd(void* data, const char*) {
    XmlBuilder& self = Self(data);
    if (!self.status_.ok()) return;
    std::string& text = self.stack_.back()->text;
    text = std::string(absl::StripAsciiWhitespace(text));
    self.stack_.pop_back();
  }

  static void OnText(void* data, const char* text, int size) {
    XmlBuilder& self = Self(data);
    if (self.status_.ok() && !self.stack_.empty()) {
      self.stack_.back()->text.append(text, static_cast<size_t>(size));
    }
  }

  static void OnEntity(void* data, const char*, int, const char*, int, const char*, const char*,
                       const char*, const char*) {
    Self(data).Stop(absl::InvalidArgumentError("/: entities must not be declared"));
  }

  static void OnNamespace(void* data, const char* prefix, const char* uri) {
    if (prefix == nullptr || uri == nullptr) return;
    Self(data).tree_->prefixes.emplace(NamespaceOf(MakeKey(uri, "")), prefix);
  }

  void Stop(absl::Status status) {
    if (!status_.ok()) return;
    status_ = std::move(status);
    XML_StopParser(parser_, XML_FALSE);
  }

  void Start(const char* name, const char** attributes) {
    if (!status_.ok()) return;
    if (stack_.size() >= limits_.max_depth) {
      return Stop(absl::ResourceExhaustedError(
          absl::StrCat("/: nested deeper than ", limits_.max_depth, " levels")));
    }
    XmlElement& element = stack_.empty() ? root_ : stack_.back()->children.emplace_back();
    element.key = Key(name);
    for (; *attributes != nullptr; attributes += 2) {
      std::string key = Key(attributes[0]);
      if (NamespaceOf(key) == kSchemaInstance) {
        const absl::string_view value = attributes[1];
        if (LocalNameOf(key) == "nil") element.nil = value == "true" || value == "1";
        continue;
      }
      element.attributes.emplace_back(std::move(key), attributes[1]);
    }
    nodes_ += 1 + element.attributes.size();
    if (nodes_ > limits_.max_nodes) {
      return Stop(absl::ResourceExhaustedError(
          absl::StrCat("/: more than ", limits_.max_nodes, " elements and attributes")));
    }
    element.origin = static_cast<uint32_t>(tree_->origins.size());
    const uint32_t parent = stack_.empty() ? 0 : stack_.back()->origin;
    tree_->origins.push_back({parent, Label(element)});
    stack_.push_back(&element);
  }

  // The local name, with its place among siblings of the same name from the second on.
  std::string Label(const XmlElement& element) {
    if (stack_.empty()) return std::string(LocalNameOf(element.key));
    if (counts_.size() < stack_.size()) counts_.resize(stack_.size());
    auto& [parent, names] = counts_[stack_.size() - 1];
    if (parent != stack_.back()->origin) {
      parent = stack_.back()->origin;
      names.clear();
    }
    const size_t place = ++names[element.key];
    return place == 1 ? std::string(LocalNameOf(element.key))
                      : absl::StrCat(LocalNameOf(element.key), "[", place, "]");
  }

  DocumentTree* const tree_;
  const DocumentLimits limits_;
  XML_Parser parser_ = nullptr;
  absl::Status status_;
  XmlElement root_;
  std::vector<XmlElement*> stack_;  // a parent's children do not grow while one is open
  size_t nodes_ = 0;
  // By depth: the parent whose children are being counted, and the count by name.
  std::vector<std::pair<uint32_t, std::map<std::string, size_t>>> counts_;
};

// Lists in EPCIS XML: the wrapper, its elements' name, and the key under which an element's own
// text goes when it has attributes (nullptr: it has none).
struct ListShape {
  const char* list;
  const char* item;
  const char* text_key;
};
constexpr ListShape kLists[] = {
    {"epcList", "epc", nullptr},
    {"childEPCs", "epc", nullptr},
    {"inputEPCList", "epc", nullptr},
    {"outputEPCList", "epc", nullptr},
    {"quantityList", "quantityElement", nullptr},
    {"childQuantityList", "quantityElement", nullptr},
    {"inputQuantityList", "quantityElement", nullptr},
    {"outputQuantityList", "quantityElement", nullptr},
    {"bizTransactionList", "bizTransaction", "bizTransaction"},
    {"sourceList", "source", "source"},
    {"destinationList", "destination", "destination"},
    {"sensorElementList", "sensorElement", nullptr},
    {"correctiveEventIDs", "correctiveEventID", nullptr},
};
// Elements that may be repeated, within an event and within some of its fields: lists in JSON.
constexpr const char* kRepeated[] = {"certificationInfo", "set", "unset", "sensorReport"};

// Brings elements into the shape of JSON-LD.
class Shaper {
 public:
  explicit Shaper(DocumentTree* tree) : tree_(tree) {}

  absl::StatusOr<Node> Event(XmlElement&& element) {
    Node event = Start(element, Node::Kind::kObject);
    event.key.clear();
    Node& type = Add(&event, "type", Node::Kind::kText, element.origin);
    type.text = element.key;
    Lists lists;
    SUYUAN_RETURN_IF_ERROR(Fields(std::move(element), &event, &lists));
    return event;
  }

 private:
  static Node Start(const XmlElement& element, Node::Kind kind) {
    Node node;
    node.key = element.key;
    node.kind = kind;
    node.origin = element.origin;
    return node;
  }

  static Node& Add(Node* parent, absl::string_view key, Node::Kind kind, uint32_t origin) {
    Node& node = parent->items.emplace_back();
    node.key = std::string(key);
    node.kind = kind;
    node.origin = origin;
    return node;
  }

  absl::Status Refuse(const XmlElement& element, absl::string_view rule) const {
    Node at;
    at.origin = element.origin;
    return absl::InvalidArgumentError(absl::StrCat(tree_->Path(at), ": ", rule));
  }

  // Any element: text, or an object of its attributes, children and text.
  Node Generic(XmlElement&& element, const char* text_key) {
    if (element.attributes.empty() && element.children.empty() && text_key == nullptr) {
      Node node = Start(element, element.nil ? Node::Kind::kNull : Node::Kind::kText);
      node.text = std::move(element.text);
      return node;
    }
    Node node = Start(element, Node::Kind::kObject);
    for (auto& [key, value] : element.attributes) {
      const auto origin = static_cast<uint32_t>(tree_->origins.size());
      tree_->origins.push_back({element.origin, absl::StrCat("@", LocalNameOf(key))});
      Add(&node, key, Node::Kind::kText, origin).text = std::move(value);
    }
    if (!element.text.empty()) {
      Add(&node, text_key == nullptr ? "@value" : text_key, Node::Kind::kText, element.origin)
          .text = std::move(element.text);
    }
    Lists lists;
    for (XmlElement& child : element.children) {
      AddField(&node, &lists, Generic(std::move(child), nullptr));
    }
    return node;
  }

  // Places of lists that repeated fields of one object are gathered into.
  using Lists = std::map<std::string, size_t>;

  static void AddField(Node* object, Lists* lists, Node&& field) {
    bool repeated = false;
    for (const char* name : kRepeated) repeated |= field.key == name;
    if (!repeated) {
      object->items.push_back(std::move(field));
      return;
    }
    const auto [place, fresh] = lists->emplace(field.key, object->items.size());
    if (fresh) Add(object, field.key, Node::Kind::kArray, field.origin);
    field.key.clear();
    object->items[place->second].items.push_back(std::move(field));
  }

  absl::StatusOr<Node> List(XmlElement&& element, const ListShape& shape) {
    Node list = Start(element, Node::Kind::kArray);
    if (!element.text.empty() || !element.attributes.empty()) {
      return Refuse(element, absl::StrCat("must hold ", shape.item, " elements alone"));
    }
    for (XmlElement& child : element.children) {
      if (child.key != shape.item) {
        return Refuse(child, absl::StrCat("is no element of ", shape.list));
      }
      Node item = Generic(std::move(child), shape.text_key);
      item.key.clear();
      list.items.push_back(std::move(item));
    }
    return list;
  }

  // The children of an event, or of an error declaration.
  absl::Status Fields(XmlElement&& element, Node* object, Lists* lists) {
    if (!element.text.empty()) return Refuse(element, "must not hold text");
    for (XmlElement& child : element.children) {
      if (child.key == "extension" || child.key == "baseExtension") {
        SUYUAN_RETURN_IF_ERROR(Fields(std::move(child), object, lists));
        continue;
      }
      if (child.key == "errorDeclaration") {
        Node declaration = Start(child, Node::Kind::kObject);
        Lists inner;
        SUYUAN_RETURN_IF_ERROR(Fields(std::move(child), &declaration, &inner));
        AddField(object, lists, std::move(declaration));
        continue;
      }
      const ListShape* shape = nullptr;
      for (const ListShape& known : kLists) {
        if (child.key == known.list) shape = &known;
      }
      if (shape == nullptr) {
        AddField(object, lists, Generic(std::move(child), nullptr));
        continue;
      }
      SUYUAN_ASSIGN_OR_RETURN(Node list, List(std::move(child), *shape));
      AddField(object, lists, std::move(list));
    }
    return absl::OkStatus();
  }

  DocumentTree* const tree_;
};

// Events lie in EventList, some of them (EPCIS 1.2) within "extension" elements.
absl::Status TakeEvents(XmlElement&& list, const DocumentLimits& limits, DocumentTree* tree) {
  for (XmlElement& child : list.children) {
    if (child.key == "extension") {
      SUYUAN_RETURN_IF_ERROR(TakeEvents(std::move(child), limits, tree));
      continue;
    }
    if (tree->events.size() >= limits.max_events) {
      return absl::ResourceExhaustedError(
          absl::StrCat("/: more than ", limits.max_events, " events"));
    }
    SUYUAN_ASSIGN_OR_RETURN(Node event, Shaper(tree).Event(std::move(child)));
    tree->events.push_back(std::move(event));
  }
  return absl::OkStatus();
}

// The EventList below `element`; nullptr: none. Depth is bounded by the parser.
XmlElement* FindEventList(XmlElement* element) {
  for (XmlElement& child : element->children) {
    const absl::string_view name = LocalNameOf(child.key);
    if (name == "EventList") return &child;
    if (name == "EPCISBody" || name == "QueryResults" || name == "resultsBody") {
      if (XmlElement* found = FindEventList(&child); found != nullptr) return found;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<DocumentTree> ParseXmlTree(absl::string_view text, const DocumentLimits& limits) {
  if (text.size() > limits.max_bytes || text.size() > size_t{INT32_MAX}) {
    return absl::ResourceExhaustedError(absl::StrCat("/: more than ", limits.max_bytes, " bytes"));
  }
  DocumentTree tree;
  tree.xml = true;
  SUYUAN_ASSIGN_OR_RETURN(XmlElement root, XmlBuilder(&tree, limits).Parse(text));
  const std::string name(LocalNameOf(root.key));
  if (absl::EndsWith(name, "Event")) {
    root.key = name;
    SUYUAN_ASSIGN_OR_RETURN(Node event, Shaper(&tree).Event(std::move(root)));
    tree.events.push_back(std::move(event));
    return tree;
  }
  if (name == "EventList") {
    SUYUAN_RETURN_IF_ERROR(TakeEvents(std::move(root), limits, &tree));
    return tree;
  }
  if (name != "EPCISDocument" && name != "EPCISQueryDocument") {
    return absl::InvalidArgumentError(absl::StrCat(
        "/", name, ": must be EPCISDocument, EPCISQueryDocument, EventList or an event"));
  }
  tree.type = name;
  for (const XmlElement& child : root.children) {
    if (LocalNameOf(child.key) != "ignoreFields" || NamespaceOf(child.key).empty()) continue;
    for (const XmlElement& field : child.children) tree.ignored_fields.push_back(field.key);
  }
  XmlElement* list = FindEventList(&root);
  if (list == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("/", name, "/EPCISBody/EventList: missing"));
  }
  SUYUAN_RETURN_IF_ERROR(TakeEvents(std::move(*list), limits, &tree));
  return tree;
}

}  // namespace suyuan::epcis
