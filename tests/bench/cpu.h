// CPU time of the network's processes and of this one, from /proc.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace suyuan::bench {

// Seconds of CPU by node name ("peer0.producer"); this process is "client".
std::map<std::string, double> CpuSeconds(const std::filesystem::path& network_dir);

// Resident memory by node name, MiB.
std::map<std::string, double> ResidentMb(const std::filesystem::path& network_dir);

}  // namespace suyuan::bench
