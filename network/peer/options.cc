#include "network/peer/options.h"

#include "network/common/config_reader.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

void ReadChaincodes(ConfigReader& config, PeerOptions& options) {
  config.Path("modulesDir", &options.modules_dir);
  for (ConfigReader& element : config.List("chaincodes")) {
    PeerOptions::Chaincode& chaincode = options.chaincodes.emplace_back();
    element.String("name", &chaincode.name, ConfigReader::kRequired);
    element.String("module", &chaincode.module, ConfigReader::kRequired);
  }
}

void ReadLimits(ConfigReader& config, PeerOptions& options) {
  config.Integer("limits.endorsements", &options.limits.endorsements, 1, 1'000'000);
  config.Integer("limits.threads", &options.limits.threads, 0, 1024);
  config.Duration("limits.executeTimeout", &options.limits.execute_timeout);
}

}  // namespace

absl::StatusOr<PeerOptions> LoadPeerOptions(const std::filesystem::path& file) {
  PeerOptions options;
  ConfigReader config = ConfigReader::FromFile(file);
  constexpr auto kRequired = ConfigReader::kRequired;
  config.String("name", &options.name, kRequired);
  config.String("mspId", &options.msp_id, kRequired);
  config.HostPort("listen", &options.listen);
  config.HostPort("externalEndpoint", &options.external_endpoint);
  config.Path("identity.cert", &options.identity_certificate, kRequired, true);
  config.Path("identity.key", &options.identity_key, kRequired, true);
  config.Path("tls.cert", &options.tls_certificate, kRequired, true);
  config.Path("tls.key", &options.tls_key, kRequired, true);
  config.Path("msp", &options.msp, kRequired, true);
  config.Path("dataDir", &options.data_dir, kRequired);
  std::vector<std::string> channels;
  config.Strings("channels", &channels);
  for (const std::string& block : channels) {
    options.channels.push_back(file.parent_path() / block);
  }
  config.Strings("orderers", &options.orderers);
  config.Strings("peers", &options.peers);
  ReadChaincodes(config, options);
  config.HostPort("operations.listen", &options.operations_listen);
  config.String("log", &options.log);
  ReadLimits(config, options);
  SUYUAN_RETURN_IF_ERROR(config.Finish());
  return options;
}

}  // namespace suyuan
