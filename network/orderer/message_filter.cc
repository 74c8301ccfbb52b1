#include "network/orderer/message_filter.h"

#include "absl/strings/str_cat.h"
#include "network/policy/policy.h"

namespace suyuan {
namespace {

class NotInMaintenance final : public MessageFilter {
 public:
  BroadcastVerdict Check(const FilterInput& input) const override {
    if (!input.config.orderer()->maintenance) return {};
    return {::common::SERVICE_UNAVAILABLE, "normal transactions are rejected: maintenance mode"};
  }
};

class NotEmpty final : public MessageFilter {
 public:
  BroadcastVerdict Check(const FilterInput& input) const override {
    if (!input.message.payload.data().empty()) return {};
    return {::common::BAD_REQUEST, "message payload is empty"};
  }
};

class NotTooLarge final : public MessageFilter {
 public:
  BroadcastVerdict Check(const FilterInput& input) const override {
    const ::common::Envelope& envelope = input.message.envelope;
    const uint64_t size = envelope.payload().size() + envelope.signature().size();
    const uint64_t limit = input.config.orderer()->absolute_max_bytes;
    if (size <= limit) return {};
    return {::common::BAD_REQUEST,
            absl::StrCat("message payload is ", size, " bytes and exceeds maximum allowed ", limit,
                         " bytes")};
  }
};

// An identity that cannot be read is left to the policy.
class NotExpired final : public MessageFilter {
 public:
  BroadcastVerdict Check(const FilterInput& input) const override {
    const auto identity =
        input.config.msps()->Deserialize(input.message.signature_header.creator());
    if (!identity.ok() || input.now <= (*identity)->expires_at()) return {};
    return {::common::BAD_REQUEST,
            absl::StrCat("broadcast client identity expired ",
                         absl::FormatDuration(input.now - (*identity)->expires_at()), " before")};
  }
};

class MayWrite final : public MessageFilter {
 public:
  BroadcastVerdict Check(const FilterInput& input) const override {
    const ParsedEnvelope& message = input.message;
    const SignedData data{{message.envelope.payload()},
                          message.signature_header.creator(),
                          message.envelope.signature()};
    const absl::Status status =
        input.config.GetPolicy("/Channel/Writers")->EvaluateSignedData({data});
    if (status.ok()) return {};
    return {::common::FORBIDDEN, absl::StrCat(status.message(), ": permission denied")};
  }
};

void AddCommon(MessageFilters& filters) {
  filters.push_back(std::make_unique<NotEmpty>());
  filters.push_back(std::make_unique<NotTooLarge>());
  filters.push_back(std::make_unique<NotExpired>());
  filters.push_back(std::make_unique<MayWrite>());
}

}  // namespace

MessageFilters StandardFilters() {
  MessageFilters filters;
  filters.push_back(std::make_unique<NotInMaintenance>());
  AddCommon(filters);
  return filters;
}

MessageFilters ConfigUpdateFilters() {
  MessageFilters filters;
  AddCommon(filters);
  return filters;
}

BroadcastVerdict RunFilters(const MessageFilters& filters, const FilterInput& input) {
  for (const auto& filter : filters) {
    if (BroadcastVerdict verdict = filter->Check(input); !verdict.ok()) return verdict;
  }
  return {};
}

}  // namespace suyuan
