#include "network/ledger/state_key.h"

#include "absl/strings/str_cat.h"
#include "network/common/text.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

std::optional<Version> TakeVersion(absl::string_view* in) {
  const auto block = TakeVarint(in);
  if (!block) return std::nullopt;
  const auto tx = TakeVarint(in);
  if (!tx) return std::nullopt;
  return Version{*block, *tx};
}

std::optional<StateMetadata> TakeMetadata(absl::string_view* in) {
  const auto count = TakeVarint(in);
  if (!count) return std::nullopt;
  StateMetadata metadata;
  for (uint64_t i = 0; i < *count; ++i) {
    const auto name = TakePart(in);
    if (!name) return std::nullopt;
    const auto value = TakePart(in);
    if (!value) return std::nullopt;
    metadata[std::string(*name)] = std::string(*value);
  }
  return metadata;
}

absl::Status Malformed() { return absl::DataLossError("malformed record in the state database"); }

}  // namespace

std::string StatePrefix(Space space, absl::string_view ns, absl::string_view collection) {
  std::string out(1, static_cast<char>(space));
  PutPart(&out, ns);
  if (space != Space::kPublic) PutPart(&out, collection);
  return out;
}

std::string StateKey(Space space, absl::string_view ns, absl::string_view collection,
                     absl::string_view key) {
  std::string out = StatePrefix(space, ns, collection);
  out.append(key.data(), key.size());
  return out;
}

std::string PrefixEnd(std::string prefix) {
  while (!prefix.empty() && static_cast<uint8_t>(prefix.back()) == 0xFF) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<uint8_t>(prefix.back()) + 1);
  return prefix;
}

std::string HistoryPrefix(absl::string_view ns, absl::string_view key) {
  std::string out(1, static_cast<char>(Space::kHistory));
  PutPart(&out, ns);
  PutPart(&out, key);
  return out;
}

std::string HistoryKey(absl::string_view ns, absl::string_view key, const Version& version) {
  std::string out = HistoryPrefix(ns, key);
  PutOrdered64(&out, ~version.block);
  PutOrdered64(&out, ~version.tx);
  return out;
}

std::optional<Version> HistoryVersion(absl::string_view tail) {
  if (tail.size() != 16) return std::nullopt;
  return Version{~GetOrdered64(tail.data()), ~GetOrdered64(tail.data() + 8)};
}

std::string TxIdKey(absl::string_view tx_id) {
  std::string out(1, static_cast<char>(Space::kTxId));
  if (tx_id.size() == 64) {
    // Half the size for what is a hash in lower-case hex.
    if (auto raw = HexDecode(tx_id); raw.ok() && HexEncode(*raw) == tx_id) {
      return absl::StrCat(out, "h", *raw);
    }
  }
  return absl::StrCat(out, "t", tx_id);
}

std::string EncodeValue(absl::string_view value, const Version& version,
                        const StateMetadata& metadata) {
  std::string out;
  out.reserve(value.size() + 16);
  PutVarint(&out, version.block);
  PutVarint(&out, version.tx);
  PutVarint(&out, metadata.size());
  for (const auto& [name, entry] : metadata) {
    PutPart(&out, name);
    PutPart(&out, entry);
  }
  out.append(value.data(), value.size());
  return out;
}

absl::StatusOr<VersionedValue> DecodeValue(absl::string_view bytes) {
  const auto version = TakeVersion(&bytes);
  if (!version) return Malformed();
  auto metadata = TakeMetadata(&bytes);
  if (!metadata) return Malformed();
  return VersionedValue{std::string(bytes), *version, *std::move(metadata)};
}

absl::StatusOr<Version> DecodeVersion(absl::string_view bytes) {
  const auto version = TakeVersion(&bytes);
  if (!version) return Malformed();
  return *version;
}

}  // namespace suyuan::ledger
