#include "network/setup/channel_spec.h"

#include <limits>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/config_reader.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/setup/crypto_spec.h"
#include "network/setup/msp_material.h"

namespace suyuan {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMaxPemBytes = 1 << 20;

void ReadPeers(ConfigReader& reader, MemberSpec* member) {
  std::vector<std::string> peers;
  reader.Strings("peers", &peers);
  for (const std::string& text : peers) {
    auto address = ParseHostPort(text);
    if (!address.ok()) reader.Mistake("peers", address.status().message());
    if (address.ok()) member->peers.push_back(*std::move(address));
  }
}

void ReadEndpoints(ConfigReader& reader, MemberSpec* member) {
  reader.Strings("endpoints", &member->endpoints);
  for (const std::string& text : member->endpoints) {
    auto address = ParseHostPort(text);
    if (!address.ok()) reader.Mistake("endpoints", address.status().message());
  }
}

// The MSP id given must be the one in the file: a mix-up would only show later.
void ReadMsp(ConfigReader& reader, const fs::path& organizations, MemberSpec* member) {
  if (!IsPlainName(member->name)) return;
  auto config = LoadMspConfig(organizations / member->name / "msp.pb");
  if (!config.ok()) return reader.Mistake("name", config.status().message());
  member->msp = *std::move(config);
  auto fabric = ParseFabricMspConfig(member->msp);
  if (fabric.ok() && fabric->name() != member->msp_id) {
    reader.Mistake("mspId", absl::StrCat("is ", fabric->name(), " in msp.pb"));
  }
}

std::vector<MemberSpec> ReadMembers(ConfigReader& reader, absl::string_view key,
                                    const fs::path& organizations, bool orderer) {
  std::vector<MemberSpec> members;
  for (ConfigReader& element : reader.List(key, ConfigReader::kRequired)) {
    MemberSpec member;
    element.String("name", &member.name, ConfigReader::kRequired);
    element.String("mspId", &member.msp_id, ConfigReader::kRequired);
    if (orderer) {
      ReadEndpoints(element, &member);
    } else {
      ReadPeers(element, &member);
    }
    ReadMsp(element, organizations, &member);
    members.push_back(std::move(member));
  }
  return members;
}

void ReadTlsCertificate(ConfigReader& reader, ConsenterConfig* consenter) {
  fs::path file;
  reader.Path("tlsCert", &file, ConfigReader::kRequired, true);
  if (!fs::exists(file)) return;
  auto pem = ReadFile(file, kMaxPemBytes);
  auto certificate = pem.ok() ? Certificate::FromPem(*pem).status() : pem.status();
  if (!certificate.ok()) return reader.Mistake("tlsCert", certificate.message());
  // One certificate serves as server and as client.
  consenter->server_tls_cert = consenter->client_tls_cert = *std::move(pem);
}

std::vector<ConsenterConfig> ReadConsenters(ConfigReader& reader) {
  std::vector<ConsenterConfig> consenters;
  std::set<std::string> endpoints;
  for (ConfigReader& element : reader.List("orderer.consenters")) {
    ConsenterConfig consenter;
    std::string endpoint;
    element.String("endpoint", &endpoint, ConfigReader::kRequired);
    auto address = ParseHostPort(endpoint);
    if (!endpoint.empty() && !address.ok()) {
      element.Mistake("endpoint", address.status().message());
    }
    if (address.ok()) {
      consenter.host = address->host;
      consenter.port = address->port;
    }
    if (!endpoints.insert(endpoint).second) element.Mistake("endpoint", "occurs twice");
    ReadTlsCertificate(element, &consenter);
    consenters.push_back(std::move(consenter));
  }
  return consenters;
}

// Only orderers that share a log are told of each other.
void ReadConsensus(ConfigReader& reader, ChannelSpec* spec) {
  reader.String("orderer.type", &spec->consensus_type);
  spec->consenters = ReadConsenters(reader);
  const bool clustered = spec->consensus_type == "etcd";
  if (clustered && spec->consenters.empty()) {
    reader.Mistake("orderer.consenters", "is missing: type etcd needs every orderer here");
  }
  if (!clustered && !spec->consenters.empty()) {
    reader.Mistake("orderer.consenters", "belongs to type etcd alone");
  }
}

void ReadSize(ConfigReader& reader, absl::string_view key, uint32_t* value) {
  uint64_t bytes = *value;
  reader.Bytes(key, &bytes);
  if (bytes > std::numeric_limits<uint32_t>::max()) return reader.Mistake(key, "is over 4 GiB");
  *value = static_cast<uint32_t>(bytes);
}

void ReadBatch(ConfigReader& reader, BatchSpec* batch) {
  int64_t count = batch->max_message_count;
  reader.Integer("orderer.batch.maxMessageCount", &count, 1, 1'000'000);
  batch->max_message_count = static_cast<uint32_t>(count);
  ReadSize(reader, "orderer.batch.absoluteMaxBytes", &batch->absolute_max_bytes);
  ReadSize(reader, "orderer.batch.preferredMaxBytes", &batch->preferred_max_bytes);
  reader.Duration("orderer.batch.timeout", &batch->timeout);
}

}  // namespace

absl::StatusOr<HostPort> ParseHostPort(absl::string_view text) {
  const size_t colon = text.rfind(':');
  HostPort out;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &out.port) || out.port < 1 || out.port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not HOST:PORT such as 127.0.0.1:7051"));
  }
  out.host = std::string(text.substr(0, colon));
  return out;
}

absl::StatusOr<ChannelSpec> ReadChannelSpec(const fs::path& file) {
  ConfigReader reader = ConfigReader::FromFile(file);
  ChannelSpec spec;
  fs::path organizations = fs::absolute(file).parent_path() / "organizations";
  reader.String("channel", &spec.channel_id, ConfigReader::kRequired);
  reader.Path("organizationsDir", &organizations, ConfigReader::kOptional, true);
  reader.String("application.capability", &spec.application_capability);
  spec.application = ReadMembers(reader, "application.organizations", organizations, false);
  ReadConsensus(reader, &spec);
  spec.orderer = ReadMembers(reader, "orderer.organizations", organizations, true);
  ReadBatch(reader, &spec.batch);
  SUYUAN_RETURN_IF_ERROR(reader.Finish());
  return spec;
}

}  // namespace suyuan
