// Writes of one transaction on their way to the peer: one request each, or
// collected between Start() and Finish() when the peer carries batches.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/transport.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

class WriteBatch {
 public:
  explicit WriteBatch(ChaincodeTransport* transport) : transport_(transport) {}

  void Start();
  // Sends what was collected, in chunks of the peer's limit.
  absl::Status Finish();
  // `collection` empty: public state.
  absl::Status Put(absl::string_view collection, absl::string_view key, absl::string_view value);
  absl::Status Delete(absl::string_view collection, absl::string_view key);
  absl::Status Purge(absl::string_view collection, absl::string_view key);
  absl::Status PutMetadata(absl::string_view collection, absl::string_view key,
                           absl::string_view name, absl::string_view value);

 private:
  absl::Status Write(::protos::WriteRecord record);
  absl::Status SendSingle(const ::protos::WriteRecord& record);
  absl::Status SendBatch();

  ChaincodeTransport* transport_;
  bool collecting_ = false;
  ::protos::WriteBatchState pending_;
};

}  // namespace suyuan
