#include "network/orderer/consensus/solo.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

class SoloConsenter final : public Consenter {
 public:
  explicit SoloConsenter(Deliver deliver) : deliver_(std::move(deliver)) {}

  absl::Status Start(uint64_t next) override {
    absl::MutexLock order(&order_);
    next_ = next;
    SetState(absl::OkStatus(), absl::OkStatus());
    return absl::OkStatus();
  }

  void Stop() override {
    absl::MutexLock order(&order_);
    SetState(Health(), absl::UnavailableError("stopped"));
  }

  void Propose(uint64_t number, Batch batch, Done done) override {
    absl::Status status;
    {
      absl::MutexLock order(&order_);
      status = Append(number, std::move(batch));
    }
    done(status);
  }

  Leadership leadership() const override { return {Availability().ok(), "this orderer"}; }

  absl::Status Health() const override {
    absl::MutexLock lock(&mutex_);
    return health_;
  }

  absl::Status Availability() const override {
    absl::MutexLock lock(&mutex_);
    return availability_;
  }

  const char* type() const override { return kSoloConsensus; }

 private:
  absl::Status Append(uint64_t number, Batch batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(order_) {
    SUYUAN_RETURN_IF_ERROR(Availability());
    if (number != next_) {
      return absl::AbortedError(absl::StrCat("batch ", number, ": the next one is ", next_));
    }
    const absl::Status status = deliver_(next_, std::move(batch));
    if (status.ok()) {
      ++next_;
      return status;
    }
    // Whether the batch reached the disk is not known: nothing may follow it.
    const auto stopped = absl::UnavailableError(absl::StrCat("stopped: ", status.message()));
    SetState(stopped, stopped);
    return status;
  }

  void SetState(absl::Status health, absl::Status availability) {
    absl::MutexLock lock(&mutex_);
    health_ = std::move(health);
    availability_ = std::move(availability);
  }

  const Deliver deliver_;
  absl::Mutex order_;  // held during a delivery: it is what orders batches
  uint64_t next_ ABSL_GUARDED_BY(order_) = 0;
  mutable absl::Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  absl::Status availability_ ABSL_GUARDED_BY(mutex_) = absl::UnavailableError("not started");
};

}  // namespace

std::unique_ptr<Consenter> MakeSoloConsenter(Consenter::Deliver deliver) {
  return std::make_unique<SoloConsenter>(std::move(deliver));
}

}  // namespace suyuan
