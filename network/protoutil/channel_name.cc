#include "network/protoutil/channel_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace suyuan {

bool IsChannelName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxChannelName && absl::ascii_islower(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
         });
}

}  // namespace suyuan
