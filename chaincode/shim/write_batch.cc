#include "chaincode/shim/write_batch.h"

#include <utility>

#include "chaincode/shim/composite_key.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

using ::protos::ChaincodeMessage;
using ::protos::WriteRecord;

WriteRecord MakeRecord(WriteRecord::Type type, absl::string_view collection,
                       absl::string_view key) {
  WriteRecord record;
  record.set_type(type);
  record.set_collection(std::string(collection));
  record.set_key(std::string(key));
  return record;
}

std::string PutBytes(const WriteRecord& record) {
  ::protos::PutState put;
  put.set_key(record.key());
  put.set_value(record.value());
  put.set_collection(record.collection());
  return put.SerializeAsString();
}

std::string MetadataBytes(const WriteRecord& record) {
  ::protos::PutStateMetadata put;
  put.set_key(record.key());
  put.set_collection(record.collection());
  *put.mutable_metadata() = record.metadata();
  return put.SerializeAsString();
}

// DelState and PurgePrivateState.
template <typename Message>
std::string KeyBytes(const WriteRecord& record) {
  Message message;
  message.set_key(record.key());
  message.set_collection(record.collection());
  return message.SerializeAsString();
}

}  // namespace

void WriteBatch::Start() { collecting_ = transport_->limits().max_write_batch > 0; }

absl::Status WriteBatch::Finish() {
  collecting_ = false;
  return pending_.rec().empty() ? absl::OkStatus() : SendBatch();
}

absl::Status WriteBatch::Put(absl::string_view collection, absl::string_view key,
                             absl::string_view value) {
  WriteRecord record = MakeRecord(WriteRecord::PUT_STATE, collection, key);
  record.set_value(std::string(value));
  return Write(std::move(record));
}

absl::Status WriteBatch::Delete(absl::string_view collection, absl::string_view key) {
  return Write(MakeRecord(WriteRecord::DEL_STATE, collection, key));
}

absl::Status WriteBatch::Purge(absl::string_view collection, absl::string_view key) {
  return Write(MakeRecord(WriteRecord::PURGE_PRIVATE_DATA, collection, key));
}

absl::Status WriteBatch::PutMetadata(absl::string_view collection, absl::string_view key,
                                     absl::string_view name, absl::string_view value) {
  WriteRecord record = MakeRecord(WriteRecord::PUT_STATE_METADATA, collection, key);
  record.mutable_metadata()->set_metakey(std::string(name));
  record.mutable_metadata()->set_value(std::string(value));
  return Write(std::move(record));
}

absl::Status WriteBatch::Write(WriteRecord record) {
  SUYUAN_RETURN_IF_ERROR(CheckKey(record.key()));
  if (!IsUtf8(record.collection())) return absl::InvalidArgumentError("collection is not UTF-8");
  if (!collecting_) return SendSingle(record);
  *pending_.add_rec() = std::move(record);
  return absl::OkStatus();
}

absl::Status WriteBatch::SendSingle(const WriteRecord& record) {
  switch (record.type()) {
    case WriteRecord::PUT_STATE:
      return transport_->Request(ChaincodeMessage::PUT_STATE, PutBytes(record)).status();
    case WriteRecord::DEL_STATE:
      return transport_->Request(ChaincodeMessage::DEL_STATE, KeyBytes<::protos::DelState>(record))
          .status();
    case WriteRecord::PUT_STATE_METADATA:
      return transport_->Request(ChaincodeMessage::PUT_STATE_METADATA, MetadataBytes(record))
          .status();
    default:
      return transport_
          ->Request(ChaincodeMessage::PURGE_PRIVATE_DATA,
                    KeyBytes<::protos::PurgePrivateState>(record))
          .status();
  }
}

absl::Status WriteBatch::SendBatch() {
  const int limit = static_cast<int>(transport_->limits().max_write_batch);
  ::protos::WriteBatchState all = std::move(pending_);
  pending_.Clear();
  for (int from = 0; from < all.rec_size(); from += limit) {
    ::protos::WriteBatchState chunk;
    for (int i = from; i < all.rec_size() && i < from + limit; ++i) {
      *chunk.add_rec() = std::move(*all.mutable_rec(i));
    }
    SUYUAN_RETURN_IF_ERROR(
        transport_->Request(ChaincodeMessage::WRITE_BATCH_STATE, chunk.SerializeAsString()));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
