#include "chaincode/shim/testing/mock_ledger.h"

#include <iomanip>
#include <limits>
#include <optional>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/check.h"
#include "protos/common/common.pb.h"
#include "protos/ledger/queryresult/kv_query_result.pb.h"
#include "protos/msp/identities.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/chaincode_shim.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan::testing {
namespace {

using ::protos::ChaincodeMessage;
using ::protos::WriteRecord;
using Key = std::pair<std::string, std::string>;  // collection, key

constexpr int kBatch = 3;  // small, so that tests meet QUERY_STATE_NEXT

template <typename Message>
Message Parse(absl::string_view bytes) {
  Message message;
  SUYUAN_CHECK(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

std::string FakeTxId(uint64_t number) {
  std::ostringstream out;
  out << std::setw(64) << std::setfill('0') << std::hex << number;
  return out.str();
}

std::string MakeProposal(const MockCall& call, const std::string& tx_id) {
  ::common::ChannelHeader channel;
  channel.set_channel_id("trace");
  channel.set_tx_id(tx_id);
  const absl::Duration since = call.timestamp - absl::UnixEpoch();
  channel.mutable_timestamp()->set_seconds(absl::ToInt64Seconds(since));
  channel.mutable_timestamp()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(since % absl::Seconds(1))));
  ::msp::SerializedIdentity creator;
  creator.set_mspid(call.msp_id);
  creator.set_id_bytes(call.certificate_pem);
  ::common::SignatureHeader signature;
  signature.set_creator(creator.SerializeAsString());
  signature.set_nonce("nonce");
  ::common::Header header;
  header.set_channel_header(channel.SerializeAsString());
  header.set_signature_header(signature.SerializeAsString());
  ::protos::ChaincodeProposalPayload payload;
  for (const auto& [name, value] : call.transient) (*payload.mutable_transientmap())[name] = value;
  ::protos::Proposal proposal;
  proposal.set_header(header.SerializeAsString());
  proposal.set_payload(payload.SerializeAsString());
  ::protos::SignedProposal out;
  out.set_proposal_bytes(proposal.SerializeAsString());
  return out.SerializeAsString();
}

TransactionInput MakeInput(const MockCall& call, const std::string& tx_id) {
  ::protos::ChaincodeInput input;
  for (const std::string& arg : call.args) input.add_args(arg);
  input.set_is_init(call.is_init);
  return {tx_id, "trace", input.SerializeAsString(), MakeProposal(call, tx_id), call.is_init};
}

}  // namespace

struct MockLedger::Impl {
  std::map<std::string, std::string> state;
  std::map<Key, std::string> private_state;
  std::map<Key, uint64_t> versions;
  std::map<Key, std::map<std::string, std::string>> metadata;
  std::map<std::string, std::vector<KeyModification>> history;  // oldest first
  std::map<std::string, Chaincode*> chaincodes;
  std::vector<std::string> last_requests;
  BatchLimits limits;
  uint64_t next_tx = 1;

  std::string Value(const Key& key) const {
    if (key.first.empty()) {
      const auto found = state.find(key.second);
      return found == state.end() ? "" : found->second;
    }
    const auto found = private_state.find(key);
    return found == private_state.end() ? "" : found->second;
  }
  uint64_t Version(const Key& key) const {
    const auto found = versions.find(key);
    return found == versions.end() ? 0 : found->second;
  }
};

struct MockStub::Impl : public ChaincodeTransport {
  MockLedger::Impl* ledger;
  MockCall call;
  std::string tx_id;
  uint64_t number = 0;
  std::unique_ptr<TransactionStub> stub;
  std::map<Key, uint64_t> reads;
  std::map<Key, std::optional<std::string>> writes;
  std::map<Key, std::map<std::string, std::string>> metadata_writes;
  std::map<std::string, std::vector<std::string>> iterators;  // what is left, reversed
  int next_iterator = 1;

  BatchLimits limits() const override { return ledger->limits; }

  absl::StatusOr<std::string> Request(int32_t type, absl::string_view payload) override {
    auto answer = Answer(type, payload);
    if (answer.ok()) return answer;
    // As a peer words it.
    return absl::FailedPreconditionError(absl::StrCat(::protos::ChaincodeMessage_Type_Name(type),
                                                      " failed: transaction ID: ", tx_id, ": ",
                                                      answer.status().message()));
  }

