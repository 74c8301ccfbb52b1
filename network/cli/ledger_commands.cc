#include "network/cli/command.h"

namespace suyuan {

void AddLedgerCommands(CLI::App& app) {}

}  // namespace suyuan
