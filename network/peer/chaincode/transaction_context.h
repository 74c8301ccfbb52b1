// Answers the requests that one chaincode call makes of the peer, whichever way
// they come in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/common/clock.h"
#include "network/peer/chaincode/query_results.h"
#include "network/peer/chaincode/runtime.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

// Calls another chaincode for a caller, and waits. `name` is "NAME" or
// "NAME/CHANNEL".
using CallChaincode = std::function<absl::StatusOr<::protos::Response>(
    const ChaincodeCall& caller, absl::string_view caller_name, const ::protos::ChaincodeSpec&)>;

// One call's requests. One thread at a time.
class TransactionContext {
 public:
  struct Deps {
    CallChaincode call_chaincode;
    const Clock* clock = Clock::System();
    int64_t total_query_limit = 100'000;
  };
  TransactionContext(Deps deps, ChaincodeCall call, std::string name,
                     std::shared_ptr<const Collections> collections);

  const std::string& tx_id() const { return transaction().tx_id; }
  const std::string& channel_id() const { return transaction().channel->id(); }
  const std::string& name() const { return name_; }
  const ::protos::SignedProposal& proposal() const { return *transaction().proposal; }
  absl::Time deadline() const { return transaction().deadline; }
  // The serialised proposal, made once.
  const std::string& proposal_bytes();

  // A request of the chaincode protocol (ChaincodeMessage.Type): the payload of its
  // RESPONSE, or a Status whose message is the text of its ERROR
  // ("TYPE failed: transaction ID: TXID: CAUSE").
  absl::StatusOr<std::string> Handle(int32_t type, absl::string_view payload);
  // The call is over: open queries end here, not when the last owner lets go.
  void CloseQueries() { queries_.CloseAll(); }

 private:
  using Answer = absl::StatusOr<std::string>;
  using Handler = Answer (TransactionContext::*)(absl::string_view payload);
  static const std::map<int32_t, Handler>& Handlers();

  Transaction& transaction() const { return *call_.transaction; }
  Simulator& simulator() const { return *call_.transaction->simulator; }

  Answer GetState(absl::string_view payload);
  Answer GetStateMultiple(absl::string_view payload);
  Answer GetPrivateDataHash(absl::string_view payload);
  Answer GetStateMetadata(absl::string_view payload);
  Answer PutState(absl::string_view payload);
  Answer DelState(absl::string_view payload);
  Answer PurgePrivateData(absl::string_view payload);
  Answer PutStateMetadata(absl::string_view payload);
  Answer WriteBatch(absl::string_view payload);
  Answer GetStateByRange(absl::string_view payload);
  Answer GetRangePage(const ::protos::GetStateByRange& range, const ::protos::QueryMetadata& page);
  Answer GetQueryResult(absl::string_view payload);
  Answer GetHistoryForKey(absl::string_view payload);
  Answer QueryStateNext(absl::string_view payload);
  Answer QueryStateClose(absl::string_view payload);
  Answer InvokeChaincode(absl::string_view payload);

  absl::StatusOr<std::string> Get(const std::string& key, const std::string& collection);
  absl::Status Put(const std::string& key, const std::string& value, const std::string& collection);
  absl::Status Del(const std::string& key, const std::string& collection);
  absl::Status Purge(const std::string& key, const std::string& collection);
  absl::Status PutMetadata(const std::string& key, const std::string& collection,
                           const ::protos::StateMetadata& metadata);
  absl::Status Apply(const ::protos::WriteRecord& record);

  enum class Access { kRead, kWrite, kHash };
  absl::Status CheckCollection(const std::string& collection, Access access);
  absl::Status JudgeCollection(const std::string& collection, Access access) const;

  const Deps deps_;
  const ChaincodeCall call_;
  const std::string name_;
  const std::shared_ptr<const Collections> collections_;
  std::string proposal_bytes_;
  QueryResults queries_;
  // Outcomes of CheckCollection(), which verifies identities.
  std::map<std::pair<std::string, Access>, absl::Status> collection_access_;
};

}  // namespace suyuan
