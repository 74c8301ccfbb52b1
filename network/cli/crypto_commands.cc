#include <iostream>
#include <memory>

#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/certificate_authority.h"
#include "network/setup/generate_crypto.h"
#include "network/setup/msp_material.h"
#include "network/setup/show.h"

namespace suyuan {
namespace {

struct Options {
  std::string config, out, key, org_dir, csr, name, organization, profile = "sign";
  std::string algorithm = "ecdsa-p256";
  std::vector<std::string> files;
  SigningRequestOptions request;
};

absl::Status Generate(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const CryptoSpec spec, ReadCryptoSpec(options.config));
  SUYUAN_ASSIGN_OR_RETURN(const auto made, GenerateCrypto(spec, options.out, absl::Now()));
  for (const std::string& file : made) std::cout << file << "\n";
  return absl::OkStatus();
}

absl::Status MakeRequest(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const KeyAlgorithm algorithm, KeyAlgorithmFromName(options.algorithm));
  SUYUAN_ASSIGN_OR_RETURN(const auto key, LoadOrMakeKey(options.key, algorithm));
  CertificateTemplate t;
  t.common_name = options.name;
  t.organization = options.organization;
  AddHosts(options.request.hosts, &t);
  SUYUAN_ASSIGN_OR_RETURN(const std::string pem, MakeCertificateRequest(t, *key));
  return WriteFileAtomically(options.out, pem);
}

absl::Status Sign(Options options) {
  options.request.for_tls = options.profile == "tls";
  SUYUAN_ASSIGN_OR_RETURN(const std::string csr, ReadFile(options.csr, 1 << 20));
  SUYUAN_ASSIGN_OR_RETURN(const auto certificate,
                          SignRequest(options.org_dir, csr, options.request, absl::Now()),
                          options.csr);
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(options.out, certificate->ToPem()));
  std::cout << certificate->subject() << "\n";
  return absl::OkStatus();
}

absl::Status Revoke(const Options& options) {
  std::vector<CertificatePtr> certificates;
  for (const std::string& file : options.files) {
    SUYUAN_ASSIGN_OR_RETURN(auto certificate, LoadCertificate(file));
    certificates.push_back(std::move(certificate));
  }
  return RevokeCertificates(options.org_dir, certificates, absl::Now());
}

absl::Status MergeMsp(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto present, LoadMspConfig(options.files[0]));
  SUYUAN_ASSIGN_OR_RETURN(const auto renewed, LoadMspConfig(options.files[1]));
  SUYUAN_ASSIGN_OR_RETURN(const auto merged, MergeMspConfigs(present, renewed));
  return WriteFileAtomically(options.out, DeterministicBytes(merged));
}

absl::Status Show(const Options& options) {
  for (const std::string& file : options.files) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file, 16 << 20));
    SUYUAN_ASSIGN_OR_RETURN(const std::string json, ShowCrypto(bytes), file);
    std::cout << json << "\n";
  }
  return absl::OkStatus();
}

void AddSignCsr(CLI::App& app, const std::shared_ptr<Options>& o) {
  auto* sign = Command(app, "crypto sign-csr", "Certify the key of a request made elsewhere",
                       [=] { return Sign(*o); });
  sign->add_option("--org", o->org_dir, "The organisation's directory (with ca.key)")->required();
  sign->add_option("--csr", o->csr, "The request, PEM")->required();
  sign->add_option("--role", o->request.role, "client, peer, admin or orderer")->required();
  sign->add_option("--profile", o->profile, "sign: an identity; tls: for connections")
      ->check(CLI::IsMember({"sign", "tls"}));
  sign->add_option("--days", o->request.days, "Validity")->check(CLI::Range(1, 36500));
  sign->add_option("--host", o->request.hosts, "Further name or address (tls)");
  sign->add_option("--out", o->out, "The certificate, PEM")->required();
}

}  // namespace

void AddCryptoCommands(CLI::App& app) {
  auto o = std::make_shared<Options>();
  auto* generate =
      Command(app, "crypto generate", "Make organisations, nodes and users; what exists is kept",
              [=] { return Generate(*o); });
  generate->add_option("--config", o->config, "crypto.yaml")->required();
  generate->add_option("--out", o->out, "Directory of the organisations")->required();

  auto* csr = Command(app, "crypto csr", "Make a key here and a request for its certificate",
                      [=] { return MakeRequest(*o); });
  csr->add_option("--name", o->name, "Common name")->required();
  csr->add_option("--org", o->organization, "Organisation")->required();
  csr->add_option("--algorithm", o->algorithm, "ecdsa-p256, ecdsa-p384, ed25519 or sm2");
  csr->add_option("--host", o->request.hosts, "Name or address of a server (for TLS)");
  csr->add_option("--key", o->key, "The key file; made when absent, mode 0600")->required();
  csr->add_option("--out", o->out, "The request, PEM")->required();

  AddSignCsr(app, o);

  auto* revoke = Command(app, "crypto revoke", "Put certificates on the list in msp.pb",
                         [=] { return Revoke(*o); });
  revoke->add_option("--org", o->org_dir, "The organisation's directory (with ca.key)")->required();
  revoke->add_option("certificate", o->files, "Certificates, PEM")->required();

  auto* merge = Command(app, "crypto merge-msp",
                        "Make an msp.pb that takes certificates of both an old and a new authority",
                        [=] { return MergeMsp(*o); });
  merge->add_option("msp", o->files, "The present msp.pb, then the renewed one")
      ->required()
      ->expected(2);
  merge->add_option("--out", o->out, "The msp.pb of both")->required();

  auto* show = Command(app, "crypto show", "A certificate, request or msp.pb as JSON",
                       [=] { return Show(*o); });
  show->add_option("file", o->files, "Files")->required();
}

}  // namespace suyuan
