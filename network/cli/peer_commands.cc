#include "network/cli/command.h"

namespace suyuan {

void AddPeerCommands(CLI::App& app) {}

}  // namespace suyuan
