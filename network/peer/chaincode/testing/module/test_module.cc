// A chaincode module for tests that does what its arguments say:
//   requests TYPE PAYLOAD [TYPE PAYLOAD ...]   makes requests of the peer, answers
//                                              with the last one's payload
//   event NAME                                 sets an event
//   status NUMBER                              answers with this status
//   silent                                     answers nothing
#include <string>
#include <vector>

#include "network/common/chaincode_module.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace {

using Args = google::protobuf::RepeatedPtrField<std::string>;

SuyuanSink Into(std::string* text) {
  return {text, [](void* context, SuyuanBytes bytes) {
            static_cast<std::string*>(context)->assign(bytes.data, bytes.size);
          }};
}

void Give(const SuyuanSink& sink, const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  sink.set(sink.context, {bytes.data(), bytes.size()});
}

protos::Response Requests(const Args& args, const SuyuanHost& host) {
  protos::Response response;
  response.set_status(200);
  for (int i = 1; i + 1 < args.size(); i += 2) {
    std::string answer;
    const SuyuanBytes payload = {args[i + 1].data(), args[i + 1].size()};
    if (host.request(host.context, std::stoi(args[i]), payload, Into(&answer)) == 0) {
      response.set_status(500);
      response.set_message(answer);
      return response;
    }
    response.set_payload(answer);
  }
  return response;
}

void Invoke(const SuyuanTransaction* transaction, const SuyuanHost* host, SuyuanSink response,
            SuyuanSink event) {
  protos::ChaincodeInput input;
  input.ParseFromArray(transaction->input.data, static_cast<int>(transaction->input.size));
  const std::string function = input.args_size() > 0 ? input.args(0) : "";
  protos::Response answer;
  answer.set_status(200);
  if (function == "silent") return;
  if (function == "requests") answer = Requests(input.args(), *host);
  if (function == "status") answer.set_status(std::stoi(input.args(1)));
  if (function == "init") answer.set_payload(transaction->is_init != 0 ? "init" : "no init");
  if (function == "event" || function == "status") {
    protos::ChaincodeEvent made;
    made.set_event_name(function == "event" ? input.args(1) : "lost");
    made.set_chaincode_id("somebody else");
    made.set_payload("event payload");
    Give(event, made);
  }
  Give(response, answer);
}

const SuyuanChaincodeModule kModule = {SUYUAN_CHAINCODE_ABI, "test", "1.0", &Invoke};

}  // namespace

extern "C" const SuyuanChaincodeModule* suyuan_chaincode_module(void) { return &kModule; }
