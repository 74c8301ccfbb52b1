// The gRPC face of the gateway: gateway.Gateway.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "gateway/call.h"
#include "gateway/call_meter.h"

namespace suyuan {

// `deps` and `meter` outlive the service's server.
std::unique_ptr<grpc::Service> MakeGatewayService(const CallDeps& deps, CallMeter* meter);

}  // namespace suyuan
