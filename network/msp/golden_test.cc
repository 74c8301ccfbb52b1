// The MSPs of a stock network's configuration accept all who signed its blocks.
#include <catch2/catch.hpp>

#include "network/msp/msp.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/testing/golden_blocks.h"
#include "protos/common/configtx.pb.h"

namespace suyuan {
namespace {

void AddMsps(const ::common::ConfigGroup& organizations,
             std::vector<std::shared_ptr<const Msp>>* msps) {
  for (const auto& [name, group] : organizations.groups()) {
    ::msp::MSPConfig config;
    REQUIRE(config.ParseFromString(group.values().at("MSP").value()));
    auto msp = Msp::Create(config);
    INFO(name << ": " << msp.status());
    REQUIRE(msp.ok());
    msps->push_back(*msp);
  }
}

std::shared_ptr<const MspManager> MspsOf(const ::common::Block& genesis) {
  const auto parsed = ParseEnvelope(genesis.data().data(0));
  REQUIRE(parsed.ok());
  ::common::ConfigEnvelope config;
  REQUIRE(config.ParseFromString(parsed->payload.data()));
  std::vector<std::shared_ptr<const Msp>> msps;
  const ::common::ConfigGroup& channel = config.config().channel_group();
  AddMsps(channel.groups().at("Application"), &msps);
  AddMsps(channel.groups().at("Orderer"), &msps);
  auto manager = MspManager::Create(std::move(msps));
  REQUIRE(manager.ok());
  return *manager;
}

void CheckMember(const MspManager& msps, const std::string& serialized,
                 ::common::MSPRole::MSPRoleType role) {
  const auto identity = msps.Deserialize(serialized);
  REQUIRE(identity.ok());
  CHECK(msps.Validate(**identity) == absl::OkStatus());
  ::common::MSPRole content;
  content.set_msp_identifier((*identity)->msp_id());
  content.set_role(role);
  ::common::MSPPrincipal principal;
  principal.set_principal(content.SerializeAsString());
  CHECK(msps.Satisfies(**identity, principal) == absl::OkStatus());
}

void CheckSigners(const MspManager& msps, const std::string& entry) {
  const auto parsed = ParseEnvelope(entry);
  REQUIRE(parsed.ok());
  CheckMember(msps, parsed->signature_header.creator(), ::common::MSPRole::MEMBER);
  ::protos::Transaction transaction;
  REQUIRE(transaction.ParseFromString(parsed->payload.data()));
  ::protos::ChaincodeActionPayload action;
  REQUIRE(action.ParseFromString(transaction.actions(0).payload()));
  for (const ::protos::Endorsement& endorsement : action.action().endorsements()) {
    CheckMember(msps, endorsement.endorser(), ::common::MSPRole::PEER);
  }
}

TEST_CASE("All who signed golden blocks are members under the golden configuration", "[golden]") {
  const auto blocks = GoldenBlocks();
  if (blocks.empty()) {
    WARN("skipped: no shared data");
    return;
  }
  const auto msps = MspsOf(blocks[0]);
  CHECK(msps->msps().size() == 3);
  for (size_t i = 1; i < blocks.size(); ++i) {
    for (const std::string& entry : blocks[i].data().data()) CheckSigners(*msps, entry);
    ::common::Metadata metadata;
    REQUIRE(metadata.ParseFromString(blocks[i].metadata().metadata(::common::SIGNATURES)));
    ::common::SignatureHeader orderer;
    REQUIRE(orderer.ParseFromString(metadata.signatures(0).signature_header()));
    CheckMember(*msps, orderer.creator(), ::common::MSPRole::ORDERER);
  }
}

}  // namespace
}  // namespace suyuan
