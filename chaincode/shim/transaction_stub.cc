#include "chaincode/shim/transaction_stub.h"

#include <exception>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/shim/composite_key.h"
#include "chaincode/shim/proposal_view.h"
#include "chaincode/shim/query_iterator.h"
#include "chaincode/shim/write_batch.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/chaincode_shim.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {
namespace {

using ::protos::ChaincodeMessage;

constexpr char kValidationParameter[] = "VALIDATION_PARAMETER";
// The first character after the space of composite keys.
constexpr absl::string_view kFirstPlainKey("\x01", 1);

absl::Status CheckCollection(absl::string_view collection) {
  if (collection.empty()) {
    return absl::InvalidArgumentError("collection must not be an empty string");
  }
  if (!IsUtf8(collection)) return absl::InvalidArgumentError("collection is not UTF-8");
  return absl::OkStatus();
}

// The peer has only its text to say that it lacks something.
absl::Status ClassifyPeerError(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kFailedPrecondition &&
      (absl::StrContains(status.message(), "not supported for leveldb") ||
       absl::StrContains(status.message(), "not implemented") ||
       absl::StrContains(status.message(), "unimplemented"))) {
    return absl::UnimplementedError(status.message());
  }
  return status;
}

class Stub : public TransactionStub {
 public:
  Stub(TransactionInput input, ::protos::ChaincodeInput call, ChaincodeTransport* transport)
      : input_(std::move(input)), transport_(transport), writes_(transport) {
    for (std::string& arg : *call.mutable_args()) args_.push_back(std::move(arg));
    for (auto& [name, value] : call.decorations()) decorations_[name] = value;
  }

  // The call
  const std::string& GetTxID() const override { return input_.tx_id; }
  const std::string& GetChannelID() const override { return input_.channel_id; }
  const std::vector<std::string>& GetArgs() const override { return args_; }
  std::pair<std::string, std::vector<std::string>> GetFunctionAndParameters() const override {
    if (args_.empty()) return {};
    return {args_.front(), {args_.begin() + 1, args_.end()}};
  }
  const std::map<std::string, std::string>& GetDecorations() const override { return decorations_; }
  absl::StatusOr<std::string> GetCreator() const override {
    SUYUAN_ASSIGN_OR_RETURN(const ProposalView* view, Proposal());
    return view->creator;
  }
  absl::StatusOr<std::map<std::string, std::string>> GetTransient() const override {
    SUYUAN_ASSIGN_OR_RETURN(const ProposalView* view, Proposal());
    return view->transient;
  }
  absl::StatusOr<std::string> GetBinding() const override {
    SUYUAN_ASSIGN_OR_RETURN(const ProposalView* view, Proposal());
    return view->binding;
  }
  absl::StatusOr<std::string> GetSignedProposal() const override {
    if (input_.signed_proposal.empty()) {
      return absl::FailedPreconditionError("the peer passed no proposal");
    }
    return input_.signed_proposal;
  }
  absl::StatusOr<absl::Time> GetTxTimestamp() const override {
    SUYUAN_ASSIGN_OR_RETURN(const ProposalView* view, Proposal());
    return view->timestamp;
  }

  // State
  absl::StatusOr<std::string> GetState(absl::string_view key) override { return Get("", key); }
  absl::StatusOr<std::vector<std::string>> GetMultipleStates(
      absl::Span<const std::string> keys) override {
    return GetMultiple("", keys);
  }
  absl::Status PutState(absl::string_view key, absl::string_view value) override {
    return writes_.Put("", key, value);
  }
  absl::Status DelState(absl::string_view key) override { return writes_.Delete("", key); }
  absl::Status SetStateValidationParameter(absl::string_view key,
                                           absl::string_view policy) override {
    return writes_.PutMetadata("", key, kValidationParameter, policy);
  }
  absl::StatusOr<ValidationParameter> GetStateValidationParameter(absl::string_view key) override {
    return GetValidationParameter("", key);
  }
  void StartWriteBatch() override { writes_.Start(); }
  absl::Status FinishWriteBatch() override { return writes_.Finish(); }

