/* The C interface between a peer and a chaincode module (a shared object that the
 * peer loads into its own process). Plain C, so that both sides may be built
 * apart. Payloads are Fabric's chaincode messages (protos/peer/chaincode_shim.proto):
 * a module speaks the same protocol as an external chaincode, without the stream.
 *
 * A module exports one function:
 *
 *   const SuyuanChaincodeModule* suyuan_chaincode_module(void);
 *
 * whose result lives as long as the library.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SUYUAN_CHAINCODE_ABI 1

/* Bytes owned by somebody else; valid for the duration of the call. */
typedef struct {
  const char* data;
  size_t size;
} SuyuanBytes;

/* Receives a result: called exactly once by the callee, which keeps the bytes
 * alive until it returns. */
typedef struct {
  void* context;
  void (*set)(void* context, SuyuanBytes bytes);
} SuyuanSink;

/* What the peer offers during one transaction. */
typedef struct {
  void* context;
  /* One request of the chaincode protocol, e.g. type 8 GET_STATE with a GetState
   * payload. Returns 1 and the RESPONSE payload, or 0 and the ERROR text (UTF-8).
   * Only from the thread that runs invoke(). */
  int (*request)(void* context, int32_t type, SuyuanBytes payload, SuyuanSink result);
} SuyuanHost;

typedef struct {
  SuyuanBytes txid;
  SuyuanBytes channel_id;
  SuyuanBytes input;           /* protos.ChaincodeInput */
  SuyuanBytes signed_proposal; /* protos.SignedProposal, transient data included */
  int is_init;                 /* 1 for INIT, 0 for TRANSACTION */
} SuyuanTransaction;

typedef struct {
  int32_t abi;         /* SUYUAN_CHAINCODE_ABI */
  const char* name;    /* e.g. "asset": the package label's first part */
  const char* version; /* of the code, e.g. "1.0" */
  /* Runs one transaction to its end. Thread-safe: transactions run side by side.
   * `response` gets a protos.Response (also for errors of the contract), `event`
   * a protos.ChaincodeEvent or nothing. Never throws. */
  void (*invoke)(const SuyuanTransaction* transaction, const SuyuanHost* host, SuyuanSink response,
                 SuyuanSink event);
} SuyuanChaincodeModule;

typedef const SuyuanChaincodeModule* (*SuyuanChaincodeModuleFunction)(void);

#ifdef __cplusplus
}
#endif
