#include "gateway/options.h"

#include "network/common/config_reader.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<GatewayOptions> LoadGatewayOptions(const std::filesystem::path& path) {
  GatewayOptions options;
  ConfigReader config = ConfigReader::FromFile(path);
  config.String("name", &options.name);
  config.String("mspId", &options.msp_id, ConfigReader::kRequired);
  config.HostPort("listen", &options.listen);
  config.Path("identity.cert", &options.identity_cert, ConfigReader::kRequired);
  config.Path("identity.key", &options.identity_key, ConfigReader::kRequired);
  config.Path("tls.cert", &options.tls_cert, ConfigReader::kRequired);
  config.Path("tls.key", &options.tls_key, ConfigReader::kRequired);
  for (ConfigReader& peer : config.List("peers", ConfigReader::kRequired)) {
    GatewayOptions::Peer out;
    peer.HostPort("endpoint", &out.endpoint, ConfigReader::kRequired);
    peer.Path("tlsCa", &out.tls_ca, ConfigReader::kRequired);
    options.peers.push_back(std::move(out));
  }
  config.Strings("channels", &options.channels);
  config.HostPort("operations.listen", &options.operations_listen);
  config.String("log", &options.log_spec);
  config.Integer("limits.maxInFlight", &options.max_in_flight, 1, 1'000'000);
  config.Integer("workers", &options.workers, 1, 256);
  config.Duration("timeouts.endorsement", &options.endorsement_timeout);
  config.Duration("timeouts.broadcast", &options.broadcast_timeout);
  config.Duration("timeouts.orderer", &options.orderer_timeout);
  SUYUAN_RETURN_IF_ERROR(config.Finish());
  return options;
}

}  // namespace suyuan
