// Tells ThreadSanitizer about Abseil's locks.
//
// Debian builds libabsl without TSan's annotations, so that TSan sees neither a lock of
// ours nor one of gRPC's, and every guarded member looks like a race. This file, linked
// into every program of a TSan build, takes the place of the public operations (the
// dynamic linker gives it to libgrpc as well), annotates them as Abseil's own sources do,
// and calls the library's. Between "pre" and "post" TSan ignores memory accesses: those
// of conditions that Abseil evaluates for other threads.
//
// Not modelled: Await() under a reader's lock (we have none).
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace {

// Inside an operation: what it calls of the others is part of it.
thread_local bool inside = false;

struct Inside {
  Inside() { inside = true; }
  ~Inside() { inside = false; }
};

// What was written before Published(flag) is seen after Seen(flag).
void Published(const void* flag) { __tsan_release(const_cast<void*>(flag)); }
void Seen(const void* flag) { __tsan_acquire(const_cast<void*>(flag)); }

void* Real(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) __builtin_trap();
  return found;
}

}  // namespace

// real(...) is the library's function of this mangled name, whose `this` comes first.
#define SUYUAN_REAL(result, mangled, ...) \
  static auto* const real = reinterpret_cast<result (*)(__VA_ARGS__)>(Real("_ZN" mangled))
#define SUYUAN_REAL_CONST(result, mangled, ...) \
  static auto* const real = reinterpret_cast<result (*)(__VA_ARGS__)>(Real("_ZNK" mangled))

