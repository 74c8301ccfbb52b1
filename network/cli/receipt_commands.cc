#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/cli/chaincode_client.h"
#include "network/cli/command.h"
#include "network/cli/connection_file.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "network/receipt/receipt.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestShownBytes = 16u << 10;

struct GetOptions {
  std::string connection, org, user = "user1", transaction, out;
};

// The peers of a network, asked as one user.
class Collector {
 public:
  static absl::StatusOr<std::unique_ptr<Collector>> Open(const GetOptions& options) {
    auto collector = std::unique_ptr<Collector>(new Collector);
    SUYUAN_ASSIGN_OR_RETURN(const auto network, ReadConnectionFile(options.connection));
    SUYUAN_ASSIGN_OR_RETURN(const auto client,
                            ReadClientConnection(options.connection, options.org, options.user));
    SUYUAN_ASSIGN_OR_RETURN(collector->signer_,
                            LoadSigner(client.msp_id, client.certificate, client.key));
    for (const ConnectionOrganization& org : network.organizations) {
      for (const NodeAddress& address : org.peers) {
        SUYUAN_ASSIGN_OR_RETURN(auto peer, PeerNode::Create(address));
        collector->peers_.push_back(std::move(peer));
      }
    }
    collector->channel_ = network.channel;
    return collector;
  }

  absl::StatusOr<std::string> Collect(const std::string& transaction) {
    ReceiptParts parts;
    parts.channel_id = channel_;
    parts.transaction_id = transaction;
    SUYUAN_ASSIGN_OR_RETURN(parts.block, AnyBlock("GetBlockByTxID", transaction));
    SUYUAN_RETURN_IF_ERROR(AddConfigBlocks(&parts));
    SUYUAN_RETURN_IF_ERROR(AddWitnesses(&parts));
    const ::common::Block genesis = parts.config_blocks.front();
    parts.config_blocks.erase(parts.config_blocks.begin());
    SUYUAN_ASSIGN_OR_RETURN(const auto receipt, MakeReceipt(std::move(parts)));
    std::string bytes = receipt.SerializeAsString();
    const auto verified = VerifyReceipt(bytes, genesis);
    if (verified.ok()) return bytes;
    return silent_.empty() ? verified.status()
                           : Annotate(verified.status(), absl::StrJoin(silent_, "; "));
  }

 private:
  ProposalSpec Ask(const std::string& function, const std::string& argument) const {
    return {::common::ENDORSER_TRANSACTION,
            channel_,
            kWitnessChaincode,
            {function, channel_, argument}};
  }

  // From the first peer that has it: what it says is verified in the end.
  absl::StatusOr<::common::Block> AnyBlock(const std::string& function,
                                           const std::string& argument) {
    absl::Status last = absl::NotFoundError("the connection file names no peer");
    for (const auto& peer : peers_) {
      const auto bytes = peer->Query(Ask(function, argument), *signer_);
      if (bytes.ok()) return ParseProto<::common::Block>(*bytes, "block");
      last = bytes.status();
    }
    return last;
  }

  // All of them, from the genesis block on: the verifier chooses where trust begins.
  absl::Status AddConfigBlocks(ReceiptParts* parts) {
    SUYUAN_ASSIGN_OR_RETURN(uint64_t number, LastConfigIndex(parts->block));
    while (true) {
      SUYUAN_ASSIGN_OR_RETURN(auto block, AnyBlock("GetBlockByNumber", absl::StrCat(number)));
      parts->config_blocks.push_back(std::move(block));
      if (number == 0) break;
      uint64_t earlier = 0;
      if (number > 1) {
        SUYUAN_ASSIGN_OR_RETURN(const auto before,
                                AnyBlock("GetBlockByNumber", absl::StrCat(number - 1)));
        SUYUAN_ASSIGN_OR_RETURN(earlier, LastConfigIndex(before));
      }
      if (earlier >= number) return absl::DataLossError("configuration blocks in a circle");
      number = earlier;
    }
    std::reverse(parts->config_blocks.begin(), parts->config_blocks.end());
    return absl::OkStatus();
  }

  absl::Status AddWitnesses(ReceiptParts* parts) {
    for (const auto& peer : peers_) {
      SUYUAN_ASSIGN_OR_RETURN(
          const auto signed_proposal,
          MakeSignedProposal(Ask(kWitnessFunction, parts->transaction_id), *signer_));
      const auto response = peer->Propose(signed_proposal);
      if (!response.ok()) {
        silent_.push_back(std::string(response.status().message()));
        continue;
      }
      SUYUAN_ASSIGN_OR_RETURN(
          const auto proposal,
          ParseProto<::protos::Proposal>(signed_proposal.proposal_bytes(), "proposal"));
      SUYUAN_ASSIGN_OR_RETURN(auto witness, MakeWitness(proposal, *response));
      parts->witnesses.push_back(std::move(witness));
    }
    return absl::OkStatus();
  }

