// A client without our SDK: sends the nodes of a test network whatever it likes.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "network/msp/identity.h"
#include "network/setup/certificate_authority.h"
#include "protos/common/common.pb.h"
#include "protos/gateway/gateway.pb.h"
#include "protos/orderer/ab.pb.h"
#include "tests/support/test_network.h"

namespace suyuan {

using SignerPtr = std::shared_ptr<const SigningIdentity>;

// `node`: one of connection.json ("gateway", a peer, an orderer). Sends messages of any
// size. Aborts when the TLS root cannot be read.
std::shared_ptr<grpc::Channel> Dial(const nlohmann::json& node);
// With a deadline that no healthy answer needs.
std::unique_ptr<grpc::ClientContext> NewCall();

// USER of an organisation. Aborts when it is not there.
SignerPtr LoadUser(const TestNetwork& network, const std::string& org,
                   const std::string& user = "user1");
// A fresh identity certified as `t` says by the organisation's own CA.
SignerPtr IssueMember(const TestNetwork& network, const std::string& org,
                      const CertificateTemplate& t);

// The details of an error of the gateway.
std::vector<::gateway::ErrorDetail> DetailsOf(const grpc::Status& status);

// Sends one envelope on a stream (of blocks, or Broadcast) and reads to its first status.
struct StreamAnswer {
  int status = 0;  // common.Status; 0: the stream ended without
  std::string info;
  int blocks = 0;      // that came before
  grpc::Status ended;  // how the stream did
};
// `method`: "/orderer.AtomicBroadcast/Broadcast", "/protos.Deliver/DeliverFiltered", ...
StreamAnswer SendEnvelope(const std::shared_ptr<grpc::Channel>& node, const std::string& method,
                          const ::common::Envelope& envelope);
// The same with any bytes in place of an envelope; works for every method, also those
// that answer with one message. Both only say what bytes came.
struct RawAnswer {
  grpc::Status ended;
  std::vector<std::string> messages;
};
RawAnswer SendBytes(const std::shared_ptr<grpc::Channel>& node, const std::string& method,
                    const std::string& bytes);

// Every method of a service of the generated code, "/package.Service/Method".
std::vector<std::string> MethodsOf(const std::string& service);

// Memory that a node's process holds now, in bytes; 0 when it does not run.
uint64_t ResidentBytes(const TestNetwork& network, const std::string& node);

}  // namespace suyuan
