// suyuan-peer's options: flags and the YAML file, every mistake reported at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace suyuan {

struct PeerOptions {
  std::string name;    // for logs, e.g. "peer0.producer"
  std::string msp_id;  // the organisation this peer belongs to
  std::string listen = "127.0.0.1:7051";
  std::string external_endpoint;  // how others reach it; default: as bound
  std::filesystem::path identity_certificate, identity_key;
  std::filesystem::path tls_certificate, tls_key;
  std::filesystem::path msp;  // msp.MSPConfig of the organisation: the local MSP
  std::filesystem::path data_dir;
  std::vector<std::filesystem::path> channels;  // genesis blocks joined at start
  // "host:port" of orderers asked for blocks besides those that the channel names: those of a
  // new peer's genesis block may be gone.
  std::vector<std::string> orderers;
  // "host:port" of further peers of the own organisation, asked for blocks when no orderer
  // can be reached, besides the anchor peers that the channel names.
  std::vector<std::string> peers;

  // Chaincode modules (shared objects) are looked for here.
  std::filesystem::path modules_dir;
  struct Chaincode {
    std::string name;
    std::string module;  // file name in modules_dir, e.g. "libsuyuan_asset.so"
  };
  std::vector<Chaincode> chaincodes;  // runnable without being installed

  std::string operations_listen = "127.0.0.1:9443";
  std::string log = "info";

  struct Limits {
    int64_t endorsements = 2500;  // proposals at work at once, as Fabric's default
    int64_t threads = 0;          // for CPU work; 0: one per core
    absl::Duration execute_timeout = absl::Seconds(30);  // one chaincode call
  };
  Limits limits;
};

//   kInvalidArgument  one line per mistake
absl::StatusOr<PeerOptions> LoadPeerOptions(const std::filesystem::path& file);

}  // namespace suyuan
