
#include <iostream>
#include <memory>

#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/genesis.h"
#include "network/setup/show.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxFileBytes = 64 << 20;

struct Options {
  std::string config, out, block, newer_block;
};

absl::StatusOr<::common::Block> LoadBlock(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, kMaxFileBytes));
  return ParseProto<::common::Block>(bytes, file + ": block");
}

absl::Status Genesis(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const ChannelSpec spec, ReadChannelSpec(options.config));
  SUYUAN_ASSIGN_OR_RETURN(const auto block, MakeGenesisBlock(spec, absl::Now()));
  return WriteFileAtomically(options.out, DeterministicBytes(block));
}

absl::Status Show(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto block, LoadBlock(options.block));
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ChannelConfig::FromBlock(block), options.block);
  std::cout << ShowChannel(*config) << "\n";
  return absl::OkStatus();
}

absl::Status Diff(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto old_block, LoadBlock(options.block));
  SUYUAN_ASSIGN_OR_RETURN(const auto new_block, LoadBlock(options.newer_block));
  SUYUAN_ASSIGN_OR_RETURN(const auto before, ChannelConfig::FromBlock(old_block), options.block);
  SUYUAN_ASSIGN_OR_RETURN(const auto after, ChannelConfig::FromBlock(new_block),
                          options.newer_block);
  std::cout << DiffChannels(*before, *after);
  return absl::OkStatus();
}

}  // namespace

void AddChannelCommands(CLI::App& app) {
  auto o = std::make_shared<Options>();
  auto* genesis = Command(app, "channel genesis", "Make a channel's block 0 from channel.yaml",
                          [=] { return Genesis(*o); });
  genesis->add_option("--config", o->config, "channel.yaml")->required();
  genesis->add_option("--out", o->out, "The block file")->required();

  auto* show = Command(app, "channel show", "The configuration in a config block, as JSON",
                       [=] { return Show(*o); });
  show->add_option("block", o->block, "The block file")->required();

  auto* diff = Command(app, "channel diff", "What changed between two config blocks",
                       [=] { return Diff(*o); });
  diff->add_option("before", o->block, "The older block file")->required();
  diff->add_option("after", o->newer_block, "The newer block file")->required();
}

}  // namespace suyuan
