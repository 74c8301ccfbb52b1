// A good receipt of a made-up transaction on a test's channel.
#pragma once

#include "network/setup/testing/test_channel.h"
#include "protos/common/common.pb.h"
#include "protos/suyuan/receipt.pb.h"

namespace suyuan {

struct TestReceipt {
  ::common::Block genesis;  // to be trusted
  ::suyuan::receipt::Receipt receipt;
};

// Block 1 holds a call asset.Put("k", "v") by the producer's client, endorsed and witnessed
// by one peer of each member; with a third endorsement that is not its peer's when asked so.
// Aborts on mistakes.
TestReceipt MakeTestReceipt(const TestChannel& channel, bool with_bad_endorsement = false);

}  // namespace suyuan
