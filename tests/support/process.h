// Programs of the build as child processes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "network/common/testing/process.h"

namespace suyuan {

struct ToolResult {
  int exit_status = -1;
  std::string output;  // stdout and stderr
};
// Runs a program of the build ("suyuan") to its end.
ToolResult RunTool(const std::string& program, const std::vector<std::string>& arguments,
                   const std::filesystem::path& work_dir);

}  // namespace suyuan
