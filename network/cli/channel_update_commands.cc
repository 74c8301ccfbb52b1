// suyuan channel update-..., remove-org, show-update, sign, envelope: a change of a
// channel's configuration, as a file that passes from administrator to administrator.
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "network/channel/update_review.h"
#include "network/cli/command.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/config_update.h"
#include "network/setup/describe_change.h"
#include "network/setup/msp_material.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxFileBytes = 64 << 20;
constexpr uint64_t kMaxPemBytes = 1 << 20;

// What every command that writes an update needs.
struct UpdateFiles {
  std::string block, out;
};

absl::StatusOr<ChannelConfigPtr> LoadConfig(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const auto block, ParseProto<::common::Block>(bytes, file + ": block"));
  auto config = ChannelConfig::FromBlock(block);
  SUYUAN_RETURN_IF_ERROR(config.status(), file);
  return config;
}

// Writes the update, and tells what it would do.
absl::Status WriteUpdate(const UpdateFiles& files, const std::vector<ConfigChange>& changes) {
  SUYUAN_ASSIGN_OR_RETURN(const auto config, LoadConfig(files.block));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, MakeConfigUpdate(*config, changes));
  SUYUAN_ASSIGN_OR_RETURN(const auto review, ReviewUpdate(*config, update));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(files.out, update));
  std::cout << DescribeReview(*config, review);
  return absl::OkStatus();
}

// A command that writes one update; `changes` runs after its options are read.
CLI::App* UpdateCommand(CLI::App& app, const std::string& name, const std::string& help,
                        std::function<absl::StatusOr<std::vector<ConfigChange>>()> changes) {
  auto files = std::make_shared<UpdateFiles>();
  auto* command = Command(app, "channel " + name, help, [=]() -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(const auto wanted, changes());
    return WriteUpdate(*files, wanted);
  });
  command->add_option("--block", files->block, "The newest config block ('channel fetch')")
      ->required();
  command->add_option("--out", files->out, "The update file")->required();
  return command;
}

// Organisations --------------------------------------------------------------

struct OrganizationOptions {
  std::string name, msp_id, msp_file, kind = "application";
  std::vector<std::string> addresses;
};

OrganizationKind KindOf(const OrganizationOptions& o) {
  return o.kind == "orderer" ? OrganizationKind::kOrderer : OrganizationKind::kApplication;
}

absl::StatusOr<std::vector<ConfigChange>> OrganizationChange(const OrganizationOptions& o) {
  MemberSpec member{.name = o.name, .msp_id = o.msp_id};
  SUYUAN_ASSIGN_OR_RETURN(member.msp, LoadMspConfig(o.msp_file));
  if (o.kind == "msp") return std::vector<ConfigChange>{SetMsp(o.name, member.msp)};
  if (o.kind == "orderer") {
    member.endpoints = o.addresses;
  } else {
    for (const std::string& text : o.addresses) {
      SUYUAN_ASSIGN_OR_RETURN(auto address, ParseHostPort(text));
      member.peers.push_back(std::move(address));
    }
  }
  return std::vector<ConfigChange>{AddOrganization(KindOf(o), std::move(member))};
}

void AddKind(CLI::App* command, const std::shared_ptr<OrganizationOptions>& o) {
  command->add_option("--org", o->name, "The organisation's name in the channel")->required();
  command->add_option("--kind", o->kind, "application (default) or orderer")
      ->check(CLI::IsMember({"application", "orderer"}));
}

void AddOrganizationCommands(CLI::App& app) {
  auto o = std::make_shared<OrganizationOptions>();
  auto* add = UpdateCommand(app, "update-org",
                            "Write an update that takes an organisation in or renews its MSP",
                            [=] { return OrganizationChange(*o); });
  add->add_option("--org", o->name, "The organisation's name in the channel")->required();
  add->add_option("--org-msp-id", o->msp_id, "Its MSP id")->required();
  add->add_option("--msp", o->msp_file, "Its msp.pb")->required();
  add->add_option("--kind", o->kind, "application or orderer: add it; msp: renew its msp.pb")
      ->check(CLI::IsMember({"application", "orderer", "msp"}));
  add->add_option("--address", o->addresses, "host:port of its peers or orderers");

  auto r = std::make_shared<OrganizationOptions>();
  AddKind(UpdateCommand(
              app, "remove-org",
              "Write an update that suspends an organisation; 'update-org' takes it back",
              [=] { return std::vector<ConfigChange>{RemoveOrganization(KindOf(*r), r->name)}; }),
          r);

  auto a = std::make_shared<OrganizationOptions>();
  auto* addresses = UpdateCommand(
      app, "update-addresses", "Write an update of where an organisation's peers or orderers are",
      [=] { return std::vector<ConfigChange>{SetAddresses(KindOf(*a), a->name, a->addresses)}; });
  AddKind(addresses, a);
  addresses->add_option("--address", a->addresses, "host:port, each; they replace all others")
      ->required();
}

