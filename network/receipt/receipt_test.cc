#include "network/receipt/receipt.h"

#include <catch2/catch.hpp>
#include <string>

#include "network/receipt/testing/test_receipt.h"

namespace suyuan {
namespace {

using ::suyuan::receipt::Receipt;

absl::Status Judge(const Receipt& receipt, const ::common::Block& genesis) {
  return VerifyReceipt(receipt.SerializeAsString(), genesis).status();
}

bool Says(const absl::Status& status, const std::string& text) {
  UNSCOPED_INFO(status);
  return std::string(status.message()).find(text) != std::string::npos;
}

TEST_CASE("A receipt tells what was done, by whom, and who vouches for it", "[receipt]") {
  const TestReceipt made = MakeTestReceipt(TestChannel());
  const auto found = VerifyReceipt(made.receipt.SerializeAsString(), made.genesis);
  INFO(found.status());
  REQUIRE(found.ok());
  CHECK(found->block == 1);
  CHECK(found->position == 1);
  CHECK(found->chaincode == "asset");
  CHECK(found->arguments == std::vector<std::string>{"Put", "k", "v"});
  CHECK(found->result == "done");
  REQUIRE(found->writes.size() == 1);
  CHECK(found->writes[0].value == "v");
  CHECK(found->creator.msp_id == "ProducerMSP");
  CHECK(found->endorsers.size() == 2);
  CHECK(found->witnesses.size() == 2);
  REQUIRE(found->orderers.size() == 1);
  CHECK(found->orderers[0].msp_id == "SupervisorMSP");
}

TEST_CASE("A bad endorsement does not count, and is told, as peers do not count it", "[receipt]") {
  const TestReceipt made = MakeTestReceipt(TestChannel(), /*with_bad_endorsement=*/true);
  const auto found = VerifyReceipt(made.receipt.SerializeAsString(), made.genesis);
  INFO(found.status());
  REQUIRE(found.ok());
  CHECK(found->endorsers.size() == 2);
  REQUIRE(found->endorsements_not_counted.size() == 1);
  CHECK_THAT(found->endorsements_not_counted[0], Catch::StartsWith("endorser: "));
}

TEST_CASE("A receipt with any byte changed proves nothing", "[receipt]") {
  const TestReceipt made = MakeTestReceipt(TestChannel());
  const std::string good = made.receipt.SerializeAsString();
  REQUIRE(VerifyReceipt(good, made.genesis).ok());
  for (size_t at = 0; at < good.size(); at += 3) {
    std::string bent = good;
    bent[at] = static_cast<char>(bent[at] ^ (1 << (at % 8)));
    INFO("byte " << at << " of " << good.size());
    CHECK_FALSE(VerifyReceipt(bent, made.genesis).ok());
  }
}

TEST_CASE("What is missing from a receipt is named", "[receipt]") {
  const TestReceipt made = MakeTestReceipt(TestChannel());
  Receipt receipt = made.receipt;
  receipt.mutable_witnesses()->RemoveLast();
  CHECK(Says(Judge(receipt, made.genesis), "too few peers say that the transaction is valid"));
  // One peer said twice is one.
  *receipt.add_witnesses() = receipt.witnesses(0);
  CHECK(absl::IsPermissionDenied(Judge(receipt, made.genesis)));

  receipt = made.receipt;
  receipt.set_position(0);
  CHECK(absl::IsInvalidArgument(Judge(receipt, made.genesis)));
  receipt.set_position(2);
  CHECK(Says(Judge(receipt, made.genesis), "position"));

  receipt = made.receipt;
  receipt.set_transaction_id(std::string(64, '0'));
  CHECK(Says(Judge(receipt, made.genesis), "tx_id"));

  receipt = made.receipt;
  receipt.set_format(2);
  CHECK(Says(Judge(receipt, made.genesis), "format"));

  ::common::Block block;
  REQUIRE(block.ParseFromString(made.receipt.block()));
  block.mutable_metadata()->add_metadata("x");
  receipt = made.receipt;
  receipt.set_block(block.SerializeAsString());
  CHECK(Says(Judge(receipt, made.genesis), "metadata beside the signatures"));
}

TEST_CASE("A receipt is judged by the trusted block alone", "[receipt]") {
  const TestReceipt made = MakeTestReceipt(TestChannel());
  CHECK(absl::IsPermissionDenied(Judge(made.receipt, TestChannel().genesis())));  // other keys
  CHECK(absl::IsFailedPrecondition(Judge(made.receipt, TestChannel("other").genesis())));
  CHECK_FALSE(Judge(made.receipt, {}).ok());
}

}  // namespace
}  // namespace suyuan