  // Queries
  absl::StatusOr<std::unique_ptr<StateIterator>> GetStateByRange(absl::string_view start,
                                                                 absl::string_view end) override {
    SUYUAN_RETURN_IF_ERROR(CheckBounds(start, end));
    return Range("", start.empty() ? kFirstPlainKey : start, end);
  }
  absl::StatusOr<QueryPage> GetStateByRangeWithPagination(absl::string_view start,
                                                          absl::string_view end, int32_t page_size,
                                                          absl::string_view bookmark) override {
    SUYUAN_RETURN_IF_ERROR(CheckBounds(start, end));
    return RangePage(start.empty() ? kFirstPlainKey : start, end, page_size, bookmark);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> GetStateByPartialCompositeKey(
      absl::string_view object_type, absl::Span<const std::string> attributes) override {
    SUYUAN_ASSIGN_OR_RETURN(const auto range, PartialCompositeKeyRange(object_type, attributes));
    return Range("", range.first, range.second);
  }
  absl::StatusOr<QueryPage> GetStateByPartialCompositeKeyWithPagination(
      absl::string_view object_type, absl::Span<const std::string> attributes, int32_t page_size,
      absl::string_view bookmark) override {
    SUYUAN_ASSIGN_OR_RETURN(const auto range, PartialCompositeKeyRange(object_type, attributes));
    return RangePage(range.first, range.second, page_size, bookmark);
  }
  absl::StatusOr<std::string> CreateCompositeKey(
      absl::string_view object_type, absl::Span<const std::string> attributes) const override {
    return MakeCompositeKey(object_type, attributes);
  }
  absl::StatusOr<CompositeKey> SplitCompositeKey(absl::string_view key) const override {
    return ParseCompositeKey(key);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> GetQueryResult(absl::string_view query) override {
    return Rich("", query);
  }
  absl::StatusOr<QueryPage> GetQueryResultWithPagination(absl::string_view query, int32_t page_size,
                                                         absl::string_view bookmark) override {
    SUYUAN_ASSIGN_OR_RETURN(std::string metadata, PageMetadata(page_size, bookmark));
    ::protos::GetQueryResult request;
    request.set_query(std::string(query));
    request.set_metadata(std::move(metadata));
    return Page(ChaincodeMessage::GET_QUERY_RESULT, request);
  }
  absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistoryForKey(
      absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    ::protos::GetHistoryForKey request;
    request.set_key(std::string(key));
    return Query<KeyModification>(ChaincodeMessage::GET_HISTORY_FOR_KEY, request);
  }

  // Private data
  absl::StatusOr<std::string> GetPrivateData(absl::string_view collection,
                                             absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return Get(collection, key);
  }
  absl::StatusOr<std::vector<std::string>> GetMultiplePrivateData(
      absl::string_view collection, absl::Span<const std::string> keys) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return GetMultiple(collection, keys);
  }
  absl::StatusOr<std::string> GetPrivateDataHash(absl::string_view collection,
                                                 absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return GetAs(ChaincodeMessage::GET_PRIVATE_DATA_HASH, collection, key);
  }
  absl::Status PutPrivateData(absl::string_view collection, absl::string_view key,
                              absl::string_view value) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return writes_.Put(collection, key, value);
  }
  absl::Status DelPrivateData(absl::string_view collection, absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return writes_.Delete(collection, key);
  }
  absl::Status PurgePrivateData(absl::string_view collection, absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return writes_.Purge(collection, key);
  }
  absl::Status SetPrivateDataValidationParameter(absl::string_view collection,
                                                 absl::string_view key,
                                                 absl::string_view policy) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return writes_.PutMetadata(collection, key, kValidationParameter, policy);
  }
  absl::StatusOr<ValidationParameter> GetPrivateDataValidationParameter(
      absl::string_view collection, absl::string_view key) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return GetValidationParameter(collection, key);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataByRange(
      absl::string_view collection, absl::string_view start, absl::string_view end) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    SUYUAN_RETURN_IF_ERROR(CheckBounds(start, end));
    return Range(collection, start.empty() ? kFirstPlainKey : start, end);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataByPartialCompositeKey(
      absl::string_view collection, absl::string_view object_type,
      absl::Span<const std::string> attributes) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    SUYUAN_ASSIGN_OR_RETURN(const auto range, PartialCompositeKeyRange(object_type, attributes));
    return Range(collection, range.first, range.second);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataQueryResult(
      absl::string_view collection, absl::string_view query) override {
    SUYUAN_RETURN_IF_ERROR(CheckCollection(collection));
    return Rich(collection, query);
  }

  // Others
  absl::StatusOr<ChaincodeResponse> InvokeChaincode(absl::string_view name,
                                                    absl::Span<const std::string> args,
                                                    absl::string_view channel) override;
  absl::Status SetEvent(absl::string_view name, absl::string_view payload) override {
    if (name.empty()) return absl::InvalidArgumentError("event name must not be an empty string");
    if (!IsUtf8(name)) return absl::InvalidArgumentError("event name is not UTF-8");
    event_ = ChaincodeEventData{std::string(name), std::string(payload)};
    return absl::OkStatus();
  }
  const std::optional<ChaincodeEventData>& event() const override { return event_; }

 private:
  absl::StatusOr<std::string> Ask(ChaincodeMessage::Type type,
                                  const google::protobuf::MessageLite& request) {
    auto answer = transport_->Request(type, request.SerializeAsString());
    if (!answer.ok()) return ClassifyPeerError(answer.status());
    return answer;
  }

  absl::StatusOr<const ProposalView*> Proposal() const {
    if (!proposal_) {
      SUYUAN_ASSIGN_OR_RETURN(proposal_, ProposalView::Parse(input_.signed_proposal));
    }
    return &*proposal_;
  }

  absl::StatusOr<std::string> Get(absl::string_view collection, absl::string_view key) {
    return GetAs(ChaincodeMessage::GET_STATE, collection, key);
  }
  absl::StatusOr<std::string> GetAs(ChaincodeMessage::Type type, absl::string_view collection,
                                    absl::string_view key) {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    ::protos::GetState request;
    request.set_key(std::string(key));
    request.set_collection(std::string(collection));
    return Ask(type, request);
  }
  absl::StatusOr<std::vector<std::string>> GetMultiple(absl::string_view collection,
                                                       absl::Span<const std::string> keys);
  absl::Status GetChunk(absl::string_view collection, absl::Span<const std::string> keys,
                        std::vector<std::string>* values);
  absl::StatusOr<ValidationParameter> GetValidationParameter(absl::string_view collection,
                                                             absl::string_view key);

  static absl::Status CheckBounds(absl::string_view start, absl::string_view end) {
    SUYUAN_RETURN_IF_ERROR(CheckRangeBound(start));
    return CheckRangeBound(end);
  }
  template <typename T>
  absl::StatusOr<std::unique_ptr<ResultIterator<T>>> Query(
      ChaincodeMessage::Type type, const google::protobuf::MessageLite& request) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, Ask(type, request));
    SUYUAN_ASSIGN_OR_RETURN(auto first, ParseQueryResponse(bytes));
    return std::make_unique<QueryIterator<T>>(transport_, std::move(first));
  }
  static ::protos::GetStateByRange RangeRequest(absl::string_view collection,
                                                absl::string_view start, absl::string_view end) {
    ::protos::GetStateByRange request;
    request.set_startkey(std::string(start));
    request.set_endkey(std::string(end));
    request.set_collection(std::string(collection));
    return request;
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view collection,
                                                       absl::string_view start,
                                                       absl::string_view end) {
    return Query<KeyValue>(ChaincodeMessage::GET_STATE_BY_RANGE,
                           RangeRequest(collection, start, end));
  }
  absl::StatusOr<QueryPage> RangePage(absl::string_view start, absl::string_view end,
                                      int32_t page_size, absl::string_view bookmark) {
    SUYUAN_ASSIGN_OR_RETURN(std::string metadata, PageMetadata(page_size, bookmark));
    auto request = RangeRequest("", start, end);
    request.set_metadata(std::move(metadata));
    return Page(ChaincodeMessage::GET_STATE_BY_RANGE, request);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> Rich(absl::string_view collection,
                                                      absl::string_view query) {
    ::protos::GetQueryResult request;
    request.set_query(std::string(query));
    request.set_collection(std::string(collection));
    return Query<KeyValue>(ChaincodeMessage::GET_QUERY_RESULT, request);
  }
  static absl::StatusOr<std::string> PageMetadata(int32_t page_size, absl::string_view bookmark);
  absl::StatusOr<QueryPage> Page(ChaincodeMessage::Type type,
                                 const google::protobuf::MessageLite& request);

  const TransactionInput input_;
  ChaincodeTransport* transport_;
  WriteBatch writes_;
  std::vector<std::string> args_;
  std::map<std::string, std::string> decorations_;
  mutable std::optional<ProposalView> proposal_;  // parsed on first use
  std::optional<ChaincodeEventData> event_;
};