namespace absl {
ABSL_NAMESPACE_BEGIN

namespace {

template <typename F>
void Locking(Mutex* mutex, unsigned flags, F operation) {
  if (inside) return operation();
  __tsan_mutex_pre_lock(mutex, flags);
  {
    Inside in;
    operation();
  }
  __tsan_mutex_post_lock(mutex, flags, 0);
}

template <typename F>
void Unlocking(Mutex* mutex, unsigned flags, F operation) {
  if (inside) return operation();
  __tsan_mutex_pre_unlock(mutex, flags);
  {
    Inside in;
    operation();
  }
  __tsan_mutex_post_unlock(mutex, flags);
}

template <typename F>
bool TryLocking(Mutex* mutex, unsigned flags, F operation) {
  if (inside) return operation();
  flags |= __tsan_mutex_try_lock;
  __tsan_mutex_pre_lock(mutex, flags);
  const bool locked = operation();
  __tsan_mutex_post_lock(mutex, locked ? flags : flags | __tsan_mutex_try_lock_failed, 0);
  return locked;
}

// Gives the lock up and takes it again.
template <typename F>
void Waiting(Mutex* mutex, F operation) {
  if (inside) return operation();
  __tsan_mutex_pre_unlock(mutex, 0);
  __tsan_mutex_post_unlock(mutex, 0);
  Locking(mutex, 0, operation);
}

template <typename F>
void Signalling(void* condition, F operation) {
  if (inside) return operation();
  __tsan_mutex_pre_signal(condition, 0);
  {
    Inside in;
    operation();
  }
  __tsan_mutex_post_signal(condition, 0);
}

}  // namespace

Mutex::~Mutex() {
  SUYUAN_REAL(void, "4absl7debian35MutexD1Ev", Mutex*);
  real(this);
  __tsan_mutex_destroy(this, __tsan_mutex_not_static);
}

void Mutex::Lock() {
  SUYUAN_REAL(void, "4absl7debian35Mutex4LockEv", Mutex*);
  Locking(this, 0, [this] { real(this); });
}

void Mutex::Unlock() {
  SUYUAN_REAL(void, "4absl7debian35Mutex6UnlockEv", Mutex*);
  Unlocking(this, 0, [this] { real(this); });
}

bool Mutex::TryLock() {
  SUYUAN_REAL(bool, "4absl7debian35Mutex7TryLockEv", Mutex*);
  return TryLocking(this, 0, [this] { return real(this); });
}

void Mutex::ReaderLock() {
  SUYUAN_REAL(void, "4absl7debian35Mutex10ReaderLockEv", Mutex*);
  Locking(this, __tsan_mutex_read_lock, [this] { real(this); });
}

void Mutex::ReaderUnlock() {
  SUYUAN_REAL(void, "4absl7debian35Mutex12ReaderUnlockEv", Mutex*);
  Unlocking(this, __tsan_mutex_read_lock, [this] { real(this); });
}

bool Mutex::ReaderTryLock() {
  SUYUAN_REAL(bool, "4absl7debian35Mutex13ReaderTryLockEv", Mutex*);
  return TryLocking(this, __tsan_mutex_read_lock, [this] { return real(this); });
}

void Mutex::LockWhen(const Condition& condition) {
  SUYUAN_REAL(void, "4absl7debian35Mutex8LockWhenERKNS0_9ConditionE", Mutex*, const Condition&);
  Locking(this, 0, [&] { real(this, condition); });
}

bool Mutex::LockWhenWithTimeout(const Condition& condition, absl::Duration timeout) {
  SUYUAN_REAL(bool, "4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE",
              Mutex*, const Condition&, absl::Duration);
  bool met = false;
  Locking(this, 0, [&] { met = real(this, condition, timeout); });
  return met;
}

bool Mutex::LockWhenWithDeadline(const Condition& condition, absl::Time deadline) {
  SUYUAN_REAL(bool, "4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE", Mutex*,
              const Condition&, absl::Time);
  bool met = false;
  Locking(this, 0, [&] { met = real(this, condition, deadline); });
  return met;
}

void Mutex::Await(const Condition& condition) {
  SUYUAN_REAL(void, "4absl7debian35Mutex5AwaitERKNS0_9ConditionE", Mutex*, const Condition&);
  Waiting(this, [&] { real(this, condition); });
}

bool Mutex::AwaitWithTimeout(const Condition& condition, absl::Duration timeout) {
  SUYUAN_REAL(bool, "4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE", Mutex*,
              const Condition&, absl::Duration);
  bool met = false;
  Waiting(this, [&] { met = real(this, condition, timeout); });
  return met;
}

bool Mutex::AwaitWithDeadline(const Condition& condition, absl::Time deadline) {
  SUYUAN_REAL(bool, "4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE", Mutex*,
              const Condition&, absl::Time);
  bool met = false;
  Waiting(this, [&] { met = real(this, condition, deadline); });
  return met;
}

void ReleasableMutexLock::Release() {
  mu_->Unlock();
  mu_ = nullptr;
}

void CondVar::Wait(Mutex* mutex) {
  SUYUAN_REAL(void, "4absl7debian37CondVar4WaitEPNS0_5MutexE", CondVar*, Mutex*);
  Waiting(mutex, [&] { real(this, mutex); });
}

bool CondVar::WaitWithTimeout(Mutex* mutex, absl::Duration timeout) {
  SUYUAN_REAL(bool, "4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE", CondVar*,
              Mutex*, absl::Duration);
  bool expired = false;
  Waiting(mutex, [&] { expired = real(this, mutex, timeout); });
  return expired;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, absl::Time deadline) {
  SUYUAN_REAL(bool, "4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", CondVar*,
              Mutex*, absl::Time);
  bool expired = false;
  Waiting(mutex, [&] { expired = real(this, mutex, deadline); });
  return expired;
}

void CondVar::Signal() {
  SUYUAN_REAL(void, "4absl7debian37CondVar6SignalEv", CondVar*);
  Signalling(this, [this] { real(this); });
}

void CondVar::SignalAll() {
  SUYUAN_REAL(void, "4absl7debian37CondVar9SignalAllEv", CondVar*);
  Signalling(this, [this] { real(this); });
}

// HasBeenNotified() is inline, so TSan sees it read the flag behind the mutex.
void Notification::Notify() {
  SUYUAN_REAL(void, "4absl7debian312Notification6NotifyEv", Notification*);
  Published(&notified_yet_);
  real(this);
}

void Notification::WaitForNotification() const {
  SUYUAN_REAL_CONST(void, "4absl7debian312Notification19WaitForNotificationEv",
                    const Notification*);
  real(this);
  Seen(&notified_yet_);
}

bool Notification::WaitForNotificationWithTimeout(absl::Duration timeout) const {
  SUYUAN_REAL_CONST(bool,
                    "4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
                    const Notification*, absl::Duration);
  const bool notified = real(this, timeout);
  if (notified) Seen(&notified_yet_);
  return notified;
}

bool Notification::WaitForNotificationWithDeadline(absl::Time deadline) const {
  SUYUAN_REAL_CONST(bool, "4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
                    const Notification*, absl::Time);
  const bool notified = real(this, deadline);
  if (notified) Seen(&notified_yet_);
  return notified;
}

bool BlockingCounter::DecrementCount() {
  SUYUAN_REAL(bool, "4absl7debian315BlockingCounter14DecrementCountEv", BlockingCounter*);
  Published(this);
  return real(this);
}

void BlockingCounter::Wait() {
  SUYUAN_REAL(void, "4absl7debian315BlockingCounter4WaitEv", BlockingCounter*);
  real(this);
  Seen(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
