// The gRPC face of the gateway: gateway.Gateway.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "gateway/call.h"
#include "gateway/call_meter.h"
#include "network/rpc/session_server.h"

namespace suyuan {

// All but the service outlive its server. `sessions` serves the unary calls too, unless nullptr:
// the service outlives its server as well.
std::unique_ptr<grpc::Service> MakeGatewayService(const CallDeps& deps, CallMeter* meter,
                                                  SessionServer* sessions);

}  // namespace suyuan