absl::StatusOr<std::vector<std::string>> Stub::GetMultiple(absl::string_view collection,
                                                           absl::Span<const std::string> keys) {
  std::vector<std::string> values;
  const size_t limit = transport_->limits().max_multiple_keys;
  if (limit == 0) {
    for (const std::string& key : keys) {
      SUYUAN_ASSIGN_OR_RETURN(std::string value, Get(collection, key));
      values.push_back(std::move(value));
    }
    return values;
  }
  for (size_t from = 0; from < keys.size(); from += limit) {
    SUYUAN_RETURN_IF_ERROR(GetChunk(collection, keys.subspan(from, limit), &values));
  }
  return values;
}

absl::Status Stub::GetChunk(absl::string_view collection, absl::Span<const std::string> keys,
                            std::vector<std::string>* values) {
  ::protos::GetStateMultiple request;
  request.set_collection(std::string(collection));
  for (const std::string& key : keys) {
    SUYUAN_RETURN_IF_ERROR(CheckKey(key));
    request.add_keys(key);
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          Ask(ChaincodeMessage::GET_STATE_MULTIPLE, request));
  ::protos::GetStateMultipleResult result;
  if (!result.ParseFromString(bytes) || result.values_size() != request.keys_size()) {
    return absl::FailedPreconditionError("peer sent a malformed GetStateMultipleResult");
  }
  for (std::string& value : *result.mutable_values()) values->push_back(std::move(value));
  return absl::OkStatus();
}

