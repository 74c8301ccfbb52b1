#include "network/common/config_reader.h"

#include <yaml-cpp/yaml.h>

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"

namespace suyuan {
namespace fs = std::filesystem;

// Shared by a reader and the readers of its list elements.
struct Mistakes {
  fs::path file;
  std::string unreadable;  // then nothing else is worth saying
  std::vector<std::string> lines;
};

struct ConfigReader::Impl {
  YAML::Node root;
  std::string prefix;  // "peers[2]." for an element
  std::shared_ptr<Mistakes> mistakes = std::make_shared<Mistakes>();
  std::set<std::string> asked;
  bool is_element = false;

  void Add(absl::string_view key, absl::string_view reason) {
    mistakes->lines.push_back(absl::StrCat(prefix, key, ": ", reason));
  }

  std::optional<YAML::Node> Find(absl::string_view key, Need need) {
    asked.insert(std::string(key));
    YAML::Node node = YAML::Clone(root);
    for (absl::string_view part : absl::StrSplit(key, '.')) {
      if (!node.IsMap() || !node[std::string(part)]) {
        if (need == kRequired) Add(key, "is missing");
        return std::nullopt;
      }
      YAML::Node next = node[std::string(part)];
      node.reset(next);
    }
    return node;
  }

  std::optional<std::string> Scalar(absl::string_view key, Need need) {
    auto node = Find(key, need);
    if (!node) return std::nullopt;
    if (!node->IsScalar()) {
      Add(key, "must be a single value");
      return std::nullopt;
    }
    return node->Scalar();
  }

  // Whether some setting's key begins with `path`.
  bool IsGroup(const std::string& path) const {
    const auto next = asked.lower_bound(path + ".");
    return next != asked.end() && absl::StartsWith(*next, path + ".");
  }

  void CollectUnknown(const YAML::Node& node, const std::string& path) {
    if (!path.empty() && asked.count(path)) return;
    const bool empty_group = node.IsMap() && node.size() == 0;
    if (!node.IsMap() || (empty_group && !IsGroup(path))) {
      if (!path.empty()) Add(path, "is not a setting of this program");
      return;
    }
    for (const auto& child : node) {
      const std::string name = child.first.Scalar();
      CollectUnknown(child.second, path.empty() ? name : path + "." + name);
    }
  }

  void CheckUnknown() {
    if (root.IsMap()) CollectUnknown(root, "");
  }
};

ConfigReader::ConfigReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConfigReader::ConfigReader(ConfigReader&&) noexcept = default;
ConfigReader::~ConfigReader() {
  if (impl_ && impl_->is_element) impl_->CheckUnknown();
}

ConfigReader ConfigReader::FromFile(const fs::path& path) {
  auto text = ReadFile(path, 16u << 20);
  if (text.ok()) return FromText(*text, path);
  ConfigReader reader = FromText("{}", path);
  reader.impl_->mistakes->unreadable = std::string(text.status().message());
  return reader;
}

ConfigReader ConfigReader::FromText(absl::string_view text, const fs::path& name) {
  auto impl = std::make_unique<Impl>();
  impl->mistakes->file = name;
  try {
    impl->root = YAML::Load(std::string(text));
    if (!impl->root.IsMap()) {
      impl->mistakes->lines.push_back("the file must hold 'key: value' lines");
      impl->root = YAML::Node(YAML::NodeType::Map);
    }
  } catch (const YAML::Exception& e) {
    impl->mistakes->lines.push_back(absl::StrCat("is not YAML: ", e.what()));
    impl->root = YAML::Node(YAML::NodeType::Map);
  }
  return ConfigReader(std::move(impl));
}

void ConfigReader::String(absl::string_view key, std::string* value, Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  if (text->empty() && need == kRequired) return impl_->Add(key, "is empty");
  *value = *text;
}

void ConfigReader::Bool(absl::string_view key, bool* value, Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  if (*text != "true" && *text != "false") return impl_->Add(key, "must be true or false");
  *value = *text == "true";
}

void ConfigReader::Integer(absl::string_view key, int64_t* value, int64_t min, int64_t max,
                           Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  int64_t number;
  if (!absl::SimpleAtoi(*text, &number) || number < min || number > max) {
    return impl_->Add(key, absl::StrCat("must be a number from ", min, " to ", max));
  }
  *value = number;
}

void ConfigReader::Duration(absl::string_view key, absl::Duration* value, Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  absl::Duration duration;
  if (!absl::ParseDuration(*text, &duration) || duration <= absl::ZeroDuration()) {
    return impl_->Add(key, "must be a positive duration such as 200ms or 2s");
  }
  *value = duration;
}

void ConfigReader::Bytes(absl::string_view key, uint64_t* value, Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  static constexpr struct {
    const char* suffix;
    uint64_t factor;
  } kUnits[] = {{"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30},
                {"KB", 1000},      {"MB", 1000000},   {"GB", 1000000000}};
  absl::string_view number = *text;
  uint64_t factor = 1;
  for (const auto& unit : kUnits) {
    if (absl::EndsWith(number, unit.suffix)) {
      number.remove_suffix(std::string(unit.suffix).size());
      factor = unit.factor;
      break;
    }
  }
  uint64_t count;
  if (!absl::SimpleAtoi(number, &count) || count == 0 || count > (uint64_t{1} << 60) / factor) {
    return impl_->Add(key, "must be a size such as 512KiB or 2MiB");
  }
  *value = count * factor;
}

void ConfigReader::HostPort(absl::string_view key, std::string* value, Need need) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  const size_t colon = text->rfind(':');
  int port;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(text->substr(colon + 1), &port) || port < 0 || port > 65535) {
    return impl_->Add(key, "must be HOST:PORT such as 127.0.0.1:7051");
  }
  *value = *text;
}

