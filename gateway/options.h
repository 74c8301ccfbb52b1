// gateway.yaml
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace suyuan {

struct GatewayOptions {
  struct Peer {
    std::string endpoint;
    std::filesystem::path tls_ca;  // PEM
  };

  std::string name = "gateway";
  std::string msp_id;
  std::string listen = "127.0.0.1:7080";
  std::filesystem::path identity_cert, identity_key;  // signs requests for blocks
  std::filesystem::path tls_cert, tls_key;
  std::vector<Peer> peers;            // of the own organisation, to begin with
  std::vector<std::string> channels;  // followed from the start; others on first use
  std::string operations_listen = "127.0.0.1:0";
  std::string log_spec = "info";
  // Evaluate, Endorse and ChaincodeEvents calls at one time; more are refused before
  // any work is spent on them. Transactions under way are never refused.
  int64_t max_in_flight = 5000;
  absl::Duration endorsement_timeout = absl::Seconds(30);  // for one peer's answer
  // For a Submit whose caller sets no deadline; orderers are tried as long.
  absl::Duration broadcast_timeout = absl::Seconds(30);
  // After such a silence an orderer is left for the next one.
  absl::Duration orderer_timeout = absl::Seconds(3);
  int64_t workers = 2;  // threads that check signatures
};

//   kInvalidArgument  one line a mistake, naming file, key and reason
absl::StatusOr<GatewayOptions> LoadGatewayOptions(const std::filesystem::path& path);

}  // namespace suyuan
