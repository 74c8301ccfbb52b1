// A call with one request and one answer, by its generated stub method.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "network/common/status_macros.h"
#include "network/etcd/etcd_members.h"

namespace suyuan {

template <typename Stub, typename Request, typename Response>
using StubMethod = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> UnaryCall(EtcdMembers& members, const EtcdCallTraits& traits,
                                   absl::Time deadline, const Request& request,
                                   StubMethod<Stub, Request, Response> method) {
  Response response;
  SUYUAN_RETURN_IF_ERROR(members.Call(
      traits, deadline,
      [&](const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext* context) {
        Stub stub(channel);
        return (stub.*method)(context, request, &response);
      }));
  return response;
}

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> UnaryCallAt(EtcdMembers& members, const std::string& endpoint,
                                     const EtcdCallTraits& traits, absl::Time deadline,
                                     const Request& request,
                                     StubMethod<Stub, Request, Response> method) {
  Response response;
  SUYUAN_RETURN_IF_ERROR(members.CallAt(
      endpoint, traits, deadline,
      [&](const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext* context) {
        Stub stub(channel);
        return (stub.*method)(context, request, &response);
      }));
  return response;
}

}  // namespace suyuan