  MockResult Run(Chaincode& chaincode) {
    const TransactionOutput output = RunTransaction(chaincode, MakeInput(call, tx_id), this);
    const auto response = Parse<::protos::Response>(output.response);
    const auto event = Parse<::protos::ChaincodeEvent>(output.event);
    return {{response.status(), response.message(), response.payload()},
            tx_id,
            event.event_name(),
            event.payload()};
  }

  absl::StatusOr<std::string> Answer(int32_t type, absl::string_view payload) {
    switch (type) {
      case ChaincodeMessage::GET_STATE: {
        const auto get = Parse<::protos::GetState>(payload);
        return Read({get.collection(), get.key()});
      }
      case ChaincodeMessage::GET_STATE_MULTIPLE:
        return ReadMany(Parse<::protos::GetStateMultiple>(payload));
      case ChaincodeMessage::GET_PRIVATE_DATA_HASH: {
        const auto get = Parse<::protos::GetState>(payload);
        const std::string value = Read({get.collection(), get.key()});
        return value.empty() ? "" : absl::StrCat("hash of ", value);
      }
      case ChaincodeMessage::PUT_STATE: {
        const auto put = Parse<::protos::PutState>(payload);
        Write({put.collection(), put.key()}, put.value());
        return "";
      }
      case ChaincodeMessage::DEL_STATE: {
        const auto del = Parse<::protos::DelState>(payload);
        Write({del.collection(), del.key()}, std::nullopt);
        return "";
      }
      case ChaincodeMessage::PURGE_PRIVATE_DATA: {
        const auto del = Parse<::protos::PurgePrivateState>(payload);
        Write({del.collection(), del.key()}, std::nullopt);
        return "";
      }
      case ChaincodeMessage::PUT_STATE_METADATA: {
        const auto put = Parse<::protos::PutStateMetadata>(payload);
        metadata_writes[{put.collection(), put.key()}][put.metadata().metakey()] =
            put.metadata().value();
        return "";
      }
      case ChaincodeMessage::GET_STATE_METADATA:
        return ReadMetadata(Parse<::protos::GetStateMetadata>(payload));
      case ChaincodeMessage::WRITE_BATCH_STATE:
        return WriteMany(Parse<::protos::WriteBatchState>(payload));
      case ChaincodeMessage::GET_STATE_BY_RANGE:
        return Range(Parse<::protos::GetStateByRange>(payload));
      case ChaincodeMessage::GET_HISTORY_FOR_KEY:
        return History(Parse<::protos::GetHistoryForKey>(payload));
      case ChaincodeMessage::GET_QUERY_RESULT:
        return absl::FailedPreconditionError("ExecuteQuery not supported for leveldb");
      case ChaincodeMessage::QUERY_STATE_NEXT:
        return Next(Parse<::protos::QueryStateNext>(payload).id());
      case ChaincodeMessage::QUERY_STATE_CLOSE: {
        const auto close = Parse<::protos::QueryStateClose>(payload);
        iterators.erase(close.id());
        ::protos::QueryResponse response;
        response.set_id(close.id());
        return response.SerializeAsString();
      }
      case ChaincodeMessage::INVOKE_CHAINCODE:
        return Invoke(Parse<::protos::ChaincodeSpec>(payload));
      default:
        return absl::FailedPreconditionError("unknown request");
    }
  }

  void Note(absl::string_view what, const Key& key) {
    ledger->last_requests.push_back(absl::StrCat(what, " ", key.second));
  }
  std::string Read(const Key& key) {
    Note("read", key);
    reads[key] = ledger->Version(key);
    return ledger->Value(key);
  }
  void Write(const Key& key, std::optional<std::string> value) {
    Note(value ? "write" : "delete", key);
    writes[key] = std::move(value);
  }
  std::string ReadMany(const ::protos::GetStateMultiple& request) {
    ::protos::GetStateMultipleResult result;
    for (const auto& key : request.keys()) result.add_values(Read({request.collection(), key}));
    return result.SerializeAsString();
  }
  std::string ReadMetadata(const ::protos::GetStateMetadata& request) {
    ::protos::StateMetadataResult result;
    const auto found = ledger->metadata.find({request.collection(), request.key()});
    if (found != ledger->metadata.end()) {
      for (const auto& [name, value] : found->second) {
        auto* entry = result.add_entries();
        entry->set_metakey(name);
        entry->set_value(value);
      }
    }
    return result.SerializeAsString();
  }
  std::string WriteMany(const ::protos::WriteBatchState& batch) {
    ledger->last_requests.push_back(absl::StrCat("batch ", batch.rec_size()));
    for (const WriteRecord& record : batch.rec()) {
      const Key key{record.collection(), record.key()};
      if (record.type() == WriteRecord::PUT_STATE) {
        Write(key, record.value());
      } else if (record.type() == WriteRecord::PUT_STATE_METADATA) {
        metadata_writes[key][record.metadata().metakey()] = record.metadata().value();
      } else {
        Write(key, std::nullopt);
      }
    }
    return "";
  }

