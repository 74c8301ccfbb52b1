// Numbers and names as bytes, for keys and records of this room (FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace suyuan::ledger {

void PutFixed32(std::string* out, uint32_t value);  // little-endian
void PutFixed64(std::string* out, uint64_t value);  // little-endian
uint32_t GetFixed32(const char* bytes);
uint64_t GetFixed64(const char* bytes);

// Big-endian: byte order is number order.
void PutOrdered64(std::string* out, uint64_t value);
uint64_t GetOrdered64(const char* bytes);

// Protocol Buffers' varint.
void PutVarint(std::string* out, uint64_t value);
// Takes it off the front; nullopt when it is malformed.
std::optional<uint64_t> TakeVarint(absl::string_view* in);

// Length, then bytes: no value is the beginning of another one, whatever bytes are
// in it.
void PutPart(std::string* out, absl::string_view part);
std::optional<absl::string_view> TakePart(absl::string_view* in);

// Fabric's order-preserving number: a length byte, then big-endian bytes without
// leading zeros.
void PutFabricOrdered(std::string* out, uint64_t value);

// CRC-32 (the polynomial of zlib) of `data`.
uint32_t Crc32(absl::string_view data);

}  // namespace suyuan::ledger
