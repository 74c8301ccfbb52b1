// Channel configurations: blocks, trees and updates from outside.
#include <cstddef>
#include <cstdint>

#include "network/channel/channel_config.h"
#include "network/common/config_reader.h"
#include "tests/fuzz/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  ::common::Block block;
  if (block.ParseFromArray(data, static_cast<int>(size))) {
    auto config = suyuan::ChannelConfig::FromBlock(block);
    if (config.ok()) {
      (*config)->GetPolicy("/Channel/Application/Writers")->ToString();
      (*config)->GetPolicy("/Channel/Application/Endorsement")->EndorserLayouts(16);
    }
  }
  ::common::Config tree;
  if (tree.ParseFromArray(data, static_cast<int>(size))) {
    suyuan::ChannelConfig::Create("trace", tree).status().IgnoreError();
  }
  static const suyuan::ChannelConfigPtr* const base =
      new suyuan::ChannelConfigPtr(suyuan::FuzzChannel());
  if (*base != nullptr) {
    (*base)->ProposeUpdate(input).status().IgnoreError();
    ::common::ConfigEnvelope envelope;
    if (envelope.ParseFromArray(data, static_cast<int>(size))) {
      (*base)->ValidateConfigEnvelope(envelope).status().IgnoreError();
    }
  }
  auto yaml = suyuan::ConfigReader::FromText(input, "fuzz.yaml");
  std::string text;
  yaml.String("name", &text);
  yaml.Finish().IgnoreError();
  return 0;
}
