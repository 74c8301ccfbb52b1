#include "network/peer/chaincode/transaction_context.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using ::protos::ChaincodeMessage;

absl::string_view TypeName(int32_t type) {
  return ChaincodeMessage::Type_IsValid(type) ? absl::string_view(ChaincodeMessage::Type_Name(
                                                    static_cast<ChaincodeMessage::Type>(type)))
                                              : "unknown request";
}

std::string ValueOrEmpty(std::optional<VersionedValue> value) {
  return value ? std::move(value->value) : std::string();
}

absl::StatusOr<std::string> Serialized(const google::protobuf::MessageLite& message) {
  return message.SerializeAsString();
}

}  // namespace

TransactionContext::TransactionContext(Deps deps, ChaincodeCall call, std::string name,
                                       std::shared_ptr<const Collections> collections)
    : deps_(std::move(deps)),
      call_(std::move(call)),
      name_(std::move(name)),
      collections_(std::move(collections)),
      queries_(deps_.total_query_limit) {}

const std::string& TransactionContext::proposal_bytes() {
  if (proposal_bytes_.empty()) proposal_bytes_ = proposal().SerializeAsString();
  return proposal_bytes_;
}

const std::map<int32_t, TransactionContext::Handler>& TransactionContext::Handlers() {
  static const auto* handlers = new std::map<int32_t, Handler>{
      {ChaincodeMessage::GET_STATE, &TransactionContext::GetState},
      {ChaincodeMessage::GET_STATE_MULTIPLE, &TransactionContext::GetStateMultiple},
      {ChaincodeMessage::GET_PRIVATE_DATA_HASH, &TransactionContext::GetPrivateDataHash},
      {ChaincodeMessage::GET_STATE_METADATA, &TransactionContext::GetStateMetadata},
      {ChaincodeMessage::PUT_STATE, &TransactionContext::PutState},
      {ChaincodeMessage::DEL_STATE, &TransactionContext::DelState},
      {ChaincodeMessage::PURGE_PRIVATE_DATA, &TransactionContext::PurgePrivateData},
      {ChaincodeMessage::PUT_STATE_METADATA, &TransactionContext::PutStateMetadata},
      {ChaincodeMessage::WRITE_BATCH_STATE, &TransactionContext::WriteBatch},
      {ChaincodeMessage::GET_STATE_BY_RANGE, &TransactionContext::GetStateByRange},
      {ChaincodeMessage::GET_QUERY_RESULT, &TransactionContext::GetQueryResult},
      {ChaincodeMessage::GET_HISTORY_FOR_KEY, &TransactionContext::GetHistoryForKey},
      {ChaincodeMessage::QUERY_STATE_NEXT, &TransactionContext::QueryStateNext},
      {ChaincodeMessage::QUERY_STATE_CLOSE, &TransactionContext::QueryStateClose},
      {ChaincodeMessage::INVOKE_CHAINCODE, &TransactionContext::InvokeChaincode},
  };
  return *handlers;
}

absl::StatusOr<std::string> TransactionContext::Handle(int32_t type, absl::string_view payload) {
  const auto handler = Handlers().find(type);
  Answer answer = absl::UnimplementedError("this peer does not know the request");
  if (deps_.clock->Now() > deadline()) {
    answer = absl::DeadlineExceededError("timeout expired while executing transaction");
  } else if (handler != Handlers().end()) {
    answer = (this->*handler->second)(payload);
  }
  if (answer.ok()) return answer;
  return absl::Status(answer.status().code(),
                      absl::StrCat(TypeName(type), " failed: transaction ID: ", tx_id(), ": ",
                                   answer.status().message()));
}

// Reads -------------------------------------------------------------------------

absl::StatusOr<std::string> TransactionContext::Get(const std::string& key,
                                                    const std::string& collection) {
  if (collection.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(auto value, simulator().GetState(name_, key));
    return ValueOrEmpty(std::move(value));
  }
  SUYUAN_RETURN_IF_ERROR(CheckCollection(collection, Access::kRead));
  SUYUAN_ASSIGN_OR_RETURN(auto value, simulator().GetPrivate(name_, collection, key));
  return ValueOrEmpty(std::move(value));
}

absl::StatusOr<std::string> TransactionContext::GetState(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request, ParseProto<::protos::GetState>(payload, "GetState"));
  return Get(request.key(), request.collection());
}

absl::StatusOr<std::string> TransactionContext::GetStateMultiple(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::GetStateMultiple>(payload, "GetStateMultiple"));
  ::protos::GetStateMultipleResult result;
  for (const std::string& key : request.keys()) {
    SUYUAN_ASSIGN_OR_RETURN(*result.add_values(), Get(key, request.collection()));
  }
  return Serialized(result);
}

