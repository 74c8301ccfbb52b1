#include "network/cli/command.h"

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace suyuan {
namespace {

const char* GroupHelp(absl::string_view group) {
  if (group == "crypto") return "Keys, certificates, revocation lists (files only)";
  if (group == "channel") return "Genesis blocks and configuration updates";
  if (group == "ledger") return "Look into the ledger of a stopped node";
  if (group == "orderer") return "Channels of a running orderer";
  if (group == "peer") return "Channels of a running peer";
  if (group == "chaincode") return "Package, install, approve, commit, deploy";
  return "";
}

}  // namespace

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
      group = parent->add_subcommand(parts[i], GroupHelp(parts[i]));
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
