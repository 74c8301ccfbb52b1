#include "network/ledger/codec.h"

#include <zlib.h>

namespace suyuan::ledger {

void PutFixed32(std::string* out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out->push_back(static_cast<char>(value >> shift));
}

void PutFixed64(std::string* out, uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out->push_back(static_cast<char>(value >> shift));
}

uint32_t GetFixed32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

uint64_t GetFixed64(const char* bytes) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

void PutOrdered64(std::string* out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

uint64_t GetOrdered64(const char* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

void PutVarint(std::string* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

std::optional<uint64_t> TakeVarint(absl::string_view* in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(in->front());
    in->remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

void PutPart(std::string* out, absl::string_view part) {
  PutVarint(out, part.size());
  out->append(part.data(), part.size());
}

std::optional<absl::string_view> TakePart(absl::string_view* in) {
  const std::optional<uint64_t> size = TakeVarint(in);
  if (!size || *size > in->size()) return std::nullopt;
  const absl::string_view part = in->substr(0, *size);
  in->remove_prefix(*size);
  return part;
}

void PutFabricOrdered(std::string* out, uint64_t value) {
  std::string bytes;
  PutOrdered64(&bytes, value);
  bytes.erase(0, bytes.find_first_not_of('\0'));
  out->push_back(static_cast<char>(bytes.size()));
  *out += bytes;
}

uint32_t Crc32(absl::string_view data) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

}  // namespace suyuan::ledger
