// Early returns for absl::Status and absl::StatusOr, and context for errors on
// their way up. (Debian 12's Abseil has no such macros.)
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// `status` with "context: " before its message; code and payloads kept.
// OK stays OK.
inline absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status out(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload(
      [&out](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

namespace internal {
inline absl::Status ToStatus(absl::Status s) { return s; }
template <typename T>
absl::Status ToStatus(absl::StatusOr<T>&& s) {
  return std::move(s).status();
}
template <typename T>
absl::Status ToStatus(const absl::StatusOr<T>& s) {
  return s.status();
}
}  // namespace internal
}  // namespace suyuan

#define SUYUAN_CONCAT_(a, b) a##b
#define SUYUAN_CONCAT(a, b) SUYUAN_CONCAT_(a, b)

// Returns from the function when `expr` (a Status) is not OK. A second argument
// is put before the message.
#define SUYUAN_RETURN_IF_ERROR(expr, ...)                                                 \
  do {                                                                                    \
    if (auto suyuan_status_ = ::suyuan::internal::ToStatus(expr); !suyuan_status_.ok()) { \
      return SUYUAN_ANNOTATE_(suyuan_status_ __VA_OPT__(, ) __VA_ARGS__);                 \
    }                                                                                     \
  } while (false)

// SUYUAN_ASSIGN_OR_RETURN(auto x, MakeX()); a third argument is put before the
// error's message. Not an expression: needs braces under an `if`.
#define SUYUAN_ASSIGN_OR_RETURN(lhs, expr, ...)                      \
  SUYUAN_ASSIGN_OR_RETURN_(SUYUAN_CONCAT(suyuan_or_, __LINE__), lhs, \
                           expr __VA_OPT__(, ) __VA_ARGS__)

#define SUYUAN_ASSIGN_OR_RETURN_(tmp, lhs, expr, ...)                              \
  auto tmp = (expr);                                                               \
  if (!tmp.ok()) return SUYUAN_ANNOTATE_(tmp.status() __VA_OPT__(, ) __VA_ARGS__); \
  lhs = *std::move(tmp)

#define SUYUAN_ANNOTATE_(status, ...) \
  SUYUAN_ANNOTATE_PICK_(__VA_OPT__(1))(status __VA_OPT__(, ) __VA_ARGS__)
#define SUYUAN_ANNOTATE_PICK_(has) SUYUAN_CONCAT(SUYUAN_ANNOTATE_WITH_, has)
#define SUYUAN_ANNOTATE_WITH_(status) status
#define SUYUAN_ANNOTATE_WITH_1(status, context) ::suyuan::Annotate(status, context)
