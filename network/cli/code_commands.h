// suyuan code issue, export, prove, verify.
#pragma once

#include <CLI/App.hpp>

namespace suyuan {

void AddCodeCommands(CLI::App& app);

}  // namespace suyuan
