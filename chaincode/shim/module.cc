#include "chaincode/shim/module.h"

#include <utility>

#include "chaincode/shim/transaction_stub.h"
#include "chaincode/shim/transport.h"

namespace suyuan {
namespace {

SuyuanBytes AsBytes(absl::string_view text) { return {text.data(), text.size()}; }
std::string AsString(SuyuanBytes bytes) { return std::string(bytes.data, bytes.size); }

class HostTransport : public ChaincodeTransport {
 public:
  explicit HostTransport(const SuyuanHost& host) : host_(host) {}

  absl::StatusOr<std::string> Request(int32_t type, absl::string_view payload) override {
    std::string result;
    const SuyuanSink sink{&result, [](void* context, SuyuanBytes bytes) {
                            static_cast<std::string*>(context)->assign(bytes.data, bytes.size);
                          }};
    if (host_.request(host_.context, type, AsBytes(payload), sink) == 0) {
      return absl::FailedPreconditionError(result);
    }
    return result;
  }

 private:
  const SuyuanHost& host_;
};

}  // namespace

void InvokeInModule(Chaincode& chaincode, const SuyuanTransaction& transaction,
                    const SuyuanHost& host, SuyuanSink response, SuyuanSink event) {
  TransactionInput input;
  input.tx_id = AsString(transaction.txid);
  input.channel_id = AsString(transaction.channel_id);
  input.input = AsString(transaction.input);
  input.signed_proposal = AsString(transaction.signed_proposal);
  input.is_init = transaction.is_init != 0;
  HostTransport transport(host);
  const TransactionOutput output = RunTransaction(chaincode, std::move(input), &transport);
  response.set(response.context, AsBytes(output.response));
  if (!output.event.empty()) event.set(event.context, AsBytes(output.event));
}

}  // namespace suyuan
