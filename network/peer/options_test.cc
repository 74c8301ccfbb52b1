#include "network/peer/options.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "network/common/file_util.h"

namespace suyuan {
namespace {

struct ConfigFile {
  explicit ConfigFile(const std::string& text)
      : dir(std::filesystem::temp_directory_path() /
            ("suyuan-peer-options-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(dir);
    for (const char* name : {"cert.pem", "key.pem", "msp.pb"}) {
      REQUIRE(WriteFileAtomically(dir / name, "x").ok());
    }
    REQUIRE(WriteFileAtomically(path(), text).ok());
  }
  ~ConfigFile() { std::filesystem::remove_all(dir); }
  std::filesystem::path path() const { return dir / "peer.yaml"; }
  std::filesystem::path dir;
};

constexpr char kSmallest[] =
    "name: peer0\nmspId: Org1MSP\nidentity: {cert: cert.pem, key: key.pem}\n"
    "tls: {cert: cert.pem, key: key.pem}\nmsp: msp.pb\ndataDir: data\n";

}  // namespace

TEST_CASE("The smallest peer.yaml listens on loopback", "[options]") {
  const ConfigFile file(kSmallest);
  const auto options = LoadPeerOptions(file.path());
  INFO(options.status());
  REQUIRE(options.ok());
  CHECK(options->listen == "127.0.0.1:7051");
  CHECK(options->operations_listen == "127.0.0.1:9443");
  CHECK(options->data_dir == file.dir / "data");
  CHECK(options->limits.endorsements == 2500);
}

TEST_CASE("Channels and chaincodes are read, paths from the file's directory", "[options]") {
  const ConfigFile file(std::string(kSmallest) +
                        "channels: [trace.block, /abs/other.block]\nmodulesDir: lib\n"
                        "chaincodes: [{name: asset, module: libsuyuan_asset.so}]\n");
  const auto options = LoadPeerOptions(file.path());
  INFO(options.status());
  REQUIRE(options.ok());
  CHECK(options->channels[0] == file.dir / "trace.block");
  CHECK(options->channels[1] == "/abs/other.block");
  REQUIRE(options->chaincodes.size() == 1);
  CHECK(options->chaincodes[0].module == "libsuyuan_asset.so");
}

TEST_CASE("Every mistake in peer.yaml is named", "[options]") {
  const ConfigFile file("name: peer0\nlisten: nowhere\nmsp: missing.pb\n");
  const std::string text(LoadPeerOptions(file.path()).status().message());
  for (const char* key : {"mspId", "listen", "identity.cert", "tls.key", "msp", "dataDir"}) {
    CHECK(text.find(key) != std::string::npos);
  }
}

}  // namespace suyuan
