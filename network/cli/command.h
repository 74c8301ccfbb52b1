// How commands of the `suyuan` tool are written: one file per group, each adding
// its subcommands to the app; the body returns a Status.
//
//   void AddLedgerCommands(CLI::App& app) {
//     auto* verify = Command(app, "ledger verify", "...", [=] { return Verify(*dir); });
//     verify->add_option("dir", *dir, "...")->required();
//   }
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// Exit status: 0 done, 1 refused or failed (reason on stderr, first), 2 wrong usage.
// `path` is "group name"; the group is made on first use. The pointer belongs to
// `app`. When the command was given, Run() calls `body`.
CLI::App* Command(CLI::App& app, absl::string_view path, absl::string_view help,
                  std::function<absl::Status()> body);

// One per group of commands; called by main().
void AddCryptoCommands(CLI::App& app);
void AddChannelCommands(CLI::App& app);
void AddChannelUpdateCommands(CLI::App& app);
void AddChannelNetworkCommands(CLI::App& app);
void AddLedgerCommands(CLI::App& app);
void AddBackupCommands(CLI::App& app);
void AddOrdererCommands(CLI::App& app);
void AddPeerCommands(CLI::App& app);
void AddChaincodeCommands(CLI::App& app);
void AddEpcisCommands(CLI::App& app);
void AddEpcisNetworkCommands(CLI::App& app);
void AddTraceCommands(CLI::App& app);
void AddGs1Commands(CLI::App& app);
void AddReceiptCommands(CLI::App& app);
void AddRegistryCommands(CLI::App& app);
void AddPlaceCommands(CLI::App& app);

}  // namespace suyuan
