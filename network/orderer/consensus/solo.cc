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
    absl::MutexLock lock(&mutex_);
    next_ = next;
    health_ = absl::OkStatus();
    return absl::OkStatus();
  }

  void Propose(Batch batch, Done done) override {
    absl::Status status;
    {
      absl::MutexLock order(&order_);
      status = Append(std::move(batch));
    }
    done(status);
  }

  absl::Status Health() const override {
    absl::MutexLock lock(&mutex_);
    return health_;
  }

  const char* type() const override { return kSoloConsensus; }

 private:
  absl::Status Append(Batch batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(order_) {
    SUYUAN_RETURN_IF_ERROR(Health());
    const absl::Status status = deliver_(next_, std::move(batch));
    if (status.ok()) {
      ++next_;
      return status;
    }
    // Whether the batch reached the disk is not known: nothing may follow it.
    absl::MutexLock lock(&mutex_);
    health_ = absl::UnavailableError(absl::StrCat("stopped: ", status.message()));
    return status;
  }

  const Deliver deliver_;
  absl::Mutex order_;  // held during a delivery: it is what orders batches
  uint64_t next_ ABSL_GUARDED_BY(order_) = 0;
  mutable absl::Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_) = absl::UnavailableError("not started");
};

}  // namespace

std::unique_ptr<Consenter> MakeSoloConsenter(Consenter::Deliver deliver) {
  return std::make_unique<SoloConsenter>(std::move(deliver));
}

}  // namespace suyuan
