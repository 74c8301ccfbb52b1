// suyuan: identities, channels, chaincode, inspection, from the command line.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>

#include "network/cli/code_commands.h"
#include "network/cli/command.h"

int main(int argc, char** argv) {
  CLI::App app("suyuan: the command-line tool of the Suyuan traceability network");
  app.name("suyuan");
  app.require_subcommand(1);
  suyuan::AddCryptoCommands(app);
  suyuan::AddChannelCommands(app);
  suyuan::AddChannelUpdateCommands(app);
  suyuan::AddChannelNetworkCommands(app);
  suyuan::AddLedgerCommands(app);
  suyuan::AddBackupCommands(app);
  suyuan::AddOrdererCommands(app);
  suyuan::AddPeerCommands(app);
  suyuan::AddChaincodeCommands(app);
  suyuan::AddEpcisCommands(app);
  suyuan::AddEpcisNetworkCommands(app);
  suyuan::AddTraceCommands(app);
  suyuan::AddGs1Commands(app);
  suyuan::AddReceiptCommands(app);
  suyuan::AddRegistryCommands(app);
  suyuan::AddCodeCommands(app);
  suyuan::AddPlaceCommands(app);
  constexpr struct {
    const char* group;
    const char* help;
  } kGroups[] = {
      {"crypto", "identities: organisations, nodes, users, certificate requests, revocation"},
      {"channel", "channel configuration: genesis blocks, fetch, updates, signatures, submit"},
      {"ledger", "ledgers: verify, hash, show, backup, restore, drill"},
      {"orderer",
       "an orderer's channels and its etcd cluster: status, join, list, remove, members"},
      {"peer", "channels of a peer: join, list, leave"},
      {"chaincode", "contracts: evaluate, submit; their life cycle from package to deploy"},
      {"epcis", "events (EPCIS 2.0): capture, events; of documents alone: hash, check, json"},
      {"trace", "where a unit came from and went, by a network's events or by documents"},
      {"product", "products and their batches: register, review, history, images, test reports"},
      {"organization", "organisations and their papers"},
      {"category", "categories of products: tree, data models, field rights; by supervisors"},
      {"council", "who votes and supervises: motions, votes, the blacklist"},
      {"code", "codes of items: issue, activate, verify, export, prove; limits, prompts, states"},
      {"unit", "one lot or thing as the events have it: who has it, what is known of it"},
      {"template", "what products and services must go through, and what is missing of it"},
      {"hold", "nonconforming units: hold, inspect, dispose"},
      {"recall", "recall cases: what is affected, notices, outcomes, responsibility"},
      {"dealer", "the dealer tree: contracts, shipments down it, stock"},
      {"diversion", "goods outside of their dealer's regions: checks, cases, evidence, statistics"},
      {"receipt", "proof of one transaction for somebody without a node: get, verify"},
      {"gs1", "identifiers, offline: check digits, element strings, Digital Links, EPC URIs"},
  };
  for (const auto& [group, help] : kGroups) app.get_subcommand(group)->description(help);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::RuntimeError& e) {
    return e.get_exit_code();
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help
    std::cerr << "suyuan: " << e.what() << "\nTry '--help' after the command for its options.\n";
    return 2;
  }
}
