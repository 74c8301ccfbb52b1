// suyuan chaincode: packages, and their way onto a channel.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "network/cli/chaincode_call_commands.h"
#include "network/cli/chaincode_lifecycle.h"
#include "network/cli/chaincode_package.h"
#include "network/cli/command.h"
#include "network/cli/connection_file.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/thread_pool.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

namespace pb = ::lifecycle;

// Flags of the commands that one organisation's admin runs.
struct MemberOptions {
  std::vector<std::string> peers;
  std::vector<std::string> tls_cas;  // one for all peers, or one each
  std::string certificate, key, msp_id;
  std::vector<std::string> orderers;
  std::vector<std::string> orderer_tls_cas;
};

struct Options {
  MemberOptions member;
  DefinitionOptions definition;
  PackageOptions package;
  std::string package_file;
  std::string package_id;
  std::string connection;
  std::string out;
  int timeout_s = 30;
  absl::Duration timeout() const { return absl::Seconds(timeout_s); }
};
using OptionsPtr = std::shared_ptr<Options>;

absl::StatusOr<std::vector<NodeAddress>> Addresses(const std::vector<std::string>& endpoints,
                                                   const std::vector<std::string>& tls_cas,
                                                   absl::string_view flag) {
  if (tls_cas.size() != 1 && tls_cas.size() != endpoints.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " must be given once, or once for each endpoint"));
  }
  std::vector<NodeAddress> all;
  for (size_t i = 0; i < endpoints.size(); ++i) {
    all.push_back({endpoints[i], tls_cas[tls_cas.size() == 1 ? 0 : i], ""});
  }
  return all;
}

absl::StatusOr<LifecycleMember> MakeMember(const std::string& msp_id, const std::string& cert_file,
                                           const std::string& key_file,
                                           const std::vector<NodeAddress>& peers) {
  LifecycleMember member;
  member.msp_id = msp_id;
  SUYUAN_ASSIGN_OR_RETURN(member.admin, LoadSigner(msp_id, cert_file, key_file));
  for (const NodeAddress& address : peers) {
    SUYUAN_ASSIGN_OR_RETURN(auto peer, PeerNode::Create(address));
    member.peers.push_back(std::move(peer));
  }
  return member;
}

absl::StatusOr<LifecycleMember> MakeMember(const MemberOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto peers, Addresses(options.peers, options.tls_cas, "--tls-ca"));
  return MakeMember(options.msp_id, options.certificate, options.key, peers);
}

// Commands ----------------------------------------------------------------------

absl::Status Package(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string package, MakePackage(options.package));
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, PackageId(package));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(options.out, package));
  std::cout << id << "\n";
  return absl::OkStatus();
}

absl::Status Install(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string package, ReadFile(options.package_file));
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, PackageId(package), options.package_file);
  SUYUAN_ASSIGN_OR_RETURN(const auto member, MakeMember(options.member));
  SUYUAN_RETURN_IF_ERROR(InstallPackage(member, package));
  std::cout << id << "\n";
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<LifecycleTransactions>> Transactions(
    const Options& options, std::vector<LifecycleMember> members) {
  SUYUAN_ASSIGN_OR_RETURN(
      const auto addresses,
      Addresses(options.member.orderers, options.member.orderer_tls_cas, "--orderer-tls-ca"));
  SUYUAN_ASSIGN_OR_RETURN(auto orderers, OrdererNodes::Create(addresses));
  return std::make_unique<LifecycleTransactions>(std::move(members), std::move(orderers),
                                                 options.definition.channel, options.timeout());
}

absl::Status Approve(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(auto member, MakeMember(options.member));
  const std::string msp_id = member.msp_id;
  SUYUAN_ASSIGN_OR_RETURN(const auto transactions, Transactions(options, {std::move(member)}));
  SUYUAN_RETURN_IF_ERROR(transactions->Approve(options.definition, options.package_id));
  std::cout << "approved by " << msp_id << "\n";
  return absl::OkStatus();
}

