// suyuan chaincode evaluate, submit.
#pragma once

#include <CLI/App.hpp>

namespace suyuan {

void AddChaincodeCallCommands(CLI::App& app);

}  // namespace suyuan
