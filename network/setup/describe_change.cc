#include "network/setup/describe_change.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/crypto/certificate.h"
#include "network/setup/msp_material.h"
#include "network/setup/show.h"
#include "protos/msp/msp_config.pb.h"

namespace suyuan {
namespace {

using Organizations = std::map<std::string, OrganizationConfig>;

// Lines of "  ...".
class Words {
 public:
  template <typename... Parts>
  void Add(const Parts&... parts) {
    absl::StrAppend(&text_, "  ", parts..., "\n");
  }
  template <typename Value>
  void AddIfChanged(absl::string_view what, const Value& before, const Value& after) {
    if (before != after) Add(what, ": ", before, " -> ", after);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string List(const std::vector<std::string>& items) {
  return items.empty() ? "none" : absl::StrJoin(items, ", ");
}

std::vector<std::string> Peers(const OrganizationConfig& organization) {
  std::vector<std::string> peers;
  for (const HostPort& peer : organization.anchor_peers) {
    peers.push_back(absl::StrCat(peer.host, ":", peer.port));
  }
  return peers;
}

// Certificates --------------------------------------------------------------

std::string CertificateWords(const std::string& pem) {
  const auto certificate = Certificate::FromPem(pem);
  if (!certificate.ok()) return "a malformed certificate";
  return absl::StrCat(
      (*certificate)->subject(), " (serial ", (*certificate)->serial_hex(), ", until ",
      absl::FormatTime("%Y-%m-%d", (*certificate)->not_after(), absl::UTCTimeZone()), ")");
}

template <typename Pems>
void CertificateChanges(absl::string_view what, const Pems& before, const Pems& after,
                        Words* words) {
  const std::set<std::string> old_set(before.begin(), before.end());
  const std::set<std::string> new_set(after.begin(), after.end());
  for (const std::string& pem : new_set) {
    if (old_set.count(pem) == 0) words->Add(what, " added: ", CertificateWords(pem));
  }
  for (const std::string& pem : old_set) {
    if (new_set.count(pem) == 0) words->Add(what, " dropped: ", CertificateWords(pem));
  }
}

::msp::FabricMSPConfig MspOf(const ChannelConfig& config, const char* parent,
                             const std::string& name) {
  ::msp::MSPConfig msp;
  const auto& organization = config.proto().channel_group().groups().at(parent).groups().at(name);
  msp.ParseFromString(organization.values().at("MSP").value());  // parsed before: it is valid
  return ParseFabricMspConfig(msp).value_or(::msp::FabricMSPConfig());
}

void MspChanges(const std::string& who, const ::msp::FabricMSPConfig& before,
                const ::msp::FabricMSPConfig& after, Words* words) {
  CertificateChanges(who + ": root", before.root_certs(), after.root_certs(), words);
  CertificateChanges(who + ": intermediate", before.intermediate_certs(),
                     after.intermediate_certs(), words);
  CertificateChanges(who + ": TLS root", before.tls_root_certs(), after.tls_root_certs(), words);
  CertificateChanges(who + ": TLS intermediate", before.tls_intermediate_certs(),
                     after.tls_intermediate_certs(), words);
  CertificateChanges(who + ": administrator", before.admins(), after.admins(), words);
  const std::set<std::string> old_lists(before.revocation_list().begin(),
                                        before.revocation_list().end());
  const std::set<std::string> new_lists(after.revocation_list().begin(),
                                        after.revocation_list().end());
  if (old_lists != new_lists) words->Add(who, ": other certificates are revoked");
}

// Organisations -------------------------------------------------------------

void OrganizationChanges(const char* parent, const ChannelConfig& before,
                         const Organizations& old_members, const ChannelConfig& after,
                         const Organizations& new_members, Words* words) {
  const absl::string_view role =
      std::string(parent) == "Orderer" ? "ordering organization" : "member organization";
  for (const auto& [name, organization] : new_members) {
    auto old = old_members.find(name);
    const std::string who = absl::StrCat(role, " ", name);
    if (old == old_members.end()) {
      words->Add(who, " (", organization.msp_id, ") joins; peers: ", List(Peers(organization)),
                 "; orderers: ", List(organization.orderer_endpoints));
      continue;
    }
    words->AddIfChanged(who + ": peers", List(Peers(old->second)), List(Peers(organization)));
    words->AddIfChanged(who + ": orderers", List(old->second.orderer_endpoints),
                        List(organization.orderer_endpoints));
    MspChanges(who, MspOf(before, parent, name), MspOf(after, parent, name), words);
  }
  for (const auto& [name, organization] : old_members) {
    if (new_members.count(name) > 0) continue;
    words->Add(role, " ", name, " (", organization.msp_id,
               ") leaves: what its members ask for is refused from then on");
  }
}

// Orderer --------------------------------------------------------------------

void ConsenterChanges(const std::vector<ConsenterConfig>& before,
                      const std::vector<ConsenterConfig>& after, Words* words) {
  std::map<std::string, ConsenterConfig> old_set, new_set;
  for (const auto& each : before) old_set[ConsenterAddress(each)] = each;
  for (const auto& each : after) new_set[ConsenterAddress(each)] = each;
  for (const auto& [address, each] : new_set) {
    auto old = old_set.find(address);
    if (old == old_set.end()) {
      words->Add("orderer ", address, " joins, with ", CertificateWords(each.server_tls_cert));
    } else if (!(old->second == each)) {
      words->Add("orderer ", address, " gets the certificate ",
                 CertificateWords(each.server_tls_cert));
    }
  }
  for (const auto& [address, each] : old_set) {
    if (new_set.count(address) == 0) words->Add("orderer ", address, " leaves");
  }
  if (before.size() != after.size()) {
    words->Add("orderers: ", before.size(), " -> ", after.size());
  }
}

void OrdererChanges(const OrdererConfig& before, const OrdererConfig& after, Words* words) {
  words->AddIfChanged("ordering", before.consensus_type, after.consensus_type);
  if (before.maintenance != after.maintenance) {
    words->Add("maintenance mode: ",
               after.maintenance ? "on; transactions are refused until it is off" : "off");
  }
  ConsenterChanges(before.consenters, after.consenters, words);
  words->AddIfChanged("messages in a block", before.max_message_count, after.max_message_count);
  words->AddIfChanged("largest message, bytes", before.absolute_max_bytes,
                      after.absolute_max_bytes);
  words->AddIfChanged("bytes in a block", before.preferred_max_bytes, after.preferred_max_bytes);
  words->AddIfChanged("batch timeout", absl::FormatDuration(before.batch_timeout),
                      absl::FormatDuration(after.batch_timeout));
}

// Policies -------------------------------------------------------------------

void CollectPolicies(const ChannelConfig& config, const ::common::ConfigGroup& group,
                     const std::string& path, std::map<std::string, std::string>* out) {
  for (const auto& [name, policy] : group.policies()) {
    const std::string policy_path = absl::StrCat(path, "/", name);
    (*out)[policy_path] = config.GetPolicy(policy_path)->ToString();
  }
  for (const auto& [name, child] : group.groups()) {
    CollectPolicies(config, child, absl::StrCat(path, "/", name), out);
  }
}

std::map<std::string, std::string> Policies(const ChannelConfig& config) {
  std::map<std::string, std::string> out;
  CollectPolicies(config, config.proto().channel_group(), "/Channel", &out);
  return out;
}

void PolicyChanges(const ChannelConfig& before, const ChannelConfig& after, Words* words) {
  const auto old_policies = Policies(before), new_policies = Policies(after);
  for (const auto& [path, rule] : new_policies) {
    auto old = old_policies.find(path);
    if (old != old_policies.end()) words->AddIfChanged("policy " + path, old->second, rule);
  }
}

void AclChanges(const ApplicationConfig& before, const ApplicationConfig& after, Words* words) {
  std::map<std::string, std::pair<std::string, std::string>> acls;
  for (const auto& [resource, policy] : before.acls) acls[resource].first = policy;
  for (const auto& [resource, policy] : after.acls) acls[resource].second = policy;
  for (const auto& [resource, policies] : acls) {
    words->AddIfChanged("access to " + resource, policies.first, policies.second);
  }
}

}  // namespace

std::string DescribeChange(const ChannelConfig& before, const ChannelConfig& after) {
  Words words;
  if (before.application() != nullptr && after.application() != nullptr) {
    OrganizationChanges("Application", before, before.application()->organizations, after,
                        after.application()->organizations, &words);
    AclChanges(*before.application(), *after.application(), &words);
  }
  if (before.orderer() != nullptr && after.orderer() != nullptr) {
    OrganizationChanges("Orderer", before, before.orderer()->organizations, after,
                        after.orderer()->organizations, &words);
    OrdererChanges(*before.orderer(), *after.orderer(), &words);
  }
  PolicyChanges(before, after, &words);
  return absl::StrCat("In words:\n", words.text().empty() ? "  (see the elements)\n" : words.text(),
                      "Elements:\n", DiffChannels(before, after));
}

std::string DescribeReview(const ChannelConfig& before, const UpdateReview& review) {
  std::string out = absl::StrCat("Update of channel ", before.channel_id(), ", configuration ",
                                 before.sequence(), " -> ", review.result->sequence(), "\n",
                                 DescribeChange(before, *review.result), "Signed by:\n");
  for (const std::string& signer : review.signers) absl::StrAppend(&out, "  ", signer, "\n");
  if (review.signers.empty()) absl::StrAppend(&out, "  nobody\n");
  if (review.missing.empty()) return out + "Enough have signed.\n";
  absl::StrAppend(&out, "Not enough yet:\n");
  for (const std::string& missing : review.missing) absl::StrAppend(&out, "  ", missing, "\n");
  return out;
}

}  // namespace suyuan
