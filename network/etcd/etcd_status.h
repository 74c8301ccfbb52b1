// What an answer of etcd, or the lack of one, means. The only file that knows the texts.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct EtcdVerdict {
  absl::Status status;      // code as in etcd_client.h; etcd's or gRPC's text
  bool elsewhere = false;   // another member, or this one a little later, may do it
  bool maybe_done = false;  // a change that was asked for may have been made, or may yet be
};
EtcdVerdict JudgeAnswer(const grpc::Status& status);

// Why a watch was cancelled: the Status that ends it, or OK when it is worth trying again.
absl::Status JudgeWatchCancel(int64_t compact_revision, absl::string_view reason);

// Lets OutcomeUnknown(result) be true.
absl::Status MarkOutcomeUnknown(absl::Status status);

}  // namespace suyuan