absl::StatusOr<std::string> TransactionContext::GetPrivateDataHash(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request, ParseProto<::protos::GetState>(payload, "GetState"));
  if (request.collection().empty()) return absl::InvalidArgumentError("collection is empty");
  SUYUAN_RETURN_IF_ERROR(CheckCollection(request.collection(), Access::kHash));
  SUYUAN_ASSIGN_OR_RETURN(auto hash,
                          simulator().GetPrivateHash(name_, request.collection(), request.key()));
  return hash.value_or("");
}

absl::StatusOr<std::string> TransactionContext::GetStateMetadata(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::GetStateMetadata>(payload, "GetStateMetadata"));
  if (!request.collection().empty()) {
    return absl::UnimplementedError("metadata of private keys is not supported by this peer");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata, simulator().GetMetadata(name_, request.key()));
  ::protos::StateMetadataResult result;
  for (const auto& [key, value] : metadata) {
    auto* entry = result.add_entries();
    entry->set_metakey(key);
    entry->set_value(value);
  }
  return Serialized(result);
}

// Writes ------------------------------------------------------------------------

absl::Status TransactionContext::Put(const std::string& key, const std::string& value,
                                     const std::string& collection) {
  if (collection.empty()) return simulator().SetState(name_, key, value);
  SUYUAN_RETURN_IF_ERROR(CheckCollection(collection, Access::kWrite));
  return simulator().SetPrivate(name_, collection, key, value);
}

absl::Status TransactionContext::Del(const std::string& key, const std::string& collection) {
  if (collection.empty()) return simulator().DeleteState(name_, key);
  SUYUAN_RETURN_IF_ERROR(CheckCollection(collection, Access::kWrite));
  return simulator().DeletePrivate(name_, collection, key, /*purge=*/false);
}

absl::Status TransactionContext::Purge(const std::string& key, const std::string& collection) {
  if (collection.empty()) {
    return absl::InvalidArgumentError("only applicable for private data");
  }
  SUYUAN_RETURN_IF_ERROR(CheckCollection(collection, Access::kWrite));
  return simulator().DeletePrivate(name_, collection, key, /*purge=*/true);
}

absl::Status TransactionContext::PutMetadata(const std::string& key, const std::string& collection,
                                             const ::protos::StateMetadata& metadata) {
  if (!collection.empty()) {
    return absl::UnimplementedError("metadata of private keys is not supported by this peer");
  }
  return simulator().SetMetadata(name_, key, {{metadata.metakey(), metadata.value()}});
}

absl::StatusOr<std::string> TransactionContext::PutState(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request, ParseProto<::protos::PutState>(payload, "PutState"));
  SUYUAN_RETURN_IF_ERROR(Put(request.key(), request.value(), request.collection()));
  return std::string();
}

absl::StatusOr<std::string> TransactionContext::DelState(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request, ParseProto<::protos::DelState>(payload, "DelState"));
  SUYUAN_RETURN_IF_ERROR(Del(request.key(), request.collection()));
  return std::string();
}

absl::StatusOr<std::string> TransactionContext::PurgePrivateData(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::PurgePrivateState>(payload, "PurgePrivateState"));
  SUYUAN_RETURN_IF_ERROR(Purge(request.key(), request.collection()));
  return std::string();
}

absl::StatusOr<std::string> TransactionContext::PutStateMetadata(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::PutStateMetadata>(payload, "PutStateMetadata"));
  SUYUAN_RETURN_IF_ERROR(PutMetadata(request.key(), request.collection(), request.metadata()));
  return std::string();
}

absl::Status TransactionContext::Apply(const ::protos::WriteRecord& record) {
  switch (record.type()) {
    case ::protos::WriteRecord::PUT_STATE:
      return Put(record.key(), record.value(), record.collection());
    case ::protos::WriteRecord::DEL_STATE:
      return Del(record.key(), record.collection());
    case ::protos::WriteRecord::PUT_STATE_METADATA:
      return PutMetadata(record.key(), record.collection(), record.metadata());
    case ::protos::WriteRecord::PURGE_PRIVATE_DATA:
      return Purge(record.key(), record.collection());
    default:
      return absl::InvalidArgumentError(absl::StrCat("unknown operation type ", record.type()));
  }
}

absl::StatusOr<std::string> TransactionContext::WriteBatch(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::WriteBatchState>(payload, "WriteBatchState"));
  for (const auto& record : request.rec()) SUYUAN_RETURN_IF_ERROR(Apply(record));
  return std::string();
}

// Queries -----------------------------------------------------------------------

