#include "network/channel/certificates.h"

#include <string>

#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/msp_config.pb.h"

namespace suyuan {
namespace {

constexpr char kMspValue[] = "MSP";

using Pems = google::protobuf::RepeatedPtrField<std::string>;

void AppendAll(const char* kind, const std::string& where, const Pems& pems,
               std::vector<WatchedCertificate>* out) {
  // The MSP has been checked: what does not parse here is none of its certificates.
  for (const std::string& pem : pems) AppendPem(kind, where, pem, out).IgnoreError();
}

void AppendMsp(const ::msp::MSPConfig& config, std::vector<WatchedCertificate>* out) {
  const auto msp = ParseProto<::msp::FabricMSPConfig>(config.config(), "FabricMSPConfig");
  if (!msp.ok()) return;
  AppendAll("ca", msp->name(), msp->root_certs(), out);
  AppendAll("ca", msp->name(), msp->intermediate_certs(), out);
  AppendAll("tls_ca", msp->name(), msp->tls_root_certs(), out);
  AppendAll("tls_ca", msp->name(), msp->tls_intermediate_certs(), out);
}

// Depth is bounded by ChannelConfig::Create().
void AppendGroup(const ::common::ConfigGroup& group, std::vector<WatchedCertificate>* out) {
  const auto msp = group.values().find(kMspValue);
  if (msp != group.values().end()) {
    const auto config = ParseProto<::msp::MSPConfig>(msp->second.value(), "MSPConfig");
    if (config.ok()) AppendMsp(*config, out);
  }
  for (const auto& [name, inner] : group.groups()) AppendGroup(inner, out);
}

}  // namespace

void AppendCaCertificates(const ChannelConfig& config, std::vector<WatchedCertificate>* out) {
  AppendGroup(config.proto().channel_group(), out);
}

absl::StatusOr<std::vector<WatchedCertificate>> NodeCertificates(
    const std::filesystem::path& identity, const std::filesystem::path& tls,
    const std::filesystem::path& msp) {
  std::vector<WatchedCertificate> own;
  SUYUAN_ASSIGN_OR_RETURN(const std::string identity_pem, ReadFile(identity));
  SUYUAN_RETURN_IF_ERROR(AppendPem("identity", identity.string(), identity_pem, &own));
  SUYUAN_ASSIGN_OR_RETURN(const std::string tls_pem, ReadFile(tls));
  SUYUAN_RETURN_IF_ERROR(AppendPem("tls", tls.string(), tls_pem, &own));
  if (msp.empty()) return own;
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(msp));
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ParseProto<::msp::MSPConfig>(bytes, "MSPConfig"),
                          msp.string());
  AppendMsp(config, &own);
  return own;
}

}  // namespace suyuan
