// Seek envelopes of block streams, chaincode packages, manifests of backups.
#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <cstdint>

#include "network/deliver/seek.h"
#include "network/ledger/backup.h"
#include "network/peer/chaincode/external_runtime.h"
#include "network/peer/chaincode/package_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const grpc::Slice slice(data, size);
  suyuan::SeekRequest request;
  const auto refusal =
      suyuan::ReadSeek(grpc::ByteBuffer(&slice, 1), absl::UnixEpoch(), absl::Minutes(15), &request);
  if (!refusal.refused()) {
    suyuan::SeekRange range;
    suyuan::ResolveRange(request.info, 10, &range);
  }
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  suyuan::ParseChaincodePackage(input).status().IgnoreError();
  suyuan::ParseExternalConnection(input).status().IgnoreError();
  suyuan::ParseManifest(input).status().IgnoreError();
  return 0;
}