  std::vector<KeyValue> Select(const ::protos::GetStateByRange& request,
                               size_t limit = std::numeric_limits<size_t>::max()) {
    std::vector<KeyValue> found;
    const auto in_range = [&](const std::string& key) {
      return key >= request.startkey() && (request.endkey().empty() || key < request.endkey());
    };
    if (request.collection().empty()) {
      for (auto at = ledger->state.lower_bound(request.startkey());
           at != ledger->state.end() && in_range(at->first) && found.size() < limit; ++at) {
        found.push_back({at->first, at->second});
      }
    } else {
      for (const auto& [key, value] : ledger->private_state) {
        if (key.first == request.collection() && in_range(key.second)) {
          found.push_back({key.second, value});
        }
      }
    }
    return found;
  }
  static std::string KvBytes(const KeyValue& kv) {
    ::queryresult::KV out;
    out.set_namespace_("mock");
    out.set_key(kv.key);
    out.set_value(kv.value);
    return out.SerializeAsString();
  }
  std::string Range(const ::protos::GetStateByRange& request) {
    Note("range", {"", request.startkey()});
    const auto page = Parse<::protos::QueryMetadata>(request.metadata());
    std::vector<std::string> results;
    if (page.pagesize() > 0 && request.collection().empty()) return RangePage(request, page);
    for (const KeyValue& kv : Select(request)) results.push_back(KvBytes(kv));
    return FirstBatch(std::move(results));
  }
  std::string RangePage(::protos::GetStateByRange request, const ::protos::QueryMetadata& page) {
    if (!page.bookmark().empty()) request.set_startkey(page.bookmark());
    ::protos::QueryResponse response;
    ::protos::QueryResponseMetadata metadata;
    const auto size = static_cast<size_t>(page.pagesize());
    for (const KeyValue& kv : Select(request, size + 1)) {
      if (response.results_size() == page.pagesize()) {
        metadata.set_bookmark(kv.key);
        break;
      }
      response.add_results()->set_resultbytes(KvBytes(kv));
    }
    metadata.set_fetched_records_count(response.results_size());
    response.set_metadata(metadata.SerializeAsString());
    return response.SerializeAsString();
  }
  std::string History(const ::protos::GetHistoryForKey& request) {
    Note("history", {"", request.key()});
    std::vector<std::string> results;
    const auto& all = ledger->history[request.key()];
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
      ::queryresult::KeyModification out;
      out.set_tx_id(it->tx_id);
      out.set_value(it->value);
      const absl::Duration since = it->timestamp - absl::UnixEpoch();
      out.mutable_timestamp()->set_seconds(absl::ToInt64Seconds(since));
      out.mutable_timestamp()->set_nanos(
          static_cast<int32_t>(absl::ToInt64Nanoseconds(since % absl::Seconds(1))));
      out.set_is_delete(it->is_delete);
      results.push_back(out.SerializeAsString());
    }
    return FirstBatch(std::move(results));
  }
  std::string FirstBatch(std::vector<std::string> results) {
    const std::string id = absl::StrCat("it", next_iterator++);
    iterators[id] = {results.rbegin(), results.rend()};
    return *Next(id);
  }
  absl::StatusOr<std::string> Next(const std::string& id) {
    const auto found = iterators.find(id);
    if (found == iterators.end()) return absl::NotFoundError("query iterator not found");
    ::protos::QueryResponse response;
    response.set_id(id);
    auto& left = found->second;
    while (!left.empty() && response.results_size() < kBatch) {
      response.add_results()->set_resultbytes(std::move(left.back()));
      left.pop_back();
    }
    response.set_has_more(!left.empty());
    if (left.empty()) iterators.erase(found);
    return response.SerializeAsString();
  }

  absl::StatusOr<std::string> Invoke(const ::protos::ChaincodeSpec& spec) {
    const std::string& target = spec.chaincode_id().name();
    const std::vector<std::string> parts = absl::StrSplit(target, '/');
    const auto found = ledger->chaincodes.find(parts[0]);
    if (found == ledger->chaincodes.end()) {
      return absl::NotFoundError(absl::StrCat("chaincode ", parts[0], " not found"));
    }
    MockCall inner = call;
    inner.args.assign(spec.input().args().begin(), spec.input().args().end());
    // The mock has one namespace; a call to another channel must leave no writes.
    const auto before = writes;
    const TransactionOutput output = RunTransaction(*found->second, MakeInput(inner, tx_id), this);
    if (parts.size() > 1) writes = before;
    ChaincodeMessage message;
    message.set_type(ChaincodeMessage::COMPLETED);
    message.set_payload(output.response);
    return message.SerializeAsString();
  }
};

