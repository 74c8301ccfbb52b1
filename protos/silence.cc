// Protocol Buffers writes a line to stderr for each malformed string it is given. Who
// sends us garbage must not be able to fill an operator's disk: the parse fails, and
// what refused the input says so once, in its own log.
#include <google/protobuf/stubs/logging.h>

namespace {
const bool silenced = [] {
  google::protobuf::SetLogHandler(nullptr);
  return true;
}();
}  // namespace
