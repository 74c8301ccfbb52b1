#include "network/orderer/batch_cutter.h"

namespace suyuan {

bool BatchCutter::Add(const MessageSize& message) {
  if (full_) return false;
  const bool alone = message.is_config || message.bytes > limits_.preferred_max_bytes;
  if (count_ > 0 && (alone || bytes_ + message.bytes > limits_.preferred_max_bytes)) {
    full_ = true;
    return false;
  }
  ++count_;
  bytes_ += message.bytes;
  full_ = alone || count_ >= limits_.max_message_count;
  return true;
}

}  // namespace suyuan
