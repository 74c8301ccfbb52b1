#include "network/cli/command.h"

namespace suyuan {

void AddChannelCommands(CLI::App& app) {}

}  // namespace suyuan
