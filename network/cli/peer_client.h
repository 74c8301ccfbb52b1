// How commands talk to a peer: proposals by a signing identity over TLS.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/msp/identity.h"
#include "protos/common/common.pb.h"
#include "protos/peer/peer.grpc.pb.h"

namespace suyuan {

struct PeerClientOptions {
  std::string endpoint;     // --peer
  std::string tls_ca;       // --tls-ca: PEM file
  std::string certificate;  // --cert
  std::string key;          // --key
  std::string msp_id;       // --msp-id
  std::string server_name;  // --server-name: overrides the name in the peer's certificate
};

// Declares the options above, required but for the last one.
void AddPeerClientOptions(CLI::App* command, PeerClientOptions* options);

// A proposal to be signed and sent.
struct ProposalSpec {
  ::common::HeaderType type = ::common::ENDORSER_TRANSACTION;
  std::string channel_id;  // empty: for the peer itself
  std::string chaincode;
  std::vector<std::string> args;  // args[0] is the function
};

// Signed by `signer`, with a fresh nonce and the present time.
absl::StatusOr<::protos::SignedProposal> MakeSignedProposal(const ProposalSpec& spec,
                                                            const SigningIdentity& signer);

class PeerClient {
 public:
  // Reads the files; the connection is made by the first call.
  //   any error  names the file
  static absl::StatusOr<std::unique_ptr<PeerClient>> Create(const PeerClientOptions& options);

  const SigningIdentity& signer() const { return *signer_; }

  //   the call's error, naming the peer
  absl::StatusOr<::protos::ProposalResponse> Process(const ::protos::SignedProposal& proposal,
                                                     absl::Duration timeout = absl::Seconds(30));
  // MakeSignedProposal() and Process(); a response status of 400 and above is an error:
  // kNotFound for 404, kAlreadyExists when its text says so, kUnknown else.
  absl::StatusOr<::protos::Response> Call(const ProposalSpec& spec);

 private:
  PeerClient() = default;

  std::string endpoint_;
  std::shared_ptr<const SigningIdentity> signer_;
  std::unique_ptr<::protos::Endorser::Stub> stub_;
};

}  // namespace suyuan
