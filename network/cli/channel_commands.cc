
#include <iostream>
#include <memory>

#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/config_update.h"
#include "network/setup/genesis.h"
#include "network/setup/msp_material.h"
#include "network/setup/show.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxFileBytes = 64 << 20;

struct Options {
  std::string config, out, block, update, msp_id, cert, key;
  UpdateSpec spec;

  std::string msp_file, org_msp_id;
  std::vector<std::string> addresses;
  std::string batch_timeout;
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
  SUYUAN_ASSIGN_OR_RETURN(const auto new_block, LoadBlock(options.update));
  SUYUAN_ASSIGN_OR_RETURN(const auto before, ChannelConfig::FromBlock(old_block), options.block);
  SUYUAN_ASSIGN_OR_RETURN(const auto after, ChannelConfig::FromBlock(new_block), options.update);
  std::cout << DiffChannels(*before, *after);
  return absl::OkStatus();
}

absl::Status Update(Options options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto block, LoadBlock(options.block));
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ChannelConfig::FromBlock(block), options.block);
  if (!options.batch_timeout.empty() &&
      !absl::ParseDuration(options.batch_timeout, &options.spec.batch_timeout)) {
    return absl::InvalidArgumentError("--batch-timeout: not a duration such as 200ms");
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, MakeConfigUpdate(*config, options.spec));
  return WriteFileAtomically(options.out, bytes);
}

absl::Status AddOrganization(const Options& options, OrganizationChange change, MemberSpec member) {
  Options copy = options;
  member.msp_id = options.org_msp_id;
  SUYUAN_ASSIGN_OR_RETURN(member.msp, LoadMspConfig(options.msp_file));
  if (change == OrganizationChange::kAddOrderer) {
    member.endpoints = options.addresses;
  } else {
    for (const std::string& text : options.addresses) {
      SUYUAN_ASSIGN_OR_RETURN(auto address, ParseHostPort(text));
      member.peers.push_back(std::move(address));
    }
  }
  copy.spec.organizations.push_back({change, std::move(member)});
  return Update(std::move(copy));
}

absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadSigner(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string cert, ReadFile(options.cert, 1 << 20));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(options.key, 1 << 20));
  return MakeSigningIdentity(options.msp_id, cert, key);
}

absl::Status Sign(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto signer, LoadSigner(options));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, ReadFile(options.update, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, AddConfigSignature(update, *signer),
                          options.update);
  return WriteFileAtomically(options.out.empty() ? options.update : options.out, bytes);
}

absl::Status Envelope(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto signer, LoadSigner(options));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, ReadFile(options.update, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, MakeUpdateEnvelope(update, *signer, absl::Now()),
                          options.update);
  return WriteFileAtomically(options.out, bytes);
}

void AddSignerOptions(CLI::App* command, const std::shared_ptr<Options>& o) {
  command->add_option("--msp-id", o->msp_id, "The signer's MSP")->required();
  command->add_option("--cert", o->cert, "The signer's certificate")->required();
  command->add_option("--key", o->key, "The signer's key")->required();
}

void AddUpdateCommands(CLI::App& app, const std::shared_ptr<Options>& o) {
  auto name = std::make_shared<std::string>();
  auto kind = std::make_shared<std::string>("application");
  auto* add = Command(app, "channel update-org",
                      "Write an update that adds an organisation or renews its MSP", [=] {
                        MemberSpec member;
                        member.name = *name;
                        const auto change = *kind == "orderer" ? OrganizationChange::kAddOrderer
                                            : *kind == "msp"   ? OrganizationChange::kSetMsp
                                                             : OrganizationChange::kAddApplication;
                        return AddOrganization(*o, change, std::move(member));
                      });
  add->add_option("--block", o->block, "The newest config block")->required();
  add->add_option("--org", *name, "The organisation's name in the channel")->required();
  add->add_option("--org-msp-id", o->org_msp_id, "Its MSP id")->required();
  add->add_option("--msp", o->msp_file, "Its msp.pb")->required();
  add->add_option("--kind", *kind, "application or orderer: add it; msp: renew its msp.pb")
      ->check(CLI::IsMember({"application", "orderer", "msp"}));
  add->add_option("--address", o->addresses, "host:port of its peers or orderers");
  add->add_option("--out", o->out, "The update file")->required();

  auto* batch = Command(app, "channel update-batch", "Write an update of the batch settings",
                        [=] { return Update(*o); });
  batch->add_option("--block", o->block, "The newest config block")->required();
  batch->add_option("--max-message-count", o->spec.max_message_count, "Messages in a block");
  batch->add_option("--preferred-max-bytes", o->spec.preferred_max_bytes, "Bytes in a block");
  batch->add_option("--batch-timeout", o->batch_timeout, "For example 200ms");
  batch->add_option("--out", o->out, "The update file")->required();

  auto* sign = Command(app, "channel sign", "Add an administrator's signature to an update file",
                       [=] { return Sign(*o); });
  sign->add_option("update", o->update, "The update file")->required();
  sign->add_option("--out", o->out, "Where to write it; in place when not given");
  AddSignerOptions(sign, o);

  auto* envelope = Command(app, "channel envelope",
                           "Wrap a signed update for the orderer, signed by its submitter",
                           [=] { return Envelope(*o); });
  envelope->add_option("update", o->update, "The update file")->required();
  envelope->add_option("--out", o->out, "The envelope file")->required();
  AddSignerOptions(envelope, o);
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
  diff->add_option("after", o->update, "The newer block file")->required();

  AddUpdateCommands(app, o);
}

}  // namespace suyuan
