#include "tests/fuzz/seeds.h"

#include <cstdlib>
#include <filesystem>

#include "network/common/archive.h"
#include "network/common/file_util.h"
#include "network/ledger/backup.h"
#include "network/msp/testing/test_organization.h"
#include "network/protoutil/protoutil.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"
#include "protos/ledger/rwset/rwset.pb.h"
#include "protos/msp/identities.pb.h"
#include "protos/orderer/ab.pb.h"
#include "protos/peer/chaincode.pb.h"

namespace suyuan {
namespace {

TestOrganization& Org(int index) {
  static auto* const first = new TestOrganization("Org1MSP");
  static auto* const second = new TestOrganization("Org2MSP");
  return index == 0 ? *first : *second;
}

std::string SampleRwSet() {
  ::kvrwset::KVRWSet kv;
  auto* read = kv.add_reads();
  read->set_key("a");
  read->mutable_version()->set_block_num(3);
  auto* range = kv.add_range_queries_info();
  range->set_start_key("a");
  range->set_end_key("b");
  range->mutable_raw_reads()->add_kv_reads()->set_key("aa");
  auto* write = kv.add_writes();
  write->set_key("a");
  write->set_value("1");
  ::rwset::TxReadWriteSet rwset;
  auto* ns = rwset.add_ns_rwset();
  ns->set_namespace_("asset");
  ns->set_rwset(kv.SerializeAsString());
  return rwset.SerializeAsString();
}

// Events as JSON-LD and as XML.
void AddEvents(std::vector<std::string>& seeds) {
  seeds.push_back(
      "{\"@context\":[{\"ex\":\"https://e.com/\"}],\"type\":\"EPCISDocument\","
      "\"schemaVersion\":\"2.0\",\"creationDate\":\"2026-01-01T00:00:00Z\",\"epcisBody\":"
      "{\"eventList\":[{\"type\":\"TransformationEvent\",\"eventTime\":"
      "\"2026-01-01T00:00:00.123Z\",\"eventTimeZoneOffset\":\"+08:00\",\"inputEPCList\":"
      "[\"urn:epc:id:sgtin:4012345.011111.9876\"],\"outputQuantityList\":[{\"epcClass\":"
      "\"urn:epc:class:lgtin:4012345.012345.Lot9\",\"quantity\":1.50,\"uom\":\"KGM\"}],"
      "\"bizStep\":\"commissioning\",\"sensorElementList\":[{\"sensorReport\":[{\"type\":"
      "\"Temperature\",\"value\":-2.5e1,\"uom\":\"CEL\"}]}],\"ilmd\":{\"ex:a\":[\"1\",{\"b\":2}]}},"
      "{\"type\":\"AggregationEvent\",\"eventTime\":\"2026-01-02T00:00:00Z\","
      "\"eventTimeZoneOffset\":\"+08:00\",\"action\":\"ADD\",\"parentID\":\"urn:x:1\","
      "\"childEPCs\":[\"urn:x:2\",\"urn:x:1\"]}]}}");
  seeds.push_back(
      "<e:EPCISDocument xmlns:e='urn:epcglobal:epcis:xsd:2' xmlns:x='https://e.com/'>"
      "<EPCISBody><EventList><ObjectEvent><eventTime>2026-01-01T00:00:00Z</eventTime>"
      "<eventTimeZoneOffset>+08:00</eventTimeZoneOffset><epcList><epc>"
      "https://id.gs1.org/01/04012345111118/21/9</epc></epcList><action>ADD</action>"
      "<extension><quantityList><quantityElement><epcClass>urn:x:1</epcClass></quantityElement>"
      "</quantityList></extension><sensorElementList><sensorElement><sensorReport "
      "type='gs1:Speed' value='1.0'/></sensorElement></sensorElementList><x:a x:b='1'>c</x:a>"
      "</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>");
}

// A proposal, a transaction around the same header, and a block of it.
void AddTransaction(std::vector<std::string>& seeds) {
  static const auto client = Org(0).NewClient("user1");
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(client->serialized());
  signature_header.set_nonce(std::string(24, 'n'));
  ::protos::ChaincodeHeaderExtension extension;
  extension.mutable_chaincode_id()->set_name("asset");
  ::common::ChannelHeader channel_header = MakeChannelHeader(
      ::common::ENDORSER_TRANSACTION, "trace",
      ComputeTxId(signature_header.nonce(), signature_header.creator()), absl::UnixEpoch());
  channel_header.set_extension(extension.SerializeAsString());
  ::common::Header header;
  header.set_channel_header(channel_header.SerializeAsString());
  header.set_signature_header(signature_header.SerializeAsString());

  ::protos::ChaincodeInvocationSpec spec;
  spec.mutable_chaincode_spec()->mutable_chaincode_id()->set_name("asset");
  spec.mutable_chaincode_spec()->mutable_input()->add_args("Put");
  ::protos::ChaincodeProposalPayload proposal_payload;
  proposal_payload.set_input(spec.SerializeAsString());
  (*proposal_payload.mutable_transientmap())["k"] = "v";
  ::protos::Proposal proposal;
  proposal.set_header(header.SerializeAsString());
  proposal.set_payload(proposal_payload.SerializeAsString());
  ::protos::SignedProposal signed_proposal;
  signed_proposal.set_proposal_bytes(proposal.SerializeAsString());
  signed_proposal.set_signature("signature");
  seeds.push_back(signed_proposal.SerializeAsString());

  ::protos::ChaincodeAction action;
  action.set_results(SampleRwSet());
  action.mutable_chaincode_id()->set_name("asset");
  ::protos::ProposalResponsePayload response;
  response.set_proposal_hash(std::string(32, 'h'));
  response.set_extension(action.SerializeAsString());
  ::protos::ChaincodeActionPayload action_payload;
  action_payload.set_chaincode_proposal_payload(proposal_payload.SerializeAsString());
  action_payload.mutable_action()->set_proposal_response_payload(response.SerializeAsString());
  ::protos::Transaction transaction;
  auto* tx_action = transaction.add_actions();
  tx_action->set_header(header.signature_header());
  tx_action->set_payload(action_payload.SerializeAsString());
  ::common::Payload payload;
  *payload.mutable_header() = header;
  payload.set_data(transaction.SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  envelope.set_signature("signature");
  seeds.push_back(envelope.SerializeAsString());
  seeds.push_back(
      MakeBlock(1, std::string(32, 'p'), {envelope.SerializeAsString()}).SerializeAsString());
}

void AddSeek(std::vector<std::string>& seeds) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_specified()->set_number(1);
  seek.mutable_stop()->mutable_specified()->set_number(5);
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(Org(0).NewClient("user1")->serialized());
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::DELIVER_SEEK_INFO, "trace", "", absl::UnixEpoch())
          .SerializeAsString());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  payload.set_data(seek.SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  envelope.set_signature("signature");
  seeds.push_back(envelope.SerializeAsString());
}

void AddSharedBlocks(std::vector<std::string>& seeds) {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  if (shared == nullptr) return;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(shared) / "fabric-golden", error)) {
    if (entry.path().extension() != ".pb") continue;
    if (auto bytes = ReadFile(entry.path()); bytes.ok()) seeds.push_back(*std::move(bytes));
  }
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  for (int org : {0, 1}) {
    const auto peer = Org(org).NewPeer("peer0");
    seeds.push_back(peer->serialized());
    seeds.push_back(Org(org).config().SerializeAsString());
    ::msp::SerializedIdentity identity;
    identity.ParseFromString(peer->serialized());
    seeds.push_back(identity.id_bytes());
  }
  seeds.push_back("OutOf(2, 'Org1MSP.peer', AND('Org2MSP.admin', 'Org1MSP.member'))");
  seeds.push_back("name: peer0\ntls: {cert: a, key: b}\nlist: [{x: 1}]\n");
  seeds.push_back(SampleRwSet());
  seeds.push_back(
      "{\"address\":\"127.0.0.1:9999\",\"dial_timeout\":\"10s\",\"tls_required\":false}");
  seeds.push_back(ManifestJson({.channel_id = "trace",
                                .hashes = {.height = 3, .block_hash = std::string(32, 'h')},
                                .files = {{"blocks/000000.blk", 9, std::string(32, 's')}}}));
  if (auto package = WriteTarGz(
          {{"metadata.json", "{\"type\":\"ccaas\",\"label\":\"a\"}"}, {"code.tar.gz", ""}});
      package.ok()) {
    seeds.push_back(*std::move(package));
  }
  AddEvents(seeds);
  AddSeek(seeds);
  AddTransaction(seeds);
  AddSharedBlocks(seeds);
  return seeds;
}

std::unique_ptr<std::shared_ptr<const MspManager>> FuzzMsps() {
  return std::make_unique<std::shared_ptr<const MspManager>>(MakeMspManager({&Org(0), &Org(1)}));
}

ChannelConfigPtr FuzzChannel() {
  std::vector<std::string> seeds;
  AddSharedBlocks(seeds);
  for (const std::string& seed : seeds) {
    ::common::Block block;
    if (!block.ParseFromString(seed) || block.header().number() != 0) continue;
    if (auto config = ChannelConfig::FromBlock(block); config.ok()) return *config;
  }
  return nullptr;
}

}  // namespace suyuan
