// Times as messages carry them.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace suyuan {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

}  // namespace suyuan
