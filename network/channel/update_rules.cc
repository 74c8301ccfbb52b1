#include "network/channel/update_rules.h"

#include <list>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/channel/config_walk.h"
#include "network/channel/update_review.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan::channel_internal {
namespace {

using ::common::ConfigGroup;

constexpr int kMaxSignatures = 1000;

absl::Status Invalid(const Element& element, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(element.Text(), ": ", reason));
}

// The author saw what is in force.
absl::Status CheckReadSet(const Elements& current, const Elements& read_set) {
  for (const auto& [key, read] : read_set) {
    auto it = current.find(key);
    if (it == current.end()) return Invalid(read, "the read set names what is not there");
    if (it->second.version() != read.version()) {
      return Invalid(read, absl::StrCat("the read set has version ", read.version(),
                                        ", in force is ", it->second.version()));
    }
  }
  return absl::OkStatus();
}

// What the update changes: elements whose version is not the read set's.
Elements Delta(const Elements& read_set, const Elements& write_set) {
  Elements delta;
  for (const auto& [key, written] : write_set) {
    auto it = read_set.find(key);
    if (it == read_set.end() || it->second.version() != written.version()) {
      delta.emplace(key, written);
    }
  }
  return delta;
}

std::string PolicyPath(const Element& element) {
  const std::string& name = element.mod_policy();
  return absl::StartsWith(name, "/") ? name : absl::StrCat(element.group_path, "/", name);
}

absl::Status CheckVersion(const Element& changed, const Element* existing) {
  if (existing == nullptr && changed.version() != 0) {
    return Invalid(changed,
                   absl::StrCat("is new, so its version must be 0, not ", changed.version()));
  }
  if (existing != nullptr && changed.version() != existing->version() + 1) {
    return Invalid(changed, absl::StrCat("version ", changed.version(), " does not follow version ",
                                         existing->version()));
  }
  if (changed.mod_policy().empty()) return Invalid(changed, "has no mod_policy");
  return absl::OkStatus();
}

absl::Status CheckVersions(const Elements& current, const Elements& delta) {
  if (delta.empty()) return absl::InvalidArgumentError("the update would change nothing");
  for (const auto& [key, changed] : delta) {
    auto it = current.find(key);
    SUYUAN_RETURN_IF_ERROR(CheckVersion(changed, it == current.end() ? nullptr : &it->second));
  }
  return absl::OkStatus();
}

// A refusal for each changed element that `signers` are not enough for. New elements are
// judged through the group that gets them.
std::vector<absl::Status> Refusals(const ChannelConfig& config, const Elements& current,
                                   const Elements& delta, absl::Span<const IdentityPtr> signers) {
  std::vector<absl::Status> refusals;
  for (const auto& [key, changed] : delta) {
    auto it = current.find(key);
    if (it == current.end()) continue;
    const std::string path = PolicyPath(it->second);
    const absl::Status verdict =
        Annotate(config.GetPolicy(path)->EvaluateIdentities(signers),
                 absl::StrCat(changed.Text(), ": policy ", path, " not satisfied"));
    if (!verdict.ok()) refusals.push_back(verdict);
  }
  return refusals;
}

absl::StatusOr<std::vector<IdentityPtr>> Signers(const ChannelConfig& config,
                                                 const ::common::ConfigUpdateEnvelope& update) {
  if (update.signatures_size() > kMaxSignatures) {
    return absl::InvalidArgumentError("config update: more than 1,000 signatures");
  }
  std::list<::common::SignatureHeader> headers;  // `set` points into them
  std::vector<SignedData> set;
  for (const auto& signature : update.signatures()) {
    SUYUAN_ASSIGN_OR_RETURN(auto header,
                            ParseProto<::common::SignatureHeader>(signature.signature_header(),
                                                                  "config signature's header"));
    headers.push_back(std::move(header));
    set.push_back({{signature.signature_header(), update.config_update()},
                   headers.back().creator(),
                   signature.signature()});
  }
  return VerifiedIdentities(*config.msps(), set);
}

// Builds the new tree: a group's members are those that its newest version lists.
class Builder {
 public:
  Builder(const Elements& current, const Elements& delta) : current_(current), delta_(delta) {}

