#include "network/orderer/options.h"

#include "network/common/config_reader.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

void ReadEtcd(ConfigReader& config, OrdererOptions* options) {
  config.Strings("etcd.endpoints", &options->etcd_endpoints);
  config.Path("etcd.ca", &options->etcd_ca, ConfigReader::kOptional, true);
  config.Path("etcd.cert", &options->etcd_certificate, ConfigReader::kOptional, true);
  config.Path("etcd.key", &options->etcd_key, ConfigReader::kOptional, true);
  config.String("etcd.prefix", &options->etcd_prefix);
  config.Duration("etcd.leaseTtl", &options->etcd_lease_ttl);
  config.Integer("etcd.keep.batches", &options->etcd_keep_batches, 1, 1'000'000);
  config.Integer("etcd.keep.bytes", &options->etcd_keep_bytes, 1 << 20, int64_t{1} << 40);
  config.Integer("etcd.warnBytes", &options->etcd_warn_bytes, 1 << 20, int64_t{1} << 40);
  if (options->etcd_endpoints.empty()) {
    if (!options->etcd_prefix.empty() || !options->etcd_ca.empty()) {
      config.Mistake("etcd.endpoints", "is missing, though other keys of etcd are given");
    }
    return;
  }
  if (options->etcd_ca.empty()) config.Mistake("etcd.ca", "is missing");
  const std::string& prefix = options->etcd_prefix;
  if (prefix.size() < 2 || prefix.front() != '/' || prefix.back() == '/') {
    config.Mistake("etcd.prefix", "must be like /suyuan/NETWORK");
  }
  if (options->etcd_lease_ttl < absl::Seconds(1)) {
    config.Mistake("etcd.leaseTtl", "must be 1s or more");
  }
  if (options->etcd_certificate.empty() != options->etcd_key.empty()) {
    config.Mistake("etcd.cert", "cert and key go together");
  }
  if (options->etcd_certificate.empty()) {
    options->etcd_certificate = options->tls_certificate;
    options->etcd_key = options->tls_key;
  }
}

}  // namespace

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
  config.Duration("limits.forwardTimeout", &options.forward_timeout);
  ReadEtcd(config, &options);
  SUYUAN_RETURN_IF_ERROR(config.Finish());
  for (std::string& channel : options.channels) {
    const std::filesystem::path file(channel);
    if (file.is_relative()) channel = (path.parent_path() / file).string();
  }
  return options;
}

}  // namespace suyuan
