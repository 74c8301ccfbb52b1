#include "network/orderer/engine.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/etcd/etcd_admin.h"

namespace suyuan {
namespace {

namespace pb = ::etcdserverpb;
namespace wire = ::suyuan::orderer;

constexpr absl::Duration kMemberTimeout = absl::Seconds(2);
constexpr absl::Duration kDefragmentTimeout = absl::Minutes(2);

// "https://host:port" as etcd publishes it.
std::string HostPortOf(absl::string_view url) {
  absl::ConsumePrefix(&url, "https://");
  absl::ConsumePrefix(&url, "http://");
  return std::string(url);
}

void DescribeMember(EtcdClient& client, const pb::Member& member, absl::Time deadline,
                    wire::EngineMember* out) {
  out->set_id(member.id());
  out->set_name(member.name());
  out->set_learner(member.islearner());
  *out->mutable_peer_urls() = member.peerurls();
  if (member.clienturls().empty()) {
    out->set_trouble("has not been started yet");
    return;
  }
  out->set_endpoint(HostPortOf(member.clienturls(0)));
  const absl::Time until = std::min(deadline, absl::Now() + kMemberTimeout);
  const auto status = client.admin().StatusOf(out->endpoint(), until);
  if (!status.ok()) {
    out->set_trouble(std::string(status.status().message()));
    return;
  }
  out->set_leader(status->leader() == member.id());
  out->set_size_bytes(status->dbsize());
  out->set_size_in_use_bytes(status->dbsizeinuse());
  out->set_applied_index(status->raftappliedindex());
  if (status->leader() == 0) {
    out->set_trouble("knows no leader");
  } else if (!status->errors().empty()) {
    out->set_trouble(absl::StrJoin(status->errors(), "; "));
  }
}

// What an operator has to do before etcd takes in another member.
std::string WhyNobodyJoins(EtcdClient& client, absl::Time deadline) {
  const auto now = DescribeEngine(client, deadline);
  if (!now.ok()) return std::string(now.status().message());
  std::vector<std::string> reasons;
  for (const wire::EngineMember& member : now->members()) {
    if (member.learner()) {
      reasons.push_back(absl::StrCat("member ", member.id(), " (",
                                     absl::StrJoin(member.peer_urls(), ","),
                                     ") is still a learner: start and promote it, or remove it"));
    } else if (!member.trouble().empty()) {
      reasons.push_back(absl::StrCat("member ", member.name(), " is not running (",
                                     member.trouble(), "): start it, or remove it"));
    }
  }
  if (!reasons.empty()) return absl::StrJoin(reasons, "; ");
  return "all members run, but not yet for long enough: try again in a few seconds";
}

// An alarm is disarmed for the member that raised it.
absl::Status DisarmAll(EtcdClient& client, absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const pb::AlarmResponse raised, client.admin().Alarm({}, deadline));
  for (const pb::AlarmMember& alarm : raised.alarms()) {
    if (alarm.alarm() != pb::NOSPACE) continue;
    pb::AlarmRequest disarm;
    disarm.set_action(pb::AlarmRequest::DEACTIVATE);
    disarm.set_alarm(pb::NOSPACE);
    disarm.set_memberid(alarm.memberid());
    SUYUAN_RETURN_IF_ERROR(client.admin().Alarm(disarm, deadline).status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<wire::EngineStatus> DescribeEngine(EtcdClient& client, absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const pb::MemberListResponse list, client.admin().MemberList(deadline));
  wire::EngineStatus status;
  for (const pb::Member& member : list.members()) {
    DescribeMember(client, member, deadline, status.add_members());
  }
  return status;
}

absl::Status AddEngineMember(EtcdClient& client, const std::string& peer_url, absl::Time deadline) {
  if (!absl::StartsWith(peer_url, "https://")) {
    return absl::InvalidArgumentError("peer_url: must be https://HOST:PORT");
  }
  pb::MemberAddRequest request;
  request.add_peerurls(peer_url);
  request.set_islearner(true);
  const absl::Status added = client.admin().MemberAdd(request, deadline).status();
  if (!absl::IsFailedPrecondition(added)) return added;
  return absl::FailedPreconditionError(
      absl::StrCat(added.message(), ": ", WhyNobodyJoins(client, deadline)));
}

absl::Status PromoteEngineMember(EtcdClient& client, uint64_t id, absl::Time deadline) {
  pb::MemberPromoteRequest request;
  request.set_id(id);
  return client.admin().MemberPromote(request, deadline).status();
}

absl::Status RemoveEngineMember(EtcdClient& client, uint64_t id, absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const wire::EngineStatus now, DescribeEngine(client, deadline));
  int voters = 0, well = 0;
  bool known = false;
  std::vector<std::string> silent;
  for (const wire::EngineMember& member : now.members()) {
    known = known || member.id() == id;
    if (member.id() == id || member.learner()) continue;
    ++voters;
    if (member.trouble().empty()) {
      ++well;
    } else {
      silent.push_back(absl::StrCat(member.name(), " (", member.trouble(), ")"));
    }
  }
  if (!known) return absl::NotFoundError("member_id: no such member");
  if (well < voters / 2 + 1) {
    return absl::FailedPreconditionError(absl::StrCat(
        "without this member ", well, " of ", voters,
        " would be running, which is no majority; start first: ", absl::StrJoin(silent, ", ")));
  }
  pb::MemberRemoveRequest request;
  request.set_id(id);
  return client.admin().MemberRemove(request, deadline).status();
}

absl::Status ClearSpaceAlarm(EtcdClient& client, absl::Time deadline) {
  pb::RangeRequest any;
  any.set_key("/");
  SUYUAN_ASSIGN_OR_RETURN(const pb::RangeResponse now, client.Range(any, deadline));
  pb::CompactionRequest compact;
  compact.set_revision(now.header().revision());
  compact.set_physical(true);
  const absl::Status compacted = client.Compact(compact, deadline).status();
  if (!compacted.ok() && !absl::IsOutOfRange(compacted)) return compacted;
  SUYUAN_ASSIGN_OR_RETURN(const wire::EngineStatus status, DescribeEngine(client, deadline));
  // One after the other: a member serves nobody meanwhile.
  for (const wire::EngineMember& member : status.members()) {
    if (member.endpoint().empty()) continue;
    SUYUAN_RETURN_IF_ERROR(
        client.admin().Defragment(member.endpoint(), absl::Now() + kDefragmentTimeout).status(),
        absl::StrCat("member ", member.name()));
  }
  return DisarmAll(client, absl::Now() + kMemberTimeout);
}

}  // namespace suyuan
