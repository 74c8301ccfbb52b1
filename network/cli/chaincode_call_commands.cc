#include "network/cli/chaincode_call_commands.h"

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/cli/command.h"
#include "network/cli/gateway_session.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "sdk/gateway.h"

namespace suyuan {
namespace {

struct Options {
  GatewayFlags gateway;
  std::string endorsing_orgs;
  std::vector<std::string> transient;
  bool no_wait = false;
  CLI::App* command = nullptr;  // holds FUNCTION and ARGUMENT...
};

struct Session {
  GatewaySession gateway;
  std::string function;
  sdk::ProposalOptions proposal;
};

// "KEY=VALUE", or "KEY=@FILE": a secret on a command line is everybody's to see.
absl::Status AddTransient(const std::string& text, std::map<std::string, std::string>* transient) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.size() != 2 || parts[0].empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--transient: '", text, "' is not KEY=VALUE or KEY=@FILE"));
  }
  std::string value = parts[1];
  if (absl::StartsWith(value, "@")) {
    SUYUAN_ASSIGN_OR_RETURN(value, ReadFile(value.substr(1)), "--transient");
  }
  (*transient)[parts[0]] = std::move(value);
  return absl::OkStatus();
}

absl::StatusOr<Session> Open(const Options& options) {
  Session session;
  session.proposal.arguments = options.command->remaining();
  if (session.proposal.arguments.empty()) {
    return absl::InvalidArgumentError("FUNCTION is missing; it follows the options");
  }
  session.function = session.proposal.arguments.front();
  session.proposal.arguments.erase(session.proposal.arguments.begin());
  for (const std::string& text : options.transient) {
    SUYUAN_RETURN_IF_ERROR(AddTransient(text, &session.proposal.transient));
  }
  SUYUAN_ASSIGN_OR_RETURN(session.gateway, OpenGatewaySession(options.gateway));
  const auto& msp_ids = session.gateway.msp_ids;
  for (const auto& org : absl::StrSplit(options.endorsing_orgs, ',', absl::SkipEmpty())) {
    const auto known = msp_ids.find(std::string(org));
    session.proposal.endorsing_organizations.emplace_back(known == msp_ids.end() ? std::string(org)
                                                                                 : known->second);
  }
  return session;
}

// As it is, on lines of its own.
void Print(const std::string& result) {
  std::cout << result;
  if (!result.empty() && result.back() != '\n') std::cout << "\n";
  std::cout.flush();
}

absl::Status Evaluate(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const Session session, Open(options));
  SUYUAN_ASSIGN_OR_RETURN(const std::string result,
                          session.gateway.contract("").Evaluate(session.function, session.proposal,
                                                                session.gateway.deadline()));
  Print(result);
  return absl::OkStatus();
}

absl::Status Submit(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const Session session, Open(options));
  const sdk::CallOptions call = session.gateway.deadline();  // for all steps together
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Proposal proposal, session.gateway.contract("").NewProposal(
                                                            session.function, session.proposal));
  std::cerr << "transaction " << proposal.transaction_id() << "\n";
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Transaction transaction, proposal.Endorse(call));
  SUYUAN_ASSIGN_OR_RETURN(const sdk::Commit commit, transaction.Submit(call));
  if (options.no_wait) {
    std::cerr << "ordered, not waited for: it may still turn out invalid\n";
    Print(transaction.Result());
    return absl::OkStatus();
  }
  SUYUAN_ASSIGN_OR_RETURN(const sdk::CommitStatus status, commit.Status(call));
  SUYUAN_RETURN_IF_ERROR(CheckCommitted(status));
  std::cerr << "committed in block " << status.block_number << "\n";
  Print(transaction.Result());
  return absl::OkStatus();
}

CLI::App* Add(CLI::App& app, const std::string& name, const char* help,
              absl::Status (*run)(const Options&), const std::shared_ptr<Options>& options) {
  CLI::App* command = Command(app, absl::StrCat("chaincode ", name), help,
                              [options, run] { return run(*options); });
  options->command = command;
  command->add_option("--connection", options->gateway.connection, "connection.json of the network")
      ->required();
  command->add_option("--org", options->gateway.org, "organisation of the user: name or MSP id")
      ->required();
  command->add_option("--user", options->gateway.user, "user of that organisation (user1)");
  command->add_option("--name", options->gateway.chaincode, "chaincode")->required();
  command->add_option("--channel", options->gateway.channel,
                      "channel (the one in connection.json)");
  command
      ->add_option("--transient", options->transient,
                   "KEY=VALUE, or KEY=@FILE, told to endorsers alone; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--timeout", options->gateway.timeout_s, "seconds for the whole call (60)")
      ->check(CLI::Range(1, 3600));
  command->footer("FUNCTION [ARGUMENT...] follow the options, as they are: CreateAsset a1 red -5");
  // What follows the first word that is no option is the contract's, dashes and brackets too.
  command->prefix_command();
  return command;
}

}  // namespace

void AddChaincodeCallCommands(CLI::App& app) {
  const auto evaluate = std::make_shared<Options>();
  Add(app, "evaluate", "Ask a contract: one peer runs FUNCTION, nothing is changed", &Evaluate,
      evaluate)
      ->add_option("--endorsing-orgs", evaluate->endorsing_orgs,
                   "names or MSP ids, by comma: whose peers may be asked (the gateway chooses)");
  const auto submit = std::make_shared<Options>();
  CLI::App* command =
      Add(app, "submit", "Have FUNCTION run, ordered and committed; done when it is valid", &Submit,
          submit);
  command->add_option("--endorsing-orgs", submit->endorsing_orgs,
                      "names or MSP ids, by comma: who endorses (the gateway chooses)");
  command->add_flag("--no-wait", submit->no_wait,
                    "return once it is ordered, not knowing whether it will be valid");
}

}  // namespace suyuan
