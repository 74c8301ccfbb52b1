#include "network/channel/consenters.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/protoutil/protoutil.h"
#include "protos/orderer/etcdraft/configuration.pb.h"

namespace suyuan::channel_internal {
namespace {

constexpr int kMaxConsenters = 25;  // far beyond what a cluster gains from
constexpr size_t kMaxHost = 253;    // a DNS name's length

bool IsHost(const std::string& host) {
  return !host.empty() && host.size() <= kMaxHost &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
         });
}

class Parser {
 public:
  absl::StatusOr<ConsenterConfig> Parse(const ::etcdraft::Consenter& consenter) {
    if (!IsHost(consenter.host())) {
      return absl::InvalidArgumentError("host is empty or not the name or address of a host");
    }
    if (consenter.port() < 1 || consenter.port() > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("port ", consenter.port(), " is not between 1 and 65535"));
    }
    ConsenterConfig out{consenter.host(), static_cast<int>(consenter.port()),
                        consenter.client_tls_cert(), consenter.server_tls_cert()};
    if (!addresses_.insert(ConsenterAddress(out)).second) {
      return absl::InvalidArgumentError("host and port belong to another consenter too");
    }
    SUYUAN_RETURN_IF_ERROR(CheckCertificate(out.client_tls_cert, &client_certificates_),
                           "client_tls_cert");
    SUYUAN_RETURN_IF_ERROR(CheckCertificate(out.server_tls_cert, &server_certificates_),
                           "server_tls_cert");
    return out;
  }

 private:
  // Who holds the certificate of an orderer counts as it, so each has its own.
  static absl::Status CheckCertificate(const std::string& pem, std::set<std::string>* seen) {
    SUYUAN_ASSIGN_OR_RETURN(const CertificatePtr certificate, Certificate::FromPem(pem));
    if (seen->insert(certificate->content_fingerprint()).second) return absl::OkStatus();
    return absl::InvalidArgumentError("belongs to another consenter too");
  }

  std::set<std::string> addresses_, client_certificates_, server_certificates_;
};

// Those of `a` that `b` does not hold as they are.
std::vector<std::string> Missing(const std::vector<ConsenterConfig>& a,
                                 const std::vector<ConsenterConfig>& b) {
  std::vector<std::string> missing;
  for (const ConsenterConfig& consenter : a) {
    if (std::find(b.begin(), b.end(), consenter) == b.end()) {
      missing.push_back(ConsenterAddress(consenter));
    }
  }
  return missing;
}

}  // namespace

absl::StatusOr<std::vector<ConsenterConfig>> ParseConsenters(absl::string_view metadata) {
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed,
                          ParseProto<::etcdraft::ConfigMetadata>(metadata, "metadata"));
  if (parsed.consenters().empty()) return absl::InvalidArgumentError("consenters: there is none");
  if (parsed.consenters_size() > kMaxConsenters) {
    return absl::InvalidArgumentError(
        absl::StrCat("consenters: ", parsed.consenters_size(), " are more than ", kMaxConsenters));
  }
  Parser parser;
  std::vector<ConsenterConfig> consenters;
  for (const auto& consenter : parsed.consenters()) {
    SUYUAN_ASSIGN_OR_RETURN(ConsenterConfig one, parser.Parse(consenter),
                            absl::StrCat("consenters[", consenters.size(), "]"));
    consenters.push_back(std::move(one));
  }
  return consenters;
}

absl::Status CheckConsenterChange(const std::vector<ConsenterConfig>& before,
                                  const std::vector<ConsenterConfig>& after) {
  const std::vector<std::string> removed = Missing(before, after), added = Missing(after, before);
  if (removed.size() <= 1 && added.size() <= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("consenters: ", added.size(), " are new and ", removed.size(),
                   " are gone; an update adds, removes or replaces one orderer at most"));
}

}  // namespace suyuan::channel_internal
