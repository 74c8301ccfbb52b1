#include "gateway/prepared_transaction.h"

#include <set>

namespace suyuan {
namespace {

size_t VarintSize(size_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++size;
  }
  return size;
}

// Size of a length-delimited field with a one-byte tag.
size_t FieldSize(size_t content) { return 1 + VarintSize(content) + content; }
// proto3 leaves an empty bytes field out.
size_t BytesSize(absl::string_view bytes) { return bytes.empty() ? 0 : FieldSize(bytes.size()); }

void AppendTag(std::string* out, int field, size_t content) {
  out->push_back(static_cast<char>(field << 3 | 2));
  while (content >= 0x80) {
    out->push_back(static_cast<char>(content | 0x80));
    content >>= 7;
  }
  out->push_back(static_cast<char>(content));
}

void AppendBytes(std::string* out, int field, absl::string_view bytes) {
  if (bytes.empty()) return;
  AppendTag(out, field, bytes.size());
  out->append(bytes.data(), bytes.size());
}

std::vector<const ::protos::Endorsement*> Distinct(const std::vector<::protos::Endorsement>& all) {
  std::set<absl::string_view> seen;
  std::vector<const ::protos::Endorsement*> out;
  for (const auto& endorsement : all) {
    if (seen.insert(endorsement.endorser()).second) out.push_back(&endorsement);
  }
  return out;
}

}  // namespace

std::string PrepareTransaction(const ProposalFacts& proposal, absl::string_view response_payload,
                               const std::vector<::protos::Endorsement>& all) {
  const auto endorsements = Distinct(all);
  // Sizes from the inside out: endorsed action, action payload, action, transaction.
  size_t endorsed = BytesSize(response_payload);
  for (const auto* e : endorsements) endorsed += FieldSize(e->ByteSizeLong());
  const size_t action_payload = BytesSize(proposal.payload) + FieldSize(endorsed);
  const size_t action = BytesSize(proposal.signature_header) + FieldSize(action_payload);
  const size_t transaction = FieldSize(action);

  std::string out;
  out.reserve(FieldSize(proposal.header.size()) + FieldSize(transaction));
  AppendTag(&out, 1, proposal.header.size());  // Payload.header
  out.append(proposal.header);
  AppendTag(&out, 2, transaction);                  // Payload.data
  AppendTag(&out, 1, action);                       // Transaction.actions
  AppendBytes(&out, 1, proposal.signature_header);  // TransactionAction.header
  AppendTag(&out, 2, action_payload);               // TransactionAction.payload
  AppendBytes(&out, 1, proposal.payload);           // chaincode_proposal_payload
  AppendTag(&out, 2, endorsed);                     // ChaincodeActionPayload.action
  AppendBytes(&out, 1, response_payload);           // proposal_response_payload
  for (const auto* e : endorsements) {
    AppendTag(&out, 2, e->GetCachedSize());
    e->AppendToString(&out);
  }
  return out;
}

}  // namespace suyuan
