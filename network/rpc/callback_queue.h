// A guard against a flaw in gRPC 1.51.
#pragma once

namespace suyuan {

// gRPC serves all callbacks of a process from one shared queue and takes it down
// with its last user; a user that comes or goes at that moment makes it free the
// queue twice (seen as "double free" in grpc_cq_internal_unref when a process stops,
// or between two tests). This takes a use of the queue that is never given back.
// Thread-safe; works once. MakeChannel() and RpcServer::Start() call it.
void KeepCallbackQueue();

}  // namespace suyuan