absl::StatusOr<ValidationParameter> Stub::GetValidationParameter(absl::string_view collection,
                                                                 absl::string_view key) {
  SUYUAN_RETURN_IF_ERROR(CheckKey(key));
  ::protos::GetStateMetadata request;
  request.set_key(std::string(key));
  request.set_collection(std::string(collection));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          Ask(ChaincodeMessage::GET_STATE_METADATA, request));
  ::protos::StateMetadataResult result;
  if (!result.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("peer sent a malformed StateMetadataResult");
  }
  for (const auto& entry : result.entries()) {
    if (entry.metakey() == kValidationParameter) return entry.value();
  }
  return ValidationParameter();
}

absl::StatusOr<std::string> Stub::PageMetadata(int32_t page_size, absl::string_view bookmark) {
  if (page_size <= 0) return absl::InvalidArgumentError("page size must be above 0");
  if (!IsUtf8(bookmark)) return absl::InvalidArgumentError("bookmark is not UTF-8");
  ::protos::QueryMetadata metadata;
  metadata.set_pagesize(page_size);
  metadata.set_bookmark(std::string(bookmark));
  return metadata.SerializeAsString();
}

absl::StatusOr<QueryPage> Stub::Page(ChaincodeMessage::Type type,
                                     const google::protobuf::MessageLite& request) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, Ask(type, request));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, ParseQueryResponse(bytes));
  ::protos::QueryResponseMetadata metadata;
  if (!metadata.ParseFromString(response.metadata())) {
    return absl::FailedPreconditionError("peer sent malformed QueryResponseMetadata");
  }
  QueryPage page;
  page.bookmark = metadata.bookmark();
  for (const auto& result : response.results()) {
    SUYUAN_ASSIGN_OR_RETURN(
        KeyValue kv, ParseResult(result.resultbytes(), static_cast<const KeyValue*>(nullptr)));
    page.results.push_back(std::move(kv));
  }
  return page;
}

