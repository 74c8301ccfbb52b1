// Blocks as another node sends them, and stock block files.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "network/ledger/ledger.h"
#include "network/protoutil/protoutil.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ::common::Block block;
  if (block.ParseFromArray(data, static_cast<int>(size))) {
    suyuan::BlockHeaderHash(block.header());
    suyuan::BlockDataHash(block.data());
    suyuan::LastConfigIndex(block).status().IgnoreError();
    suyuan::IsConfigBlock(block);
  }
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("suyuan_block_fuzz_" + std::to_string(::getpid()));
  {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  suyuan::VerifyFabricBlockFile(file, [](const suyuan::BlockFinding&) {}).status().IgnoreError();
  static const bool registered = std::atexit([] { std::filesystem::remove(file); }) == 0;
  (void)registered;
  return 0;
}
