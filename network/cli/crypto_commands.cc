#include "network/cli/command.h"

namespace suyuan {

void AddCryptoCommands(CLI::App& app) {}

}  // namespace suyuan
