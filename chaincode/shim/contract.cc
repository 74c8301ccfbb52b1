#include "chaincode/shim/contract.h"

#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kSystemContract[] = "org.hyperledger.fabric";
constexpr char kSchema[] =
    "https://hyperledger.github.io/fabric-chaincode-node/main/api/contract-schema.json";

nlohmann::json DescribeFunction(const TransactionFunction& function) {
  nlohmann::json parameters = nlohmann::json::array();
  for (const ParameterType& parameter : function.parameters) {
    parameters.push_back({{"name", parameter.name}, {"schema", {{"type", parameter.schema}}}});
  }
  nlohmann::json out{
      {"name", function.name},
      {"tag", function.tag == TransactionTag::kSubmit ? nlohmann::json{"SUBMIT", "submitTx"}
                                                      : nlohmann::json{"EVALUATE", "evaluateTx"}},
      {"parameters", std::move(parameters)}};
  if (!function.result_schema.empty()) out["returns"] = {{"type", function.result_schema}};
  return out;
}

nlohmann::json DescribeContract(const Contract& contract, bool is_default) {
  nlohmann::json transactions = nlohmann::json::array();
  for (const auto& [name, function] : contract.functions()) {
    transactions.push_back(DescribeFunction(function));
  }
  return {{"name", contract.name()},
          {"contractInstance", {{"name", contract.name()}, {"default", is_default}}},
          {"transactions", std::move(transactions)},
          {"info", {{"title", contract.name()}, {"version", ""}}}};
}

// Publishes what the others offer.
class SystemContract : public Contract {
 public:
  SystemContract() : Contract(kSystemContract) {
    Evaluate("GetMetadata", {}, &SystemContract::GetMetadata);
  }
  void set_metadata(std::string metadata) { metadata_ = std::move(metadata); }

 private:
  absl::StatusOr<std::string> GetMetadata(TransactionContext& context) const { return metadata_; }
  std::string metadata_;
};

class ContractChaincode : public Chaincode {
 public:
  ContractChaincode(const std::string& title, const std::string& version,
                    std::vector<std::unique_ptr<Contract>> contracts) {
    SUYUAN_CHECK(!contracts.empty());
    default_name_ = contracts.front()->name();
    auto system = std::make_unique<SystemContract>();
    SystemContract* const system_contract = system.get();
    contracts.push_back(std::move(system));
    nlohmann::json described;
    for (const auto& contract : contracts) {
      described[contract->name()] = DescribeContract(*contract, contract->name() == default_name_);
    }
    const nlohmann::json metadata{{"$schema", kSchema},
                                  {"info", {{"title", title}, {"version", version}}},
                                  {"contracts", std::move(described)},
                                  {"components", {{"schemas", nlohmann::json::object()}}}};
    system_contract->set_metadata(metadata.dump());
    for (auto& contract : contracts) {
      const std::string name = contract->name();
      SUYUAN_CHECK(contracts_.emplace(name, std::move(contract)).second);
    }
  }

  ChaincodeResponse Init(ChaincodeStub& stub) override {
    // Fabric's contract APIs treat an init call like any other, and one without
    // arguments as nothing to do.
    return stub.GetArgs().empty() ? ChaincodeResponse::Success() : Invoke(stub);
  }

  ChaincodeResponse Invoke(ChaincodeStub& stub) override {
    auto result = Call(stub);
    if (!result.ok()) return ChaincodeResponse::Error(result.status().message());
    return ChaincodeResponse::Success(*std::move(result));
  }

 private:
  absl::StatusOr<std::string> Call(ChaincodeStub& stub) {
    const std::vector<std::string>& arguments = stub.GetArgs();
    if (arguments.empty()) return absl::InvalidArgumentError("no function named");
    SUYUAN_ASSIGN_OR_RETURN(const TransactionFunction* function, Find(arguments.front()));
    TransactionContext context(&stub);
    return function->call(context, absl::MakeConstSpan(arguments).subspan(1));
  }

  // "Contract:Method", or "Method" of the default contract.
  absl::StatusOr<const TransactionFunction*> Find(const std::string& name) const {
    const size_t colon = name.rfind(':');
    const std::string contract_name =
        colon == std::string::npos ? default_name_ : name.substr(0, colon);
    const std::string method = colon == std::string::npos ? name : name.substr(colon + 1);
    const auto contract = contracts_.find(contract_name);
    if (contract == contracts_.end()) {
      return absl::NotFoundError(absl::StrCat("Contract name is not known: ", contract_name));
    }
    const auto function = contract->second->functions().find(method);
    if (function == contract->second->functions().end()) {
      return absl::NotFoundError(
          absl::StrCat("You've asked to invoke a function that does not exist: ", method));
    }
    return &function->second;
  }

  std::string default_name_;
  std::map<std::string, std::unique_ptr<Contract>> contracts_;
};

}  // namespace

std::unique_ptr<Chaincode> MakeContractChaincode(const std::string& title,
                                                 const std::string& version,
                                                 std::vector<std::unique_ptr<Contract>> contracts) {
  return std::make_unique<ContractChaincode>(title, version, std::move(contracts));
}

}  // namespace suyuan
