// CHECK: a broken invariant is a bug; the process logs it and aborts, so that
// nothing wrong is ever made durable.
#pragma once

namespace suyuan::internal {
[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);
}  // namespace suyuan::internal

#define SUYUAN_CHECK(condition)                                        \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::suyuan::internal::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)
