#include "network/cli/command.h"

namespace suyuan {

void AddOrdererCommands(CLI::App& app) {}

}  // namespace suyuan
