#include "network/setup/generate_crypto.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/certificate_authority.h"
#include "network/setup/msp_material.h"

namespace suyuan {
namespace fs = std::filesystem;
namespace {

// TLS libraries of all members must know the curve.
KeyAlgorithm TlsAlgorithm(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::kEcdsaP384 ? algorithm : KeyAlgorithm::kEcdsaP256;
}

std::vector<std::string> TlsHosts(const NodeSpec& node, const std::string& organization) {
  std::vector<std::string> hosts = {node.name, absl::StrCat(node.name, ".", organization),
                                    "localhost", "127.0.0.1"};
  hosts.insert(hosts.end(), node.hosts.begin(), node.hosts.end());
  return hosts;
}

// One organisation's directory being filled.
class Organization {
 public:
  Organization(const OrganizationSpec& spec, const fs::path& dir, const Validity& validity,
               std::vector<std::string>* made)
      : spec_(spec), dir_(dir), validity_(validity), made_(made) {}

  absl::Status Fill() {
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_));
    SUYUAN_ASSIGN_OR_RETURN(const auto ca, CertificateAuthority::LoadOrMake(
                                               dir_, "ca", spec_.name, spec_.algorithm, validity_));
    SUYUAN_ASSIGN_OR_RETURN(const auto tls_ca, CertificateAuthority::LoadOrMake(
                                                   dir_, "tlsca", spec_.name,
                                                   TlsAlgorithm(spec_.algorithm), validity_));
    SUYUAN_RETURN_IF_ERROR(FillMsp(ca, tls_ca));
    for (const NodeSpec& node : spec_.nodes) SUYUAN_RETURN_IF_ERROR(FillNode(node, ca, tls_ca));
    for (const std::string& user : spec_.users) SUYUAN_RETURN_IF_ERROR(FillUser(user, ca));
    return absl::OkStatus();
  }

 private:
  absl::Status FillMsp(const CertificateAuthority& ca, const CertificateAuthority& tls_ca) {
    const fs::path file = dir_ / "msp.pb";
    if (!fs::exists(file)) {
      return WriteFileAtomically(file, DeterministicBytes(MakeMspConfig(
                                           spec_.msp_id, ca.certificate(), tls_ca.certificate())));
    }
    SUYUAN_ASSIGN_OR_RETURN(const auto config, LoadMspConfig(file));
    SUYUAN_ASSIGN_OR_RETURN(const auto fabric, ParseFabricMspConfig(config));
    if (fabric.name() == spec_.msp_id) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), " belongs to MSP ", fabric.name(), ", not to ", spec_.msp_id));
  }

  absl::Status FillNode(const NodeSpec& node, const CertificateAuthority& ca,
                        const CertificateAuthority& tls_ca) {
    const fs::path dir = dir_ / "nodes" / node.name;
    CertificateTemplate t = Member(node.name, node.role);
    SUYUAN_RETURN_IF_ERROR(Issue(dir, "cert.pem", "key.pem", t, spec_.algorithm, ca));
    t.for_tls = true;
    AddHosts(TlsHosts(node, spec_.name), &t);
    return Issue(dir, "tls.pem", "tls.key", t, TlsAlgorithm(spec_.algorithm), tls_ca);
  }

  absl::Status FillUser(const std::string& user, const CertificateAuthority& ca) {
    CertificateTemplate t = Member(user, user == "admin" ? "admin" : "client");
    if (const auto role = spec_.roles.find(user); role != spec_.roles.end()) {
      t.attributes_json = nlohmann::json{{"attrs", {{"role", role->second}}}}.dump();
    }
    return Issue(dir_ / "users" / user, "cert.pem", "key.pem", t, spec_.algorithm, ca);
  }

  CertificateTemplate Member(const std::string& name, const std::string& role) const {
    CertificateTemplate t;
    t.common_name = absl::StrCat(name, ".", spec_.name);
    t.organization = spec_.name;
    t.organizational_units = {role};
    return t;
  }

  absl::Status Issue(const fs::path& dir, const char* cert_name, const char* key_name,
                     const CertificateTemplate& t, KeyAlgorithm algorithm,
                     const CertificateAuthority& ca) {
    const fs::path file = dir / cert_name;
    if (fs::exists(file)) return absl::OkStatus();
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
    SUYUAN_ASSIGN_OR_RETURN(const auto key, LoadOrMakeKey(dir / key_name, algorithm));
    SUYUAN_ASSIGN_OR_RETURN(const auto certificate, ca.Issue(t, *key->public_key(), validity_));
    made_->push_back(file.string());
    return WriteFileAtomically(file, certificate->ToPem());
  }

  const OrganizationSpec& spec_;
  const fs::path dir_;
  const Validity validity_;
  std::vector<std::string>* const made_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> GenerateCrypto(const CryptoSpec& spec, const fs::path& dir,
                                                        absl::Time now) {
  const Validity validity{now, absl::Hours(24) * spec.validity_days};
  std::vector<std::string> made;
  for (const OrganizationSpec& organization : spec.organizations) {
    SUYUAN_RETURN_IF_ERROR(
        Organization(organization, dir / organization.name, validity, &made).Fill(),
        absl::StrCat("organization ", organization.name));
  }
  return made;
}

absl::StatusOr<CertificatePtr> SignRequest(const fs::path& dir, absl::string_view csr,
                                           const SigningRequestOptions& options, absl::Time now) {
  if (options.role != "client" && options.role != "peer" && options.role != "admin" &&
      options.role != "orderer") {
    return absl::InvalidArgumentError("the role must be client, peer, admin or orderer");
  }
  SUYUAN_ASSIGN_OR_RETURN(const CertificateRequest request, ParseCertificateRequest(csr));
  SUYUAN_ASSIGN_OR_RETURN(const auto ca,
                          CertificateAuthority::Load(dir, options.for_tls ? "tlsca" : "ca"));
  CertificateTemplate t;
  t.common_name = request.common_name;
  t.organization = fs::absolute(dir).lexically_normal().filename().string();
  if (t.organization.empty()) {
    t.organization = fs::absolute(dir).lexically_normal().parent_path().filename().string();
  }
  t.organizational_units = {options.role};
  if (options.for_tls) {
    t.for_tls = true;
    t.dns_names = request.dns_names;
    t.ip_addresses = request.ip_addresses;
    AddHosts(options.hosts, &t);
  }
  return ca.Issue(std::move(t), *request.public_key, Validity{now, absl::Hours(24) * options.days});
}

}  // namespace suyuan
