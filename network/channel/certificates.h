// The CA certificates that a channel and a node rely on.
#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"
#include "network/channel/channel_config.h"
#include "network/crypto/watched_certificate.h"

namespace suyuan {

// Roots and intermediates, of identities and of TLS, of every organisation.
void AppendCaCertificates(const ChannelConfig& config, std::vector<WatchedCertificate>* out);

// A node's own: identity, TLS, and the CAs of its msp.pb when it has one.
//   any error  names the file
absl::StatusOr<std::vector<WatchedCertificate>> NodeCertificates(
    const std::filesystem::path& identity, const std::filesystem::path& tls,
    const std::filesystem::path& msp = {});

}  // namespace suyuan
