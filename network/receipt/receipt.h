// A receipt proves one transaction to somebody who has no node: what was asked and
// written, who asked, who endorsed, that it was ordered and where, and that peers found
// it valid. Format: protos/suyuan/receipt.proto.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "protos/common/common.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"
#include "protos/suyuan/receipt.pb.h"

namespace suyuan {

// What a verifier accepts, in bytes: a block of the largest size and its companions.
inline constexpr uint64_t kMaxReceiptBytes = 256u << 20;

// The proposal whose signed answer is a Witness: channel, chaincode "qscc", this function,
// and as arguments the channel and the transaction id.
inline constexpr char kWitnessChaincode[] = "qscc";
inline constexpr char kWitnessFunction[] = "GetTransactionByID";

struct ReceiptParts {
  std::string channel_id;
  std::string transaction_id;
  ::common::Block block;                       // holds the transaction
  std::vector<::common::Block> config_blocks;  // by rising number
  std::vector<::suyuan::receipt::Witness> witnesses;
};

// Leaves out what no signature covers.
//   kNotFound  the block does not hold the transaction
absl::StatusOr<::suyuan::receipt::Receipt> MakeReceipt(ReceiptParts parts);

// A peer's answer as a witness. `proposal` is what it answered.
//   kInvalidArgument     malformed
//   kFailedPrecondition  it says that the transaction is not valid; names the code
absl::StatusOr<::suyuan::receipt::Witness> MakeWitness(const ::protos::Proposal& proposal,
                                                       const ::protos::ProposalResponse& response);

struct ReceiptParty {
  std::string msp_id;
  std::string subject;  // RFC 2253
};

struct ReceiptWrite {
  std::string chaincode;
  std::string key;
  std::string value;
  bool deleted = false;
};

// What a verified receipt proves.
struct ReceiptFindings {
  std::string channel_id;
  std::string transaction_id;
  uint64_t block = 0;
  uint32_t position = 0;
  std::string block_hash;  // SHA-256 of the header, raw bytes
  uint64_t trusted_block = 0;
  std::vector<uint64_t> configurations;  // numbers of the blocks followed from there
  std::string ordering_policy;
  std::vector<ReceiptParty> orderers;
  ReceiptParty creator;
  absl::Time created;  // by the client's clock, as the client signed it
  std::vector<ReceiptParty> endorsers;
  // Why others were not, one text each. As peers do, for whom a bad endorsement is none:
  // whether those that are left suffice is what the witnesses vouch for.
  std::vector<std::string> endorsements_not_counted;
  std::string validity_policy;
  std::vector<ReceiptParty> witnesses;
  std::string chaincode;
  std::vector<std::string> arguments;  // as sent; the first is the function
  std::string result;                  // what the contract returned
  std::vector<ReceiptWrite> writes;    // public state alone
};

// Needs nothing but the receipt and one configuration block that the caller trusts.
//   kInvalidArgument     malformed: names the field; or more in it than is proved
//   kFailedPrecondition  another channel than the trusted block's; the trusted block is
//                        newer than the transaction's; not a transaction of a chaincode
//   kPermissionDenied    a signature or a policy does not hold; names which
absl::StatusOr<ReceiptFindings> VerifyReceipt(absl::string_view receipt,
                                              const ::common::Block& trusted_config_block);

}  // namespace suyuan
