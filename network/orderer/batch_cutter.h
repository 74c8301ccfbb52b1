// Which of the waiting messages make the next block: Fabric's BatchSize rules.
#pragma once

#include <cstddef>
#include <cstdint>

namespace suyuan {

struct BatchLimits {
  uint32_t max_message_count = 0;
  uint32_t preferred_max_bytes = 0;
};

// What the cutter needs to know of a waiting message.
struct MessageSize {
  uint64_t bytes = 0;
  bool is_config = false;
};

struct Cut {
  size_t count = 0;   // messages of the next block
  bool full = false;  // nothing more would fit: no reason to wait for company
};

// Of messages offered in order: at most max_message_count; together no more than
// preferred_max_bytes, except one message alone that is larger; a config message is
// always alone.
class BatchCutter {
 public:
  explicit BatchCutter(const BatchLimits& limits) : limits_(limits) {}
  // True when the message joins the batch; false when it begins the next one.
  bool Add(const MessageSize& message);
  Cut cut() const { return {count_, full_}; }

 private:
  const BatchLimits limits_;
  size_t count_ = 0;
  uint64_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace suyuan
