// Envelopes, transactions and read-write sets.
#include <cstddef>
#include <cstdint>

#include "network/ledger/rwset.h"
#include "network/protoutil/protoutil.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  auto envelope = suyuan::ParseEnvelope(input);
  if (envelope.ok()) {
    suyuan::ProposalHash(envelope->payload.header(), envelope->payload.data())
        .status()
        .IgnoreError();
  }
  suyuan::WithoutTransient(input).status().IgnoreError();
  auto rwset = suyuan::ParseTxRwSet(input);
  if (rwset.ok()) {
    for (const auto& ns : rwset->namespaces) ns.Writes();
  }
  return 0;
}