absl::StatusOr<std::string> TransactionContext::GetStateByRange(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::GetStateByRange>(payload, "GetStateByRange"));
  if (!request.collection().empty()) {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(request.collection(), Access::kRead));
    return absl::UnimplementedError("ranges of private data are not supported by this peer");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto page,
                          ParseProto<::protos::QueryMetadata>(request.metadata(), "QueryMetadata"));
  if (page.pagesize() > 0 || !page.bookmark().empty()) return GetRangePage(request, page);
  SUYUAN_ASSIGN_OR_RETURN(auto iterator,
                          simulator().GetRange(name_, request.startkey(), request.endkey()));
  SUYUAN_ASSIGN_OR_RETURN(const auto response,
                          queries_.Open(RangeResults(name_, std::move(iterator))));
  return Serialized(response);
}

absl::StatusOr<std::string> TransactionContext::GetRangePage(const ::protos::GetStateByRange& range,
                                                             const ::protos::QueryMetadata& page) {
  const int64_t limit = page.pagesize() > 0 ? page.pagesize() : deps_.total_query_limit;
  SUYUAN_ASSIGN_OR_RETURN(
      const auto found,
      simulator().GetRangePage(name_, range.startkey(), range.endkey(),
                               static_cast<int32_t>(std::min(limit, deps_.total_query_limit)),
                               page.bookmark()));
  ::protos::QueryResponse response;
  for (const KeyValue& entry : found.results) {
    response.add_results()->set_resultbytes(KeyValueBytes(name_, entry));
  }
  ::protos::QueryResponseMetadata metadata;
  metadata.set_fetched_records_count(static_cast<int32_t>(found.results.size()));
  metadata.set_bookmark(found.bookmark);
  response.set_metadata(metadata.SerializeAsString());
  return Serialized(response);
}

absl::StatusOr<std::string> TransactionContext::GetQueryResult(absl::string_view payload) {
  return absl::UnimplementedError("ExecuteQuery not supported for leveldb");
}

absl::StatusOr<std::string> TransactionContext::GetHistoryForKey(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::GetHistoryForKey>(payload, "GetHistoryForKey"));
  SUYUAN_ASSIGN_OR_RETURN(auto iterator, simulator().GetHistory(name_, request.key()));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, queries_.Open(HistoryResults(std::move(iterator))));
  return Serialized(response);
}

absl::StatusOr<std::string> TransactionContext::QueryStateNext(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::QueryStateNext>(payload, "QueryStateNext"));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, queries_.Next(request.id()));
  return Serialized(response);
}

absl::StatusOr<std::string> TransactionContext::QueryStateClose(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto request,
                          ParseProto<::protos::QueryStateClose>(payload, "QueryStateClose"));
  return Serialized(queries_.Close(request.id()));
}

// Calls -------------------------------------------------------------------------

absl::StatusOr<std::string> TransactionContext::InvokeChaincode(absl::string_view payload) {
  SUYUAN_ASSIGN_OR_RETURN(const auto spec,
                          ParseProto<::protos::ChaincodeSpec>(payload, "ChaincodeSpec"));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, deps_.call_chaincode(call_, name_, spec));
  // The shims expect the callee's last message whole.
  ChaincodeMessage completed;
  completed.set_type(ChaincodeMessage::COMPLETED);
  completed.set_payload(response.SerializeAsString());
  completed.set_txid(tx_id());
  completed.set_channel_id(channel_id());
  return Serialized(completed);
}

// Collections -------------------------------------------------------------------

absl::Status TransactionContext::CheckCollection(const std::string& collection, Access access) {
  const auto key = std::make_pair(collection, access);
  const auto known = collection_access_.find(key);
  if (known != collection_access_.end()) return known->second;
  return collection_access_[key] = JudgeCollection(collection, access);
}

absl::Status TransactionContext::JudgeCollection(const std::string& collection,
                                                 Access access) const {
  const ChannelConfigPtr config = transaction().channel->config();
  if (const auto org = ImplicitCollectionOrg(collection)) {
    if (config->msps()->Find(*org) != nullptr) return absl::OkStatus();
    return absl::NotFoundError(
        absl::StrCat("collection ", name_, "/", collection, " could not be found"));
  }
  const auto found = collections_->find(collection);
  if (found == collections_->end()) {
    return absl::NotFoundError(
        absl::StrCat("collection ", name_, "/", collection, " could not be found"));
  }
  const bool members_only = (access == Access::kRead && found->second.member_only_read()) ||
                            (access == Access::kWrite && found->second.member_only_write());
  if (!members_only) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(
      const PolicyPtr members,
      MakeSignaturePolicy(found->second.member_orgs_policy().signature_policy(), config->msps()),
      absl::StrCat("collection ", collection, ": member_orgs_policy"));
  const IdentityPtr creator = transaction().creator;
  if (members->EvaluateIdentities({creator}).ok()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("tx creator does not have ", access == Access::kRead ? "read" : "write",
                   " access permission on privatedata in chaincodeName:", name_,
                   " collectionName: ", collection));
}

}  // namespace suyuan
