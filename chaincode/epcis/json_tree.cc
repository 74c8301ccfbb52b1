// JSON-LD documents: nlohmann's SAX parser (which keeps the text of numbers) fills the tree; then
// prefixes are resolved by the contexts in scope.
#include <nlohmann/json.hpp>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document_tree.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

// Fills a Node; every handler returns false, with a status, to stop the parser.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(DocumentTree* tree, const DocumentLimits& limits) : tree_(tree), limits_(limits) {
    tree_->origins.emplace_back();
    stack_.push_back(&root_);
  }

  absl::Status Finish() { return status_; }
  Node TakeRoot() { return root_.items.empty() ? Node() : std::move(root_.items[0]); }

  bool null() override { return Add(Node::Kind::kNull, ""); }
  bool boolean(bool value) override { return Add(Node::Kind::kBoolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return Add(Node::Kind::kNumber, absl::StrCat(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Add(Node::Kind::kNumber, absl::StrCat(value));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Add(Node::Kind::kNumber, text);
  }
  bool string(string_t& value) override { return Add(Node::Kind::kText, std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(Node::Kind::kObject); }
  bool start_array(size_t) override { return Open(Node::Kind::kArray); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    if (status_.ok()) {
      status_ =
          absl::InvalidArgumentError(absl::StrCat("/: no well-formed JSON (byte ", position, ")"));
    }
    return false;
  }

 private:
  bool Stop(absl::Status status) {
    if (status_.ok()) status_ = std::move(status);
    return false;
  }

  bool Add(Node::Kind kind, std::string text) {
    if (tree_->origins.size() > limits_.max_nodes) {
      return Stop(absl::ResourceExhaustedError(
          absl::StrCat("/: more than ", limits_.max_nodes, " values")));
    }
    Node& parent = *stack_.back();
    if (parent.kind == Node::Kind::kObject && !seen_.back().insert(key_).second) {
      return Stop(absl::InvalidArgumentError(
          absl::StrCat(tree_->Path(parent, key_.substr(0, 80)), ": is there twice")));
    }
    Node& node = parent.items.emplace_back();
    node.kind = kind;
    node.text = std::move(text);
    if (parent.kind == Node::Kind::kObject) {
      node.key = key_;
    }
    if (&parent != &root_) {
      node.origin = static_cast<uint32_t>(tree_->origins.size());
      tree_->origins.push_back({parent.origin, parent.kind == Node::Kind::kObject
                                                   ? key_
                                                   : absl::StrCat(parent.items.size() - 1)});
    }
    return true;
  }

  bool Open(Node::Kind kind) {
    if (stack_.size() > limits_.max_depth) {
      return Stop(absl::ResourceExhaustedError(absl::StrCat(
          tree_->Path(*stack_.back()), ": nested deeper than ", limits_.max_depth, " levels")));
    }
    if (!Add(kind, "")) return false;
    stack_.push_back(&stack_.back()->items.back());
    seen_.emplace_back();
    return true;
  }

  bool Close() {
    stack_.pop_back();
    seen_.pop_back();
    return true;
  }

  DocumentTree* const tree_;
  const DocumentLimits limits_;
  absl::Status status_;
  Node root_;
  std::vector<Node*> stack_;  // a parent's items do not grow while a child is open
  std::vector<std::set<std::string>> seen_;
  std::string key_;
};

using Prefixes = std::map<std::string, std::string>;

const Prefixes& StandardPrefixes() {
  static const auto* const prefixes =
      new Prefixes{{"epcis", "https://ref.gs1.org/epcis/"},
                   {"cbv", "https://ref.gs1.org/cbv/"},
                   {"cbvmda", "urn:epcglobal:cbv:mda:"},
                   {"gs1", "https://gs1.org/voc/"},
                   {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                   {"owl", "http://www.w3.org/2002/07/owl#"},
                   {"xsd", "http://www.w3.org/2001/XMLSchema#"},
                   {"dcterms", "http://purl.org/dc/terms/"}};
  return *prefixes;
}

// The prefixes that a context declares, over those around it. Contexts of other documents are
// not fetched: only EPCIS's own means anything, and that one is known.
void Declare(const Node& context, Prefixes* prefixes, DocumentTree* tree) {
  if (context.kind == Node::Kind::kArray) {
    for (const Node& item : context.items) Declare(item, prefixes, tree);
  }
  if (context.kind != Node::Kind::kObject) return;
  for (const Node& item : context.items) {
    if (item.kind != Node::Kind::kText || absl::StartsWith(item.key, "@")) continue;
    (*prefixes)[item.key] = item.text;
    tree->prefixes.emplace(NamespaceOf(MakeKey(item.text, "")), item.key);
  }
}

std::string Resolve(absl::string_view key, const Prefixes& prefixes) {
  const size_t colon = key.find(':');
  if (colon == absl::string_view::npos) return std::string(key);
  const auto declared = prefixes.find(std::string(key.substr(0, colon)));
  if (declared != prefixes.end()) return MakeKey(declared->second, key.substr(colon + 1));
  // An IRI in full: its namespace ends with the last '/', '#' or ':'.
  const size_t end = key.find_last_of("/#:");
  if (!absl::StrContains(key, "://") && !absl::StartsWith(key, "urn:")) return std::string(key);
  return end + 1 == key.size() ? std::string(key)
                               : MakeKey(key.substr(0, end + 1), key.substr(end + 1));
}

// Depth is bounded by the parser.
void ResolveKeys(Node* node, const Prefixes& outer, DocumentTree* tree) {
  const Node* context = node->Find("@context");
  Prefixes inner;
  if (context != nullptr) {
    inner = outer;
    Declare(*context, &inner, tree);
  }
  const Prefixes& prefixes = context != nullptr ? inner : outer;
  for (Node& item : node->items) {
    if (item.key == "@context") continue;
    item.key = Resolve(item.key, prefixes);
    ResolveKeys(&item, prefixes, tree);
    if (LocalNameOf(item.key) != "ignoreFields" || NamespaceOf(item.key).empty()) continue;
    for (const Node& name : item.items) {
      tree->ignored_fields.push_back(Resolve(name.text, prefixes));
    }
  }
}

absl::Status Refuse(const DocumentTree& tree, const Node& node, absl::string_view field,
                    absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat(tree.Path(node, field), ": ", rule));
}

// `node`'s child object, or the refusal.
absl::StatusOr<const Node*> ChildObject(const DocumentTree& tree, const Node& node,
                                        absl::string_view name) {
  const Node* child = node.Find(name);
  if (child == nullptr) return Refuse(tree, node, name, "missing");
  if (child->kind != Node::Kind::kObject) return Refuse(tree, *child, "", "must be an object");
  return child;
}

absl::Status TakeList(const Node& list, const DocumentLimits& limits, DocumentTree* tree) {
  if (list.kind != Node::Kind::kArray) return Refuse(*tree, list, "", "must be a list of events");
  if (list.items.size() > limits.max_events) {
    return absl::ResourceExhaustedError(
        absl::StrCat(tree->Path(list), ": more than ", limits.max_events, " events"));
  }
  tree->events = list.items;
  return absl::OkStatus();
}

absl::Status TakeBody(const Node& root, const DocumentLimits& limits, DocumentTree* tree) {
  SUYUAN_ASSIGN_OR_RETURN(const Node* body, ChildObject(*tree, root, "epcisBody"));
  if (tree->type == "EPCISQueryDocument") {
    SUYUAN_ASSIGN_OR_RETURN(body, ChildObject(*tree, *body, "queryResults"));
    SUYUAN_ASSIGN_OR_RETURN(body, ChildObject(*tree, *body, "resultsBody"));
  } else if (const Node* event = body->Find("event"); event != nullptr) {
    tree->events = {*event};
    return absl::OkStatus();
  }
  const Node* list = body->Find("eventList");
  if (list == nullptr) return Refuse(*tree, *body, "eventList", "missing");
  return TakeList(*list, limits, tree);
}

absl::Status TakeEvents(const Node& root, const DocumentLimits& limits, DocumentTree* tree) {
  if (root.kind == Node::Kind::kArray) return TakeList(root, limits, tree);
  if (root.kind != Node::Kind::kObject) return Refuse(*tree, root, "", "must be an object");
  const Node* type = root.Find("type");
  if (type == nullptr) {
    if (const Node* list = root.Find("eventList"); list != nullptr) {
      return TakeList(*list, limits, tree);
    }
    return Refuse(*tree, root, "type", "missing");
  }
  if (absl::EndsWith(type->text, "Event")) {
    tree->events = {root};
    return absl::OkStatus();
  }
  if (type->text != "EPCISDocument" && type->text != "EPCISQueryDocument") {
    return Refuse(*tree, *type, "", "must be EPCISDocument, EPCISQueryDocument or an event type");
  }
  tree->type = type->text;
  for (const char* field : {"@context", "schemaVersion", "creationDate"}) {
    if (tree->type == "EPCISQueryDocument" && field[0] != '@') continue;
    if (root.Find(field) == nullptr) return Refuse(*tree, root, field, "missing");
  }
  return TakeBody(root, limits, tree);
}

}  // namespace

absl::StatusOr<DocumentTree> ParseJsonTree(absl::string_view text, const DocumentLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("/: more than ", limits.max_bytes, " bytes"));
  }
  DocumentTree tree;
  TreeBuilder builder(&tree, limits);
  const bool parsed = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  SUYUAN_RETURN_IF_ERROR(builder.Finish());
  if (!parsed) return absl::InvalidArgumentError("/: no well-formed JSON");
  Node root = builder.TakeRoot();
  ResolveKeys(&root, StandardPrefixes(), &tree);
  SUYUAN_RETURN_IF_ERROR(TakeEvents(root, limits, &tree));
  return tree;
}

}  // namespace suyuan::epcis
