// A whole client: submits one asset and reads it back.
//
//   sdk_example ENDPOINT TLS_CA MSP_ID CERT KEY
#include <sdk/gateway.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace sdk = suyuan::sdk;

static std::string Read(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

static int Fail(const absl::Status& status) {
  std::cerr << status << "\n";
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cout << "usage: sdk_example ENDPOINT TLS_CA MSP_ID CERT KEY\n";
    return argc == 2 && std::string(argv[1]) == "--help" ? 0 : 2;
  }
  sdk::ConnectionOptions connection;
  connection.endpoint = argv[1];
  connection.tls_ca_pem = Read(argv[2]);
  auto transport = sdk::NewConnection(connection);
  if (!transport.ok()) return Fail(transport.status());

  sdk::GatewayOptions options;
  options.identity = {argv[3], Read(argv[4])};
  auto signer = sdk::NewPrivateKeySigner(Read(argv[5]));
  if (!signer.ok()) return Fail(signer.status());
  options.signer = *signer;
  auto gateway = sdk::Gateway::Connect(*transport, options);
  if (!gateway.ok()) return Fail(gateway.status());

  sdk::Contract asset = (*gateway)->GetNetwork("trace").GetContract("asset");
  auto created = asset.Submit("CreateAsset", {"example-1", "red", "5", "Li", "300"});
  if (!created.ok()) return Fail(created.status());
  auto found = asset.Evaluate("ReadAsset", {"example-1"});
  if (!found.ok()) return Fail(found.status());
  std::cout << *found << "\n";
}