void ConfigReader::Path(absl::string_view key, fs::path* value, Need need, bool must_exist) {
  auto text = impl_->Scalar(key, need);
  if (!text) return;
  if (text->empty()) return impl_->Add(key, "is empty");
  fs::path path = *text;
  if (path.is_relative()) path = fs::absolute(impl_->mistakes->file).parent_path() / path;
  std::error_code error;
  if (must_exist && !fs::exists(path, error)) {
    return impl_->Add(key, absl::StrCat("no such file: ", path.string()));
  }
  *value = path.lexically_normal();
}

void ConfigReader::Strings(absl::string_view key, std::vector<std::string>* value, Need need) {
  auto node = impl_->Find(key, need);
  if (!node) return;
  if (!node->IsSequence()) return impl_->Add(key, "must be a list");
  value->clear();
  for (const auto& element : *node) {
    if (!element.IsScalar()) return impl_->Add(key, "must be a list of single values");
    value->push_back(element.Scalar());
  }
}

std::vector<ConfigReader> ConfigReader::List(absl::string_view key, Need need) {
  std::vector<ConfigReader> readers;
  auto node = impl_->Find(key, need);
  if (!node) return readers;
  if (!node->IsSequence()) {
    impl_->Add(key, "must be a list");
    return readers;
  }
  for (size_t i = 0; i < node->size(); ++i) {
    const std::string name = absl::StrCat(key, "[", i, "]");
    if (!(*node)[i].IsMap()) {
      impl_->Add(name, "must hold 'key: value' lines");
      continue;
    }
    auto impl = std::make_unique<Impl>();
    impl->root = (*node)[i];
    impl->prefix = absl::StrCat(impl_->prefix, name, ".");
    impl->mistakes = impl_->mistakes;
    impl->is_element = true;
    readers.push_back(ConfigReader(std::move(impl)));
  }
  return readers;
}

void ConfigReader::Mistake(absl::string_view key, absl::string_view reason) {
  impl_->Add(key, reason);
}

absl::Status ConfigReader::Finish() {
  impl_->CheckUnknown();
  const Mistakes& mistakes = *impl_->mistakes;
  if (!mistakes.unreadable.empty()) return absl::InvalidArgumentError(mistakes.unreadable);
  if (mistakes.lines.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(mistakes.file.string(), ":\n  ", absl::StrJoin(mistakes.lines, "\n  ")));
}

}  // namespace suyuan
