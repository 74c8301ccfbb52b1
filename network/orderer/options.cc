#include "network/orderer/options.h"

#include "network/common/config_reader.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<OrdererOptions> ReadOrdererOptions(const std::filesystem::path& path) {
  OrdererOptions options;
  ConfigReader config = ConfigReader::FromFile(path);
  config.String("name", &options.name);
  config.String("mspId", &options.msp_id, ConfigReader::kRequired);
  config.HostPort("listen", &options.listen);
  config.Path("identity.cert", &options.certificate, ConfigReader::kRequired, true);
  config.Path("identity.key", &options.key, ConfigReader::kRequired, true);
  config.Path("tls.cert", &options.tls_certificate, ConfigReader::kRequired, true);
  config.Path("tls.key", &options.tls_key, ConfigReader::kRequired, true);
  config.Path("msp", &options.msp, ConfigReader::kRequired, true);
  config.Path("dataDir", &options.data_dir, ConfigReader::kRequired);
  config.Strings("channels", &options.channels);
  config.HostPort("operations.listen", &options.operations_listen);
  config.String("log", &options.log_spec);
  config.Integer("threads", &options.threads, 0, 256);
  config.Integer("limits.streams", &options.max_streams, 1, 1'000'000);
  config.Integer("limits.pending", &options.max_pending, 1, 10'000'000);
  config.Duration("batch.earlyCutInterval", &options.early_cut_interval);
  SUYUAN_RETURN_IF_ERROR(config.Finish());
  for (std::string& channel : options.channels) {
    const std::filesystem::path file(channel);
    if (file.is_relative()) channel = (path.parent_path() / file).string();
  }
  return options;
}

}  // namespace suyuan
