// orderer.yaml.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace suyuan {

struct OrdererOptions {
  std::string name = "orderer";
  std::string msp_id;
  std::string listen = "127.0.0.1:7050";
  std::filesystem::path certificate, key;          // identity.cert, identity.key
  std::filesystem::path tls_certificate, tls_key;  // tls.cert, tls.key
  std::filesystem::path msp;                       // the organisation's msp.pb
  std::filesystem::path data_dir;                  // dataDir
  // Genesis blocks (files) of channels to join at start-up when they are new.
  std::vector<std::string> channels;
  std::string operations_listen = "127.0.0.1:0";  // operations.listen
  std::string log_spec = "info";                  // log
  int64_t threads = 0;           // of the pool that checks signatures; 0: one a core
  int64_t max_streams = 2'500;   // limits.streams: of Broadcast and of Deliver, each
  int64_t max_pending = 20'000;  // limits.pending: messages of a channel without a block
  absl::Duration early_cut_interval = absl::Milliseconds(10);  // batch.earlyCutInterval

  // Section etcd: without it the orderer orders alone.
  std::vector<std::string> etcd_endpoints;  // "host:port", the member beside it first
  std::filesystem::path etcd_ca;            // roots of the members' certificates
  std::filesystem::path etcd_certificate;   // default: tls.cert
  std::filesystem::path etcd_key;           // default: tls.key
  std::string etcd_prefix;                  // of the network's keys: "/suyuan/NETWORK"
  absl::Duration etcd_lease_ttl = absl::Seconds(2);
  int64_t etcd_keep_batches = 1'000;                  // etcd.keep.batches
  int64_t etcd_keep_bytes = 64 << 20;                 // etcd.keep.bytes
  int64_t etcd_warn_bytes = 1536 << 20;               // etcd.warnBytes
  absl::Duration forward_timeout = absl::Seconds(3);  // limits.forwardTimeout
};

//   kInvalidArgument  one line per mistake
absl::StatusOr<OrdererOptions> ReadOrdererOptions(const std::filesystem::path& path);

}  // namespace suyuan
