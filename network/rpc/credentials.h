// TLS for servers and channels.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace suyuan {

// PEM texts.
struct TlsIdentity {
  std::string certificate_pem;  // leaf first, then intermediates
  std::string key_pem;
};

// Reads both files and checks that they fit each other.
//   kInvalidArgument, kNotFound  names the file and the reason
absl::StatusOr<TlsIdentity> LoadTlsIdentity(const std::filesystem::path& certificate,
                                            const std::filesystem::path& key);

// TLS server. With `client_roots_pem`, a client certificate is asked for and checked
// when given (`require` makes it mandatory).
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsIdentity& identity,
                                                               const std::string& client_roots_pem,
                                                               bool require_client_certificate);

// TLS client that trusts `roots_pem`; presents `identity` when not null.
std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const std::string& roots_pem,
                                                                 const TlsIdentity* identity);

// A channel with the settings all of ours share: 100 MiB messages, keep-alive,
// `server_name` overriding the name to check in the certificate when not empty.
std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& endpoint, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const std::string& server_name);

}  // namespace suyuan