  absl::Status Build(const std::string& path, ConfigGroup* out) const {
    SUYUAN_ASSIGN_OR_RETURN(const Element* element, Find(path));
    const ConfigGroup& group = *element->group;
    out->set_version(group.version());
    out->set_mod_policy(group.mod_policy());
    for (const auto& [name, unused] : group.values()) {
      SUYUAN_ASSIGN_OR_RETURN(const Element* value, Find(path + "#" + name));
      (*out->mutable_values())[name] = *value->value;
    }
    for (const auto& [name, unused] : group.policies()) {
      SUYUAN_ASSIGN_OR_RETURN(const Element* policy, Find(path + ":" + name));
      (*out->mutable_policies())[name] = *policy->policy;
    }
    for (const auto& [name, unused] : group.groups()) {
      SUYUAN_RETURN_IF_ERROR(Build(path + "/" + name, &(*out->mutable_groups())[name]));
    }
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<const Element*> Find(const std::string& key) const {
    for (const Elements* elements : {&delta_, &current_}) {
      auto it = elements->find(key);
      if (it != elements->end()) return &it->second;
    }
    return absl::InvalidArgumentError(absl::StrCat(key, ": named by its group, but not there"));
  }

  const Elements& current_;
  const Elements& delta_;
};

absl::Status CheckContains(const ConfigGroup& result, const Elements& write_set) {
  SUYUAN_ASSIGN_OR_RETURN(const Elements elements, Flatten(result));
  for (const auto& [key, written] : write_set) {
    if (elements.find(key) == elements.end()) {
      return Invalid(written, "is in the write set, but its group does not take it in");
    }
  }
  return absl::OkStatus();
}

struct Judged {
  ::common::Config next;
  std::vector<IdentityPtr> signers;
  std::vector<absl::Status> refusals;  // none: enough have signed
};

absl::StatusOr<Judged> Judge(const ChannelConfig& config, absl::string_view update_envelope) {
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope, ParseProto<::common::ConfigUpdateEnvelope>(
                                                   update_envelope, "ConfigUpdateEnvelope"));
  SUYUAN_ASSIGN_OR_RETURN(const auto update, ParseProto<::common::ConfigUpdate>(
                                                 envelope.config_update(), "ConfigUpdate"));
  if (update.channel_id() != config.channel_id()) {
    return absl::InvalidArgumentError(absl::StrCat("config update for channel '",
                                                   update.channel_id(), "', this is '",
                                                   config.channel_id(), "'"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Elements current, Flatten(config.proto().channel_group()));
  SUYUAN_ASSIGN_OR_RETURN(const Elements read_set, Flatten(update.read_set()));
  SUYUAN_ASSIGN_OR_RETURN(const Elements write_set, Flatten(update.write_set()));
  SUYUAN_RETURN_IF_ERROR(CheckReadSet(current, read_set));
  const Elements delta = Delta(read_set, write_set);
  SUYUAN_RETURN_IF_ERROR(CheckVersions(current, delta));
  Judged judged;
  SUYUAN_ASSIGN_OR_RETURN(judged.signers, Signers(config, envelope));
  judged.refusals = Refusals(config, current, delta, judged.signers);
  ::common::Config& next = judged.next;
  next.set_sequence(config.sequence() + 1);
  SUYUAN_RETURN_IF_ERROR(Builder(current, delta).Build("/Channel", next.mutable_channel_group()));
  SUYUAN_RETURN_IF_ERROR(CheckContains(next.channel_group(), write_set));
  return judged;
}

}  // namespace

absl::StatusOr<::common::Config> ApplyUpdate(const ChannelConfig& config,
                                             absl::string_view update_envelope) {
  SUYUAN_ASSIGN_OR_RETURN(Judged judged, Judge(config, update_envelope));
  if (!judged.refusals.empty()) return judged.refusals.front();
  return std::move(judged.next);
}

}  // namespace suyuan::channel_internal

namespace suyuan {

absl::StatusOr<UpdateReview> ReviewUpdate(const ChannelConfig& config,
                                          absl::string_view config_update_envelope) {
  SUYUAN_ASSIGN_OR_RETURN(auto judged, channel_internal::Judge(config, config_update_envelope));
  UpdateReview review;
  SUYUAN_ASSIGN_OR_RETURN(review.result, ChannelConfig::Create(config.channel_id(), judged.next));
  for (const IdentityPtr& signer : judged.signers) {
    review.signers.push_back(absl::StrCat(signer->msp_id(), " ", signer->certificate().subject()));
  }
  for (const absl::Status& refusal : judged.refusals) {
    review.missing.emplace_back(refusal.message());
  }
  return review;
}

}  // namespace suyuan