  std::string channel_;
  std::shared_ptr<const SigningIdentity> signer_;
  PeerNodes peers_;
  std::vector<std::string> silent_;  // why a peer is no witness
};

absl::Status Get(const GetOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto collector, Collector::Open(options));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, collector->Collect(options.transaction));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(options.out, bytes));
  std::cout << Json{{"transaction", options.transaction},
                    {"receipt", options.out},
                    {"bytes", bytes.size()}}
                   .dump()
            << "\n";
  return absl::OkStatus();
}

Json Shown(const ReceiptParty& party) {
  return {{"mspId", party.msp_id}, {"subject", party.subject}};
}

Json Shown(const std::vector<ReceiptParty>& parties) {
  Json out = Json::array();
  for (const ReceiptParty& party : parties) out.push_back(Shown(party));
  return out;
}

// Text as it is; what is no text, or long, by its hash.
Json Shown(const std::string& bytes) {
  if (IsUtf8(bytes) && bytes.size() <= kLongestShownBytes) return bytes;
  return {{"bytes", bytes.size()}, {"sha256", HexEncode(Sha256(bytes))}};
}

Json Shown(const ReceiptFindings& found) {
  Json arguments = Json::array(), writes = Json::array();
  for (const std::string& argument : found.arguments) arguments.push_back(Shown(argument));
  for (const ReceiptWrite& write : found.writes) {
    Json one = {{"chaincode", write.chaincode}, {"key", Shown(write.key)}};
    if (write.deleted) {
      one["deleted"] = true;
    } else {
      one["value"] = Shown(write.value);
    }
    writes.push_back(std::move(one));
  }
  return {
      {"valid", true},
      {"channel", found.channel_id},
      {"transaction", found.transaction_id},
      {"block", found.block},
      {"position", found.position},
      {"blockHash", HexEncode(found.block_hash)},
      {"trust", {{"configurationBlock", found.trusted_block}, {"followed", found.configurations}}},
      {"ordered", {{"policy", found.ordering_policy}, {"by", Shown(found.orderers)}}},
      {"created",
       {{"by", Shown(found.creator)},
        {"clientTime", absl::FormatTime(found.created, absl::UTCTimeZone())}}},
      {"endorsed",
       {{"by", Shown(found.endorsers)}, {"notCounted", found.endorsements_not_counted}}},
      {"committedValid", {{"policy", found.validity_policy}, {"saidBy", Shown(found.witnesses)}}},
      {"chaincode", found.chaincode},
      {"arguments", std::move(arguments)},
      {"result", Shown(found.result)},
      {"writes", std::move(writes)},
  };
}

absl::Status Verify(const std::string& file, const std::string& trust) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string trusted, ReadFile(trust));
  SUYUAN_ASSIGN_OR_RETURN(const auto block, ParseProto<::common::Block>(trusted, "block"), trust);
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, kMaxReceiptBytes));
  const auto found = VerifyReceipt(bytes, block);
  if (!found.ok()) {
    std::cout << Json{{"valid", false}, {"reason", std::string(found.status().message())}}.dump()
              << "\n";
    return Annotate(found.status(), file);
  }
  std::cout << Shown(*found).dump() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddReceiptCommands(CLI::App& app) {
  const auto options = std::make_shared<GetOptions>();
  CLI::App* get =
      Command(app, "receipt get", "Collect what proves a transaction to anybody, without a node",
              [options] { return Get(*options); });
  get->add_option("--connection", options->connection, "connection.json of the network")
      ->required();
  get->add_option("--org", options->org, "organisation of the user: name or MSP id")->required();
  get->add_option("--user", options->user, "user of that organisation (user1)");
  get->add_option("--tx", options->transaction, "transaction id")->required();
  get->add_option("--out", options->out, "file to write")->required();

  const auto file = std::make_shared<std::string>(), trust = std::make_shared<std::string>();
  CLI::App* verify =
      Command(app, "receipt verify", "Check a receipt, offline, and say what it proves",
              [file, trust] { return Verify(*file, *trust); });
  verify->add_option("file", *file, "receipt")->required();
  verify
      ->add_option("--trust", *trust,
                   "a configuration block of the channel that you trust, older than the "
                   "transaction: the genesis block, from a source of your own")
      ->required();
}

}  // namespace suyuan
