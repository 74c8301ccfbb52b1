// Signed proposals and transactions, as clients send them.
#include <cstddef>
#include <cstdint>

#include "network/peer/committer/checked_transaction.h"
#include "network/peer/endorser/proposal.h"
#include "tests/fuzz/seeds.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const msps = suyuan::FuzzMsps().release();
  auto message = std::make_shared<::protos::SignedProposal>();
  if (message->ParseFromArray(data, static_cast<int>(size))) {
    auto proposal = suyuan::UnpackProposal(message);
    if (proposal.ok() && suyuan::CheckHeaders(*proposal).ok()) {
      auto creator = suyuan::FindCreator(*proposal, **msps);
      if (creator.ok()) suyuan::CheckCreator(*proposal, **creator, **msps).IgnoreError();
    }
  }
  static const suyuan::ChannelConfigPtr* const channel =
      new suyuan::ChannelConfigPtr(suyuan::FuzzChannel());
  if (*channel != nullptr) {
    suyuan::CheckTransaction({reinterpret_cast<const char*>(data), size}, **channel, nullptr);
  }
  return 0;
}
