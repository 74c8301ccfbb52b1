#include "network/peer/chaincode/testing/fake_chaincode_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {
namespace {

using Message = ::protos::ChaincodeMessage;

Message Reply(const Message& to, Message::Type type, const std::string& payload) {
  Message message;
  message.set_type(type);
  message.set_txid(to.txid());
  message.set_channel_id(to.channel_id());
  message.set_payload(payload);
  return message;
}

Message Completed(const Message& to, int status, const std::string& message,
                  const std::string& payload) {
  ::protos::Response response;
  response.set_status(status);
  response.set_message(message);
  response.set_payload(payload);
  return Reply(to, Message::COMPLETED, response.SerializeAsString());
}

}  // namespace

FakeChaincodeServer::FakeChaincodeServer(int port) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  SUYUAN_CHECK(server_ != nullptr);
}

FakeChaincodeServer::~FakeChaincodeServer() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

grpc::Status FakeChaincodeServer::Connect(grpc::ServerContext* context, Stream* stream) {
  ::protos::ChaincodeID id;
  id.set_name(package_id_);
  stream->Write(Reply({}, Message::REGISTER, id.SerializeAsString()));
  Message message;
  for (const auto expected : {Message::REGISTERED, Message::READY}) {
    if (!stream->Read(&message)) return grpc::Status::OK;
    SUYUAN_CHECK(message.type() == expected);
  }
  while (stream->Read(&message)) {
    if (!Run(message, *stream)) break;
  }
  return grpc::Status::OK;
}

bool FakeChaincodeServer::Run(const Message& transaction, Stream& stream) {
  ::protos::ChaincodeInput input;
  input.ParseFromString(transaction.payload());
  const std::string function = input.args_size() > 0 ? input.args(0) : "";
  if (function == "drop") return false;
  if (function == "hang") return true;
  if (function == "requests") return MakeRequests(transaction, input, stream);
  if (function == "error") {
    return stream.Write(Reply(transaction, Message::ERROR, input.args(1)));
  }
  if (function == "pair") {
    paired_.push_back(transaction);
    if (paired_.size() < 2) return true;
    for (auto it = paired_.rbegin(); it != paired_.rend(); ++it) {
      stream.Write(Completed(*it, 200, "", it->txid()));
    }
    return true;
  }
  return stream.Write(
      Completed(transaction, 200, "", transaction.type() == Message::INIT ? "init" : ""));
}

bool FakeChaincodeServer::MakeRequests(const Message& transaction,
                                       const ::protos::ChaincodeInput& input, Stream& stream) {
  std::string payload;
  for (int i = 1; i + 1 < input.args_size(); i += 2) {
    const auto type = static_cast<Message::Type>(std::stoi(input.args(i)));
    if (!stream.Write(Reply(transaction, type, input.args(i + 1)))) return false;
    Message answer;
    if (!stream.Read(&answer)) return false;
    if (answer.type() == Message::ERROR) {
      return stream.Write(Completed(transaction, 500, answer.payload(), ""));
    }
    payload = answer.payload();
  }
  return stream.Write(Completed(transaction, 200, "", payload));
}

}  // namespace suyuan
