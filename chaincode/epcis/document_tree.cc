#include "chaincode/epcis/document_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {

const Node* Node::Find(absl::string_view name) const {
  if (kind != Kind::kObject) return nullptr;
  const auto found = std::find_if(items.begin(), items.end(),
                                  [name](const Node& item) { return item.key == name; });
  return found == items.end() ? nullptr : &*found;
}

std::string DocumentTree::Path(const Node& node, absl::string_view field) const {
  std::vector<absl::string_view> labels;
  for (uint32_t at = node.origin; at != 0 && at < origins.size(); at = origins[at].parent) {
    labels.push_back(origins[at].label);
  }
  std::string path;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    absl::StrAppend(
        &path, "/",
        xml ? std::string(*label) : absl::StrReplaceAll(*label, {{"~", "~0"}, {"/", "~1"}}));
  }
  if (!field.empty()) absl::StrAppend(&path, "/", field);
  return path.empty() ? "/" : path;
}

absl::string_view NamespaceOf(absl::string_view key) {
  if (key.empty() || key[0] != '{') return {};
  const size_t end = key.rfind('}');
  return end == absl::string_view::npos ? absl::string_view() : key.substr(1, end - 1);
}

absl::string_view LocalNameOf(absl::string_view key) {
  if (key.empty() || key[0] != '{') return key;
  const size_t end = key.rfind('}');
  return end == absl::string_view::npos ? key : key.substr(end + 1);
}

std::string MakeKey(absl::string_view name_space, absl::string_view name) {
  if (name_space.empty()) return std::string(name);
  if (name_space == absl::StrCat(kMasterDataNamespace, ":")) name_space = kMasterDataNamespace;
  return absl::StrCat("{", name_space, "}", name);
}

}  // namespace suyuan::epcis
