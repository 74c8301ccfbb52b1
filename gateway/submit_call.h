// Submit: hands a signed transaction to an orderer.
#pragma once

#include <memory>
#include <vector>

#include "gateway/call.h"
#include "gateway/errors.h"
#include "gateway/orderer_client.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

class SubmitCall : public std::enable_shared_from_this<SubmitCall> {
 public:
  // `request` is only read during the call.
  static void Start(const CallDeps& deps, const ::gateway::SubmitRequest& request,
                    const CallScope& scope, CallDone done);

 private:
  SubmitCall(const CallScope& scope, CallDone done) : scope_(scope), done_(std::move(done)) {}
  void AskNext();
  void Answered(const absl::StatusOr<::orderer::BroadcastResponse>& answer);

  const CallScope scope_;
  const CallDone done_;
  std::shared_ptr<const ::common::Envelope> envelope_;
  std::vector<OrdererClientPtr> orderers_;  // in the order to be asked
  size_t asked_ = 0;
  std::vector<NodeFailure> failures_;
};

}  // namespace suyuan
