// An organisation's msp.pb: what a channel configuration must know of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"
#include "protos/msp/msp_config.pb.h"

namespace suyuan {

// With node roles (client, peer, admin, orderer) enabled.
::msp::MSPConfig MakeMspConfig(const std::string& msp_id, const Certificate& ca,
                               const Certificate& tls_ca);

//   kInvalidArgument  malformed, names the file
absl::StatusOr<::msp::MSPConfig> LoadMspConfig(const std::filesystem::path& file);
absl::StatusOr<::msp::FabricMSPConfig> ParseFabricMspConfig(const ::msp::MSPConfig& config);

// What `renewed` holds and, besides, the authorities (also for TLS), administrators and
// revocation lists of `present`: for the time in which certificates of both are in use.
//   kInvalidArgument  of another organisation, or with another hash
absl::StatusOr<::msp::MSPConfig> MergeMspConfigs(const ::msp::MSPConfig& present,
                                                 const ::msp::MSPConfig& renewed);

// Adds `certificates` to the organisation's revocation list: rewrites msp.pb in
// `dir` (an organisation's directory with ca.pem, ca.key) and keeps the serial
// numbers in revoked.txt. Channels learn of it by a config update with the new
// msp.pb.
//   kInvalidArgument  a certificate that another authority issued
absl::Status RevokeCertificates(const std::filesystem::path& dir,
                                const std::vector<CertificatePtr>& certificates, absl::Time now);

}  // namespace suyuan