// Batch and policies ---------------------------------------------------------

void AddBatchCommand(CLI::App& app) {
  struct Options {
    BatchChange change;
    std::string timeout;
  };
  auto o = std::make_shared<Options>();
  auto* batch = UpdateCommand(
      app, "update-batch", "Write an update of the batch settings",
      [=]() -> absl::StatusOr<std::vector<ConfigChange>> {
        BatchChange change = o->change;
        absl::Duration timeout;
        if (!o->timeout.empty()) {
          if (!absl::ParseDuration(o->timeout, &timeout)) {
            return absl::InvalidArgumentError("--batch-timeout: not a duration such as 200ms");
          }
          change.timeout = timeout;
        }
        return std::vector<ConfigChange>{ChangeBatch(change)};
      });
  batch->add_option("--max-message-count", o->change.max_message_count, "Messages in a block");
  batch->add_option("--preferred-max-bytes", o->change.preferred_max_bytes, "Bytes in a block");
  batch->add_option("--absolute-max-bytes", o->change.absolute_max_bytes,
                    "A larger message is refused");
  batch->add_option("--batch-timeout", o->timeout, "For example 200ms");
}

void AddPolicyCommand(CLI::App& app) {
  struct Options {
    std::string path, rule;
    bool may_be_new = false;
  };
  auto o = std::make_shared<Options>();
  auto* policy = UpdateCommand(app, "update-policy", "Write an update of one policy", [=] {
    return std::vector<ConfigChange>{SetPolicy(o->path, o->rule, o->may_be_new)};
  });
  policy->add_option("--path", o->path, "For example /Channel/Application/Endorsement")->required();
  policy
      ->add_option("--rule", o->rule,
                   "\"MAJORITY Admins\" (ANY, ALL) or \"OR('OneMSP.admin', 'TwoMSP.admin')\"")
      ->required();
  policy->add_flag("--new", o->may_be_new, "Make it when it is not there");
}

// Ordering -------------------------------------------------------------------

struct ConsenterOptions {
  std::string add, remove, replace, by, certificate, client_certificate;
};

absl::StatusOr<ConsenterConfig> MakeConsenter(const std::string& address,
                                              const std::string& certificate,
                                              const std::string& client_certificate) {
  SUYUAN_ASSIGN_OR_RETURN(const HostPort host_port, ParseHostPort(address));
  ConsenterConfig consenter{host_port.host, host_port.port, "", ""};
  SUYUAN_ASSIGN_OR_RETURN(consenter.server_tls_cert, ReadFile(certificate, kMaxPemBytes));
  consenter.client_tls_cert = consenter.server_tls_cert;
  if (!client_certificate.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(consenter.client_tls_cert, ReadFile(client_certificate, kMaxPemBytes));
  }
  return consenter;
}

absl::StatusOr<std::vector<ConfigChange>> ConsenterChange(const ConsenterOptions& o) {
  if (!o.add.empty() + !o.remove.empty() + !o.replace.empty() != 1) {
    return absl::InvalidArgumentError("give one of --add, --remove, --replace");
  }
  if (!o.remove.empty()) return std::vector<ConfigChange>{RemoveConsenter(o.remove)};
  if (o.certificate.empty()) return absl::InvalidArgumentError("--tls-cert is missing");
  const std::string& address = !o.add.empty() ? o.add : o.by.empty() ? o.replace : o.by;
  SUYUAN_ASSIGN_OR_RETURN(auto consenter,
                          MakeConsenter(address, o.certificate, o.client_certificate));
  return std::vector<ConfigChange>{!o.add.empty()
                                       ? AddConsenter(std::move(consenter))
                                       : ReplaceConsenter(o.replace, std::move(consenter))};
}

struct ConsensusOptions {
  std::string type, maintenance;
  std::vector<std::string> consenters;  // HOST:PORT=CERT.pem
};