absl::StatusOr<ChaincodeResponse> Stub::InvokeChaincode(absl::string_view name,
                                                        absl::Span<const std::string> args,
                                                        absl::string_view channel) {
  if (name.empty()) return absl::InvalidArgumentError("chaincode name must not be empty");
  ::protos::ChaincodeSpec spec;
  spec.mutable_chaincode_id()->set_name(channel.empty() ? std::string(name)
                                                        : absl::StrCat(name, "/", channel));
  for (const std::string& arg : args) spec.mutable_input()->add_args(arg);
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, Ask(ChaincodeMessage::INVOKE_CHAINCODE, spec));
  ChaincodeMessage message;
  if (!message.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("peer sent a malformed answer of the called chaincode");
  }
  if (message.type() != ChaincodeMessage::COMPLETED) {
    return absl::FailedPreconditionError(message.payload());
  }
  ::protos::Response response;
  if (!response.ParseFromString(message.payload())) {
    return absl::FailedPreconditionError("called chaincode sent a malformed Response");
  }
  return ChaincodeResponse{response.status(), response.message(), response.payload()};
}

ChaincodeResponse Call(Chaincode& chaincode, bool is_init, ChaincodeStub& stub) {
  try {
    return is_init ? chaincode.Init(stub) : chaincode.Invoke(stub);
  } catch (const std::exception& e) {
    return ChaincodeResponse::Error(absl::StrCat("chaincode threw: ", e.what()));
  } catch (...) {
    return ChaincodeResponse::Error("chaincode threw");
  }
}

TransactionOutput MakeOutput(ChaincodeResponse response,
                             const std::optional<ChaincodeEventData>& event) {
  ::protos::Response out;
  out.set_status(response.status);
  if (IsUtf8(response.message)) {
    out.set_message(std::move(response.message));
  } else {
    out.set_message("(message is not UTF-8)");
  }
  out.set_payload(std::move(response.payload));
  TransactionOutput output{out.SerializeAsString(), ""};
  if (event) {
    ::protos::ChaincodeEvent message;
    message.set_event_name(event->name);
    message.set_payload(event->payload);
    output.event = message.SerializeAsString();
  }
  return output;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TransactionStub>> TransactionStub::Make(
    TransactionInput input, ChaincodeTransport* transport) {
  ::protos::ChaincodeInput call;
  if (!call.ParseFromString(input.input)) {
    return absl::InvalidArgumentError("malformed ChaincodeInput");
  }
  input.input.clear();
  return std::make_unique<Stub>(std::move(input), std::move(call), transport);
}

TransactionOutput RunTransaction(Chaincode& chaincode, TransactionInput input,
                                 ChaincodeTransport* transport) {
  const bool is_init = input.is_init;
  auto stub = TransactionStub::Make(std::move(input), transport);
  if (!stub.ok()) return MakeOutput(ChaincodeResponse::Error(stub.status().message()), {});
  ChaincodeResponse response = Call(chaincode, is_init, **stub);
  if (const absl::Status flushed = (*stub)->FinishWriteBatch(); response.ok() && !flushed.ok()) {
    response = ChaincodeResponse::Error(flushed.message());
  }
  return MakeOutput(std::move(response), (*stub)->event());
}

}  // namespace suyuan
