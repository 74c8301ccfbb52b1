#include "tests/support/administration.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"

namespace suyuan {

Words Join(std::initializer_list<Words> lists) {
  Words all;
  for (const Words& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

Words FirstDefinition(const std::string& channel, const std::string& name) {
  return {"--channel", channel, "--name", name, "--version", "1.0", "--sequence", "1"};
}

std::string Administration::KeyPath(const std::string& org, const std::string& rest) const {
  return Path(absl::StrCat("organizations/", org, "/", rest));
}

absl::StatusOr<std::string> Administration::Run(const Words& words) const {
  ToolResult result = Try(words);
  if (result.exit_status == 0) return std::move(result.output);
  return absl::InternalError(
      absl::StrCat("suyuan ", absl::StrJoin(words, " "), ": ", result.output));
}

std::string Administration::MspId(const std::string& org) const {
  return absl::StrCat(absl::AsciiStrToUpper(org.substr(0, 1)), org.substr(1), "MSP");
}

Words Administration::Admin(const std::string& org) const {
  return {"--cert",   KeyPath(org, "users/admin/cert.pem"),
          "--key",    KeyPath(org, "users/admin/key.pem"),
          "--msp-id", MspId(org)};
}

Words Administration::Orderer() const {
  const nlohmann::json& orderer = network_.connection().at("orderers").at(0);
  return {"--orderer", orderer.at("endpoint"), "--tls-ca", orderer.at("tlsCaCert")};
}

Words Administration::Peer(const std::string& org) const {
  return {"--peer", network_.Organization(org).at("peers").at(0).at("endpoint"), "--tls-ca",
          KeyPath(org, "tlsca.pem")};
}

Words Administration::OrdererBesidePeer() const {
  const nlohmann::json& orderer = network_.connection().at("orderers").at(0);
  return {"--orderer", orderer.at("endpoint"), "--orderer-tls-ca", orderer.at("tlsCaCert")};
}

absl::Status Administration::FetchConfig(const Words& node, const std::string& file) const {
  return Run(Join({{"channel", "fetch", "--channel", network_.channel(), "--out", Path(file)},
                   node,
                   Admin("producer")}))
      .status();
}

ToolResult Administration::Submit(const std::string& update, const std::vector<std::string>& orgs,
                                  absl::Duration timeout) const {
  const std::string envelope = update + ".env";
  ToolResult wrapped =
      Try(Join({{"channel", "envelope", update, "--out", envelope}, Admin("producer")}));
  if (wrapped.exit_status != 0) return wrapped;
  const std::string seconds = absl::StrCat(absl::ToInt64Seconds(timeout));
  Words submit = Join({{"channel", "submit", envelope, "--timeout", seconds}, Orderer()});
  for (const std::string& org : orgs) {
    submit = Join({submit,
                   {"--peer", network_.Organization(org).at("peers").at(0).at("endpoint"),
                    "--peer-tls-ca", KeyPath(org, "tlsca.pem")}});
  }
  return Try(Join({submit, Admin("producer")}));
}

ToolResult Administration::SignAndSubmit(const std::string& update,
                                         const std::vector<std::string>& orgs) const {
  for (const std::string& org : orgs) {
    ToolResult signature = Try(Join({{"channel", "sign", update}, Admin(org)}));
    if (signature.exit_status != 0) return signature;
  }
  return Submit(update, network_.Organizations(), absl::Seconds(20));
}

absl::Status Administration::InstallAndApprove(const std::string& package, const Words& definition,
                                               const Words& member) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string installed,
                          Run(Join({{"chaincode", "install", "--package", package}, member})));
  const std::string id(absl::StripAsciiWhitespace(installed));
  return Run(Join({{"chaincode", "approve", "--package-id", id},
                   definition,
                   member,
                   OrdererBesidePeer()}))
      .status();
}

absl::Status Administration::Define(const std::string& name,
                                    const std::vector<std::string>& packages) const {
  const Words definition = FirstDefinition(network_.channel(), name);
  const std::vector<std::string> orgs = network_.Organizations();
  Words everybody;
  for (size_t i = 0; i < orgs.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(
        InstallAndApprove(packages[i], definition, Join({Peer(orgs[i]), Admin(orgs[i])})));
    everybody = Join({everybody, Peer(orgs[i])});
  }
  return Run(Join({{"chaincode", "commit"},
                   definition,
                   everybody,
                   OrdererBesidePeer(),
                   Admin(orgs[0])}))
      .status();
}

}  // namespace suyuan