absl::Status Commit(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto member, MakeMember(options.member));
  // Every given peer endorses, whosever it is; the admin signs.
  std::vector<LifecycleMember> members;
  for (const auto& peer : member.peers) members.push_back({member.msp_id, member.admin, {peer}});
  SUYUAN_ASSIGN_OR_RETURN(const auto transactions, Transactions(options, std::move(members)));
  SUYUAN_RETURN_IF_ERROR(transactions->Commit(options.definition));
  std::cout << "committed\n";
  return absl::OkStatus();
}

absl::Status Check(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto member, MakeMember(options.member));
  SUYUAN_ASSIGN_OR_RETURN(const auto readiness, QueryReadiness(member, options.definition));
  const std::map<std::string, bool> sorted(readiness.approvals().begin(),
                                           readiness.approvals().end());
  for (const auto& [org, approved] : sorted) {
    std::cout << org << ": " << (approved ? "approved" : "not approved");
    const auto mismatch = readiness.mismatches().find(org);
    if (mismatch != readiness.mismatches().end()) {
      for (const std::string& item : mismatch->second.items()) std::cout << "; " << item;
    }
    std::cout << "\n";
  }
  return absl::OkStatus();
}

absl::Status Query(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto member, MakeMember(options.member));
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string bytes,
      QueryLifecycle(member, options.definition.channel, "QueryChaincodeDefinitions",
                     pb::QueryChaincodeDefinitionsArgs()));
  SUYUAN_ASSIGN_OR_RETURN(const auto result, ParseProto<pb::QueryChaincodeDefinitionsResult>(
                                                 bytes, "QueryChaincodeDefinitionsResult"));
  for (const auto& d : result.chaincode_definitions()) {
    if (!options.definition.name.empty() && d.name() != options.definition.name) continue;
    std::cout << d.name() << " version " << d.version() << " sequence " << d.sequence() << "\n";
  }
  return absl::OkStatus();
}

absl::Status Installed(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto member, MakeMember(options.member));
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string bytes,
      QueryLifecycle(member, "", "QueryInstalledChaincodes", pb::QueryInstalledChaincodesArgs()));
  SUYUAN_ASSIGN_OR_RETURN(const auto result, ParseProto<pb::QueryInstalledChaincodesResult>(
                                                 bytes, "QueryInstalledChaincodesResult"));
  for (const auto& package : result.installed_chaincodes()) {
    std::cout << package.package_id() << "\n";
  }
  return absl::OkStatus();
}

// All of it for every organisation of a network whose admins' keys are at hand.
absl::Status Deploy(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const ConnectionFile file, ReadConnectionFile(options.connection));
  SUYUAN_ASSIGN_OR_RETURN(const std::string package, ReadFile(options.package_file));
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, PackageId(package), options.package_file);
  std::vector<LifecycleMember> members;
  for (const ConnectionOrganization& org : file.organizations) {
    SUYUAN_ASSIGN_OR_RETURN(auto member,
                            MakeMember(org.msp_id, org.admin_cert, org.admin_key, org.peers));
    members.push_back(std::move(member));
  }
  std::vector<absl::Status> installed(members.size());
  ThreadPool(members.size()).ParallelFor(members.size(), [&](size_t i) {
    installed[i] = InstallPackage(members[i], package);
  });
  for (const absl::Status& status : installed) SUYUAN_RETURN_IF_ERROR(status, "install");
  SUYUAN_ASSIGN_OR_RETURN(auto orderers, OrdererNodes::Create(file.orderers));
  DefinitionOptions definition = options.definition;
  if (definition.channel.empty()) definition.channel = file.channel;
  LifecycleTransactions transactions(std::move(members), std::move(orderers), definition.channel,
                                     options.timeout());
  SUYUAN_RETURN_IF_ERROR(transactions.Approve(definition, id));
  SUYUAN_RETURN_IF_ERROR(transactions.Commit(definition), "commit");
  std::cout << "deployed " << definition.name << " " << definition.version << " on channel "
            << definition.channel << " (" << id << ")\n";
  return absl::OkStatus();
}

// Flags -------------------------------------------------------------------------

void AddMemberFlags(CLI::App* command, MemberOptions* options) {
  command->add_option("--peer", options->peers, "HOST:PORT of a peer; may be repeated")->required();
  command
      ->add_option("--tls-ca", options->tls_cas,
                   "TLS root of the peer's organisation, PEM; once, or once for each peer")
      ->required();
  command->add_option("--cert", options->certificate, "admin's certificate, PEM")->required();
  command->add_option("--key", options->key, "admin's private key, PEM")->required();
  command->add_option("--msp-id", options->msp_id, "admin's organisation")->required();
}

