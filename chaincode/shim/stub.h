// A transaction as its chaincode sees it: the call, who made it, and the ledger.
//
// Reads see committed state as of the start of the simulation, never the
// transaction's own writes. Writes take effect when the transaction commits as
// valid. Keys are UTF-8 and sort by bytes; an absent key reads as an empty value.
//
// Errors, for every method that asks the peer:
//   kInvalidArgument  a key, collection or parameter is not acceptable (named);
//                     the peer was not asked
//   kFailedPrecondition  the peer refused; its text
//   kUnimplemented    the peer said that it does not carry this request
//   kUnavailable      the connection to the peer is gone
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace suyuan {

struct ChaincodeResponse;

struct KeyValue {
  std::string key;
  std::string value;
};

// One transaction's effect on a key.
struct KeyModification {
  std::string tx_id;
  std::string value;  // empty for a deletion
  absl::Time timestamp;
  bool is_delete = false;
};

// Results that the peer hands out in batches. Closes itself when destroyed, which
// must be before the transaction ends. Not thread-safe.
template <typename T>
class ResultIterator {
 public:
  virtual ~ResultIterator() = default;
  // The next result, or nullopt after the last one.
  virtual absl::StatusOr<std::optional<T>> Next() = 0;
  // Frees the peer's side early. Closing twice is fine.
  virtual absl::Status Close() = 0;
};
using StateIterator = ResultIterator<KeyValue>;
using HistoryIterator = ResultIterator<KeyModification>;

// One page of a query.
struct QueryPage {
  std::vector<KeyValue> results;
  std::string bookmark;  // where the next page starts; empty at the end
};

struct CompositeKey {
  std::string object_type;
  std::vector<std::string> attributes;
};

// Who must endorse changes of a key, beside or instead of the chaincode's policy:
// a serialised SignaturePolicyEnvelope.
using ValidationParameter = std::string;

// Valid during one call of the chaincode, on the thread that runs it alone.
class ChaincodeStub {
 public:
  virtual ~ChaincodeStub() = default;

  // The call -----------------------------------------------------------------
  virtual const std::string& GetTxID() const = 0;
  virtual const std::string& GetChannelID() const = 0;
  // Raw arguments; the first one is the function's name.
  virtual const std::vector<std::string>& GetArgs() const = 0;
  // Split into name and parameters; name "" when there are no arguments.
  virtual std::pair<std::string, std::vector<std::string>> GetFunctionAndParameters() const = 0;
  virtual const std::map<std::string, std::string>& GetDecorations() const = 0;
  // Below: kFailedPrecondition when the peer passed no (or a malformed) proposal.
  // Serialised msp.SerializedIdentity of the client. ClientIdentity reads it.
  virtual absl::StatusOr<std::string> GetCreator() const = 0;
  // Data that reaches the endorsers but never the ledger.
  virtual absl::StatusOr<std::map<std::string, std::string>> GetTransient() const = 0;
  // SHA-256(nonce || creator || epoch), which ties other data to this proposal.
  virtual absl::StatusOr<std::string> GetBinding() const = 0;
  // Serialised protos.SignedProposal as the client sent it.
  virtual absl::StatusOr<std::string> GetSignedProposal() const = 0;
  // As the client claims it in the channel header: the same on every endorser.
  virtual absl::StatusOr<absl::Time> GetTxTimestamp() const = 0;

  // State --------------------------------------------------------------------
  virtual absl::StatusOr<std::string> GetState(absl::string_view key) = 0;
  // In the order of `keys`; one round trip when the peer offers that.
  virtual absl::StatusOr<std::vector<std::string>> GetMultipleStates(
      absl::Span<const std::string> keys) = 0;
  virtual absl::Status PutState(absl::string_view key, absl::string_view value) = 0;
  virtual absl::Status DelState(absl::string_view key) = 0;
  virtual absl::Status SetStateValidationParameter(absl::string_view key,
                                                   absl::string_view policy) = 0;
  // Empty when the key has none.
  virtual absl::StatusOr<ValidationParameter> GetStateValidationParameter(
      absl::string_view key) = 0;

  // Between StartWriteBatch() and FinishWriteBatch() writes are collected and sent
  // together, when the peer offers that; else these do nothing. What is left at the
  // end of the call is sent then.
  virtual void StartWriteBatch() = 0;
  virtual absl::Status FinishWriteBatch() = 0;

  // Queries ------------------------------------------------------------------
  // From `start` up to but without `end`, by key; empty bounds are open. Composite
  // keys are never among the results. A transaction that writes must not use the
  // paginated queries.
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetStateByRange(absl::string_view start,
                                                                         absl::string_view end) = 0;
  // At most `page_size` (> 0) results from `bookmark` (empty: from the start).
  virtual absl::StatusOr<QueryPage> GetStateByRangeWithPagination(absl::string_view start,
                                                                  absl::string_view end,
                                                                  int32_t page_size,
                                                                  absl::string_view bookmark) = 0;
  // Composite keys of `object_type` whose first attributes are `attributes`.
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetStateByPartialCompositeKey(
      absl::string_view object_type, absl::Span<const std::string> attributes) = 0;
  virtual absl::StatusOr<QueryPage> GetStateByPartialCompositeKeyWithPagination(
      absl::string_view object_type, absl::Span<const std::string> attributes, int32_t page_size,
      absl::string_view bookmark) = 0;
  // U+0000 type U+0000 attribute U+0000 ...
  //   kInvalidArgument  a part is not UTF-8 or contains U+0000 or U+10FFFF
  virtual absl::StatusOr<std::string> CreateCompositeKey(
      absl::string_view object_type, absl::Span<const std::string> attributes) const = 0;
  //   kInvalidArgument  not a composite key
  virtual absl::StatusOr<CompositeKey> SplitCompositeKey(absl::string_view key) const = 0;
  // Rich queries in the state database's own language. A peer on LevelDB has none
  // and answers kUnimplemented.
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetQueryResult(
      absl::string_view query) = 0;
  virtual absl::StatusOr<QueryPage> GetQueryResultWithPagination(absl::string_view query,
                                                                 int32_t page_size,
                                                                 absl::string_view bookmark) = 0;
  // Every valid transaction that wrote `key`, newest first. Not part of the read
  // set: use it to answer queries, not to decide writes that must not race.
  virtual absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistoryForKey(
      absl::string_view key) = 0;

  // Private data: as above, in a collection that only its members hold ----------
  virtual absl::StatusOr<std::string> GetPrivateData(absl::string_view collection,
                                                     absl::string_view key) = 0;
  virtual absl::StatusOr<std::vector<std::string>> GetMultiplePrivateData(
      absl::string_view collection, absl::Span<const std::string> keys) = 0;
  // SHA-256 of the value, known to every peer; empty when absent.
  virtual absl::StatusOr<std::string> GetPrivateDataHash(absl::string_view collection,
                                                         absl::string_view key) = 0;
  virtual absl::Status PutPrivateData(absl::string_view collection, absl::string_view key,
                                      absl::string_view value) = 0;
  virtual absl::Status DelPrivateData(absl::string_view collection, absl::string_view key) = 0;
  // Deletes the key together with its history.
  virtual absl::Status PurgePrivateData(absl::string_view collection, absl::string_view key) = 0;
  virtual absl::Status SetPrivateDataValidationParameter(absl::string_view collection,
                                                         absl::string_view key,
                                                         absl::string_view policy) = 0;
  virtual absl::StatusOr<ValidationParameter> GetPrivateDataValidationParameter(
      absl::string_view collection, absl::string_view key) = 0;
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataByRange(
      absl::string_view collection, absl::string_view start, absl::string_view end) = 0;
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataByPartialCompositeKey(
      absl::string_view collection, absl::string_view object_type,
      absl::Span<const std::string> attributes) = 0;
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetPrivateDataQueryResult(
      absl::string_view collection, absl::string_view query) = 0;

  // Others -------------------------------------------------------------------
  // Calls another chaincode. On this channel (`channel` empty) its reads and writes
  // join this transaction; on another one it can only be read.
  virtual absl::StatusOr<ChaincodeResponse> InvokeChaincode(absl::string_view name,
                                                            absl::Span<const std::string> args,
                                                            absl::string_view channel) = 0;
  // Announced when the transaction commits as valid. One per transaction: the last
  // call wins.
  //   kInvalidArgument  `name` is empty
  virtual absl::Status SetEvent(absl::string_view name, absl::string_view payload) = 0;
};

}  // namespace suyuan