MockLedger::MockLedger() : impl_(std::make_unique<Impl>()) {}
MockLedger::~MockLedger() = default;

MockResult MockLedger::Evaluate(Chaincode& chaincode, MockCall call) {
  MockStub mock(this, std::move(call));
  return mock.impl_->Run(chaincode);
}

MockResult MockLedger::Submit(Chaincode& chaincode, MockCall call) {
  MockStub mock(this, std::move(call));
  MockResult result = mock.impl_->Run(chaincode);
  result.committed = result.response.ok() && mock.Commit();
  return result;
}

void MockLedger::AddChaincode(const std::string& name, Chaincode* chaincode) {
  impl_->chaincodes[name] = chaincode;
}
const std::map<std::string, std::string>& MockLedger::state() const { return impl_->state; }
const std::map<std::pair<std::string, std::string>, std::string>& MockLedger::private_state()
    const {
  return impl_->private_state;
}
const std::vector<std::string>& MockLedger::last_requests() const { return impl_->last_requests; }
void MockLedger::set_limits(BatchLimits limits) { impl_->limits = limits; }

MockStub::MockStub(MockLedger* ledger, MockCall call) : impl_(std::make_unique<Impl>()) {
  impl_->ledger = ledger->impl_.get();
  impl_->number = impl_->ledger->next_tx++;
  impl_->ledger->last_requests.clear();
  if (call.timestamp == absl::Time()) {
    call.timestamp =
        absl::FromUnixSeconds(1767225600) + absl::Seconds(static_cast<int64_t>(impl_->number));
  }
  impl_->call = std::move(call);
  impl_->tx_id = FakeTxId(impl_->number);
  auto stub = TransactionStub::Make(MakeInput(impl_->call, impl_->tx_id), impl_.get());
  SUYUAN_CHECK(stub.ok());
  impl_->stub = *std::move(stub);
}
MockStub::~MockStub() = default;
TransactionStub& MockStub::stub() { return *impl_->stub; }
ChaincodeTransport* MockStub::transport() { return impl_.get(); }
const std::string& MockStub::tx_id() const { return impl_->tx_id; }

bool MockStub::Commit() {
  SUYUAN_CHECK(impl_->stub->FinishWriteBatch().ok());
  MockLedger::Impl& ledger = *impl_->ledger;
  for (const auto& [key, version] : impl_->reads) {
    if (ledger.Version(key) != version) return false;
  }
  for (const auto& [key, value] : impl_->writes) {
    ledger.versions[key] = value ? impl_->number : 0;
    if (!key.first.empty()) {
      value ? void(ledger.private_state[key] = *value) : void(ledger.private_state.erase(key));
      continue;
    }
    value ? void(ledger.state[key.second] = *value) : void(ledger.state.erase(key.second));
    ledger.history[key.second].push_back(
        {impl_->tx_id, value.value_or(""), impl_->call.timestamp, !value.has_value()});
  }
  for (const auto& [key, entries] : impl_->metadata_writes) {
    for (const auto& [name, value] : entries) ledger.metadata[key][name] = value;
  }
  return true;
}

}  // namespace suyuan::testing
