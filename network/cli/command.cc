#include "network/cli/command.h"

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace suyuan {

CLI::App* Command(CLI::App& app, absl::string_view path, absl::string_view help,
                  std::function<absl::Status()> body) {
  std::vector<std::string> parts = absl::StrSplit(path, ' ', absl::SkipEmpty());
  CLI::App* parent = &app;
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    CLI::App* group = nullptr;
    for (CLI::App* known : parent->get_subcommands([](CLI::App*) { return true; })) {
      if (known->get_name() == parts[i]) group = known;
    }
    if (group == nullptr) {
      group = parent->add_subcommand(parts[i]);
      group->require_subcommand(1);
    }
    parent = group;
  }
  CLI::App* command = parent->add_subcommand(parts.back(), std::string(help));
  command->callback([body = std::move(body)] {
    const absl::Status status = body();
    if (status.ok()) return;
    std::cerr << "suyuan: " << status.message() << "\n";
    throw CLI::RuntimeError(1);
  });
  return command;
}

}  // namespace suyuan
