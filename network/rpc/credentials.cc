#include "network/rpc/credentials.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/crypto/keys.h"
#include "network/rpc/callback_queue.h"

namespace suyuan {
namespace {

constexpr uint64_t kMaxPemBytes = 1 << 20;
constexpr int kMaxMessageBytes = 100 << 20;

grpc_ssl_client_certificate_request_type RequestType(bool check, bool require) {
  if (check && require) return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  if (check) return GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
  if (require) return GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY;
  return GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_BUT_DONT_VERIFY;
}

}  // namespace

absl::StatusOr<TlsIdentity> LoadTlsIdentity(const std::filesystem::path& certificate,
                                            const std::filesystem::path& key) {
  TlsIdentity identity;
  SUYUAN_ASSIGN_OR_RETURN(identity.certificate_pem, ReadFile(certificate, kMaxPemBytes));
  SUYUAN_ASSIGN_OR_RETURN(identity.key_pem, ReadFile(key, kMaxPemBytes));
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed, Certificate::FromPem(identity.certificate_pem),
                          certificate.string());
  SUYUAN_ASSIGN_OR_RETURN(const auto private_key, PrivateKey::FromPem(identity.key_pem),
                          key.string());
  if (parsed->public_key()->ToDer() != private_key->public_key()->ToDer()) {
    return absl::InvalidArgumentError(
        absl::StrCat(key.string(), ": not the key of the certificate ", certificate.string()));
  }
  return identity;
}

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsIdentity& identity,
                                                               const std::string& client_roots_pem,
                                                               bool require_client_certificate) {
  grpc::SslServerCredentialsOptions options(
      RequestType(!client_roots_pem.empty(), require_client_certificate));
  options.pem_root_certs = client_roots_pem;
  options.pem_key_cert_pairs.push_back({identity.key_pem, identity.certificate_pem});
  return grpc::SslServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const std::string& roots_pem,
                                                                 const TlsIdentity* identity) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = roots_pem;
  if (identity != nullptr) {
    options.pem_private_key = identity->key_pem;
    options.pem_cert_chain = identity->certificate_pem;
  }
  return grpc::SslCredentials(options);
}

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& endpoint, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const std::string& server_name) {
  KeepCallbackQueue();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  // A stock node takes pings more often than once a minute for an attack.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 70'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A restarted node is found again at once.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // time for one handshake
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Whoever gives up on a channel gives up on its connection, whether or not others
  // still hope for theirs.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!server_name.empty()) arguments.SetSslTargetNameOverride(server_name);
  return grpc::CreateCustomChannel(endpoint, credentials, arguments);
}

}  // namespace suyuan