void AddOrdererFlags(CLI::App* command, Options* options) {
  command
      ->add_option("--orderer", options->member.orderers,
                   "HOST:PORT of an orderer; may be repeated")
      ->required();
  command
      ->add_option("--orderer-tls-ca", options->member.orderer_tls_cas,
                   "TLS root of the orderer's organisation, PEM")
      ->required();
  command->add_option("--timeout", options->timeout_s, "seconds to wait for the commit (30)");
}

void AddDefinitionFlags(CLI::App* command, DefinitionOptions* options, bool channel_required) {
  auto* channel = command->add_option("--channel", options->channel, "channel");
  if (channel_required) channel->required();
  command->add_option("--name", options->name, "name on the channel")->required();
  command->add_option("--version", options->version, "version, e.g. 1.0")->required();
  command->add_option("--sequence", options->sequence, "1 for the first definition, then +1 (1)");
  command->add_option("--policy", options->policy,
                      "endorsement policy, e.g. \"AND('A.peer','B.peer')\" (the channel's)");
  command->add_option("--collections", options->collections_file,
                      "private data collections, JSON file");
  command->add_flag("--init-required", options->init_required, "ask for an initialising call");
}

CLI::App* Add(CLI::App& app, const std::string& name, const char* help, const OptionsPtr& options,
              absl::Status (*run)(const Options&)) {
  return Command(app, absl::StrCat("chaincode ", name), help,
                 [options, run] { return run(*options); });
}

}  // namespace

void AddChaincodeCommands(CLI::App& app) {
  AddChaincodeCallCommands(app);
  const auto options = std::make_shared<Options>();

  CLI::App* package = Add(app, "package", "Make a chaincode package", options, &Package);
  package->add_option("--label", options->package.label, "label, e.g. asset_1.0")->required();
  package->add_option("--module", options->package.module,
                      "file name of a module in the peers' module folders");
  package->add_option("--address", options->package.address, "HOST:PORT of a chaincode server");
  package->add_option("--server-tls-ca", options->package.tls_ca, "its TLS root, PEM (no TLS)");
  package->add_option("--out", options->out, "file to write")->required();

  CLI::App* install = Add(app, "install", "Install a package on peers", options, &Install);
  AddMemberFlags(install, &options->member);
  install->add_option("--package", options->package_file, "file of the package")->required();

  CLI::App* approve =
      Add(app, "approve", "Approve a definition for an organisation", options, &Approve);
  AddMemberFlags(approve, &options->member);
  AddOrdererFlags(approve, options.get());
  AddDefinitionFlags(approve, &options->definition, true);
  approve->add_option("--package-id", options->package_id,
                      "package that the organisation's peers run (none)");

  CLI::App* check = Add(app, "check", "Show who has approved a definition", options, &Check);
  AddMemberFlags(check, &options->member);
  AddDefinitionFlags(check, &options->definition, true);

  CLI::App* commit = Add(app, "commit", "Put an approved definition in force", options, &Commit);
  AddMemberFlags(commit, &options->member);
  AddOrdererFlags(commit, options.get());
  AddDefinitionFlags(commit, &options->definition, true);

  CLI::App* query = Add(app, "query", "List a channel's definitions", options, &Query);
  AddMemberFlags(query, &options->member);
  query->add_option("--channel", options->definition.channel, "channel")->required();
  query->add_option("--name", options->definition.name, "only this one");

  CLI::App* installed = Add(app, "installed", "List a peer's packages", options, &Installed);
  AddMemberFlags(installed, &options->member);

  CLI::App* deploy =
      Add(app, "deploy", "Install, approve and commit for every organisation of a network", options,
          &Deploy);
  deploy->add_option("--connection", options->connection, "connection.json")->required();
  deploy->add_option("--package", options->package_file, "file of the package")->required();
  AddDefinitionFlags(deploy, &options->definition, false);
  deploy->add_option("--timeout", options->timeout_s, "seconds to wait for commits (30)");
}

}  // namespace suyuan