absl::StatusOr<std::vector<ConfigChange>> ConsensusChange(const ConsensusOptions& o) {
  std::vector<ConfigChange> changes;
  if (!o.type.empty()) {
    std::vector<ConsenterConfig> consenters;
    for (const std::string& text : o.consenters) {
      const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
      if (parts.size() != 2) {
        return absl::InvalidArgumentError(
            absl::StrCat("--consenter: '", text, "' is not HOST:PORT=CERTIFICATE.pem"));
      }
      SUYUAN_ASSIGN_OR_RETURN(auto consenter, MakeConsenter(parts[0], parts[1], ""));
      consenters.push_back(std::move(consenter));
    }
    changes.push_back(SetConsensusType(o.type, std::move(consenters)));
  }
  if (!o.maintenance.empty()) changes.push_back(SetMaintenance(o.maintenance == "on"));
  return changes;
}

void AddOrderingCommands(CLI::App& app) {
  auto o = std::make_shared<ConsenterOptions>();
  auto* set = UpdateCommand(app, "update-consenters",
                            "Write an update that adds, removes or replaces one orderer",
                            [=] { return ConsenterChange(*o); });
  set->add_option("--add", o->add, "HOST:PORT of an orderer to take in");
  set->add_option("--remove", o->remove, "HOST:PORT of an orderer to drop");
  set->add_option("--replace", o->replace, "HOST:PORT of an orderer that changes");
  set->add_option("--by", o->by, "Its new HOST:PORT; when not given, a certificate is renewed");
  set->add_option("--tls-cert", o->certificate, "Its TLS certificate, PEM");
  set->add_option("--client-tls-cert", o->client_certificate,
                  "The one it connects with, PEM, when that is another");

  auto c = std::make_shared<ConsensusOptions>();
  auto* consensus = UpdateCommand(app, "update-consensus",
                                  "Write an update of the kind of ordering, or of maintenance mode",
                                  [=] { return ConsensusChange(*c); });
  consensus->add_option("--maintenance", c->maintenance, "on: no transactions are taken; off")
      ->check(CLI::IsMember({"on", "off"}));
  consensus->add_option("--type", c->type, "etcd or solo; in maintenance mode alone")
      ->check(CLI::IsMember({"etcd", "solo"}));
  consensus->add_option("--consenter", c->consenters,
                        "HOST:PORT=CERTIFICATE.pem of each orderer (etcd)");
}

// Signatures -----------------------------------------------------------------

struct SignOptions {
  std::string update, block, out, msp_id, cert, key;
};

absl::Status ShowUpdate(const SignOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto config, LoadConfig(options.block));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, ReadFile(options.update, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const auto review, ReviewUpdate(*config, update), options.update);
  std::cout << DescribeReview(*config, review);
  return absl::OkStatus();
}

absl::Status Sign(const SignOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto signer, LoadSigner(options.msp_id, options.cert, options.key));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, ReadFile(options.update, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, AddConfigSignature(update, *signer),
                          options.update);
  return WriteFileAtomically(options.out.empty() ? options.update : options.out, bytes);
}

absl::Status Envelope(const SignOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto signer, LoadSigner(options.msp_id, options.cert, options.key));
  SUYUAN_ASSIGN_OR_RETURN(const std::string update, ReadFile(options.update, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, MakeUpdateEnvelope(update, *signer, absl::Now()),
                          options.update);
  return WriteFileAtomically(options.out, bytes);
}

void AddSignerOptions(CLI::App* command, const std::shared_ptr<SignOptions>& o) {
  command->add_option("--msp-id", o->msp_id, "The signer's MSP")->required();
  command->add_option("--cert", o->cert, "The signer's certificate")->required();
  command->add_option("--key", o->key, "The signer's key")->required();
}

void AddSignatureCommands(CLI::App& app) {
  auto o = std::make_shared<SignOptions>();
  auto* show = Command(app, "channel show-update",
                       "What an update would change, who has signed it, who is missing",
                       [=] { return ShowUpdate(*o); });
  show->add_option("update", o->update, "The update file")->required();
  show->add_option("--block", o->block, "The newest config block ('channel fetch')")->required();

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

void AddChannelUpdateCommands(CLI::App& app) {
  AddOrganizationCommands(app);
  AddBatchCommand(app);
  AddPolicyCommand(app);
  AddOrderingCommands(app);
  AddSignatureCommands(app);
}

}  // namespace suyuan
