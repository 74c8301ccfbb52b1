// What an update means, for a person who is to sign it.
#pragma once

#include <string>

#include "network/channel/channel_config.h"
#include "network/channel/update_review.h"

namespace suyuan {

// In plain words, a line each: who joins or leaves, what becomes of certificates,
// addresses, batches, orderers, policies. Then the same element by element, which
// leaves nothing out.
std::string DescribeChange(const ChannelConfig& before, const ChannelConfig& after);

// The change, who has signed it, and whether that is enough.
std::string DescribeReview(const ChannelConfig& before, const UpdateReview& review);

}  // namespace suyuan
