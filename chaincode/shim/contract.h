// The contract API: a class per contract, methods registered by name, arguments
// and results converted from and to text and JSON.
//
//   class Greeter : public Contract {
//    public:
//     Greeter() : Contract("Greeter") {
//       Submit("Greet", {"name", "times"}, &Greeter::Greet);
//       Evaluate("Read", {"name"}, &Greeter::Read);
//     }
//    private:
//     absl::Status Greet(TransactionContext& tx, const std::string& name, int64_t times) const;
//     absl::StatusOr<nlohmann::json> Read(TransactionContext& tx, const std::string& name) const;
//   };
//
// is called as "Greeter:Greet", or "Greet" when it is the default contract.
// Argument and result types: conversion.h.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/shim/chaincode.h"
#include "chaincode/shim/client_identity.h"
#include "chaincode/shim/conversion.h"

namespace suyuan {

// What a contract's method works with; one per transaction.
class TransactionContext {
 public:
  explicit TransactionContext(ChaincodeStub* stub) : stub_(*stub) {}
  ChaincodeStub& stub() { return stub_; }
  const ChaincodeStub& stub() const { return stub_; }
  // The client's organisation; cheap.
  absl::StatusOr<std::string> MspId() const { return GetCreatorMspId(stub_); }
  absl::StatusOr<ClientIdentity> Identity() const { return ClientIdentity::FromStub(stub_); }

 private:
  ChaincodeStub& stub_;
};

// How clients should call a method. Advice in the metadata: the ledger allows both.
enum class TransactionTag { kSubmit, kEvaluate };

// A method as registered.
struct TransactionFunction {
  std::string name;
  TransactionTag tag;
  std::vector<ParameterType> parameters;
  std::string result_schema;  // JSON schema type; empty: nothing is returned
  // Checks the argument count, converts, calls. Errors name the argument.
  std::function<absl::StatusOr<std::string>(TransactionContext&, absl::Span<const std::string>)>
      call;
};

// Methods are const: a contract has no state but the ledger. Thread-safe.
class Contract {
 public:
  explicit Contract(std::string name) : name_(std::move(name)) {}
  virtual ~Contract() = default;
  Contract(const Contract&) = delete;
  Contract& operator=(const Contract&) = delete;

  const std::string& name() const { return name_; }
  const std::map<std::string, TransactionFunction>& functions() const { return functions_; }

 protected:
  // Registers `method` under `name`, its parameters named for errors and metadata.
  template <typename C, typename R, typename... Args>
  void Submit(const std::string& name, const std::array<const char*, sizeof...(Args)>& parameters,
              R (C::*method)(TransactionContext&, Args...) const) {
    Register(TransactionTag::kSubmit, name, parameters, method);
  }
  template <typename C, typename R, typename... Args>
  void Evaluate(const std::string& name, const std::array<const char*, sizeof...(Args)>& parameters,
                R (C::*method)(TransactionContext&, Args...) const) {
    Register(TransactionTag::kEvaluate, name, parameters, method);
  }

 private:
  template <typename C, typename R, typename... Args>
  void Register(TransactionTag tag, const std::string& name,
                const std::array<const char*, sizeof...(Args)>& names,
                R (C::*method)(TransactionContext&, Args...) const) {
    const std::vector<std::string> owned(names.begin(), names.end());
    TransactionFunction function{name, tag, {}, ResultSchema<R>(), {}};
    size_t next = 0;
    (function.parameters.push_back({owned[next++], SchemaOf<std::decay_t<Args>>()}), ...);
    (void)next;
    function.call = [self = static_cast<const C*>(this), method, owned](
                        TransactionContext& context, absl::Span<const std::string> arguments) {
      return CallWithArguments(self, method, context, owned, arguments);
    };
    functions_[name] = std::move(function);
  }

  const std::string name_;
  std::map<std::string, TransactionFunction> functions_;
};

// A chaincode made of contracts; the first one is the default, called without
// "NAME:". Adds contract org.hyperledger.fabric with GetMetadata.
std::unique_ptr<Chaincode> MakeContractChaincode(const std::string& title,
                                                 const std::string& version,
                                                 std::vector<std::unique_ptr<Contract>> contracts);

}  // namespace suyuan
