#include "network/cli/command.h"

namespace suyuan {

void AddChaincodeCommands(CLI::App& app) {}

}  // namespace suyuan
