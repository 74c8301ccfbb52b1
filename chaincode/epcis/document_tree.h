// An EPCIS document as a tree of one shape, whether it came as JSON-LD or as XML: lists are
// arrays, XML's wrappers ("extension", "baseExtension") are gone, and every key has its namespace
// in full. Each node knows where it came from, so that a refusal can say it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::epcis {

// What a document may cost at most. Time and memory are linear in these.
struct DocumentLimits {
  size_t max_bytes = size_t{16} << 20;
  size_t max_depth = 40;
  size_t max_nodes = 1'000'000;  // values, XML elements and attributes
  size_t max_events = 100'000;
};

struct Node {
  enum class Kind { kNull, kText, kNumber, kBoolean, kArray, kObject };

  std::string key;  // "{namespace}name" or "name"; empty within an array
  Kind kind = Kind::kNull;
  std::string text;         // also of a number, as it was written, and of a boolean
  std::vector<Node> items;  // of an array or object
  uint32_t origin = 0;

  // The first item with this key; nullptr: none, or this is no object.
  const Node* Find(absl::string_view name) const;
};

// One step of the way to a node.
struct Origin {
  uint32_t parent = 0;
  std::string label;
};

struct DocumentTree {
  bool xml = false;
  // "EPCISDocument", "EPCISQueryDocument"; "" for a bare event or list of events.
  std::string type;
  std::vector<Node> events;
  // Qualified names of extension fields that the sender took out of event hashes.
  std::vector<std::string> ignored_fields;
  // Namespace to the prefix it had.
  std::map<std::string, std::string> prefixes;
  std::vector<Origin> origins;

  // JSON pointer (RFC 6901) or XML path of `node`, or of its missing child `field`.
  std::string Path(const Node& node, absl::string_view field = {}) const;
};

// Both refuse with the path and the rule:
//   kInvalidArgument    not well-formed, or no document, event or list of events
//   kResourceExhausted  beyond `limits`
// XML: no entity is declared or loaded; a DOCTYPE may stand there, but says nothing.
absl::StatusOr<DocumentTree> ParseJsonTree(absl::string_view text, const DocumentLimits& limits);
absl::StatusOr<DocumentTree> ParseXmlTree(absl::string_view text, const DocumentLimits& limits);

// The parts of "{namespace}name".
absl::string_view NamespaceOf(absl::string_view key);
absl::string_view LocalNameOf(absl::string_view key);
// "{namespace}name"; the name alone without a namespace. CBV's master data has one namespace,
// though contexts write it with a colon at its end and XML without.
std::string MakeKey(absl::string_view name_space, absl::string_view name);

}  // namespace suyuan::epcis
