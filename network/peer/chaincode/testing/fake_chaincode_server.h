// A chaincode as a service for tests, doing what the arguments say:
//   requests TYPE PAYLOAD ...   as the test module
//   pair                        answers only when a second "pair" came, the second first
//   hang                        never answers
//   drop                        ends the stream
//   error TEXT                  ends the transaction with ERROR
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "protos/peer/chaincode_shim.grpc.pb.h"

namespace suyuan {

class FakeChaincodeServer : private ::protos::Chaincode::Service {
 public:
  // Registers as `package_id`; port 0: any free one.
  explicit FakeChaincodeServer(int port = 0);
  ~FakeChaincodeServer() override;
  int port() const { return port_; }
  void set_package_id(const std::string& id) { package_id_ = id; }

 private:
  using Message = ::protos::ChaincodeMessage;
  using Stream = grpc::ServerReaderWriter<Message, Message>;
  grpc::Status Connect(grpc::ServerContext* context, Stream* stream) override;
  bool Run(const Message& transaction, Stream& stream);
  bool MakeRequests(const Message& transaction, const ::protos::ChaincodeInput& input,
                    Stream& stream);

  std::string package_id_;
  int port_ = 0;
  std::vector<Message> paired_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace suyuan
