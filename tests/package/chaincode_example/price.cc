// The contract of chaincode/README.md: prices by product.
#include <chaincode/shim/contract.h>
#include <chaincode/shim/module.h>

namespace {

class PriceContract final : public suyuan::Contract {
 public:
  PriceContract() : Contract("PriceContract") {
    Submit("Set", {"product", "cents"}, &PriceContract::Set);
    Evaluate("Get", {"product"}, &PriceContract::Get);
  }

 private:
  absl::Status Set(suyuan::TransactionContext& tx, const std::string& product,
                   int64_t cents) const {
    if (cents <= 0) return absl::InvalidArgumentError("cents: must be positive");
    return tx.stub().PutState(product, std::to_string(cents));
  }
  absl::StatusOr<std::string> Get(suyuan::TransactionContext& tx,
                                  const std::string& product) const {
    auto value = tx.stub().GetState(product);
    if (value.ok() && value->empty()) return absl::NotFoundError("no price of " + product);
    return value;
  }
};

std::unique_ptr<suyuan::Chaincode> MakePrice() {
  std::vector<std::unique_ptr<suyuan::Contract>> contracts;
  contracts.push_back(std::make_unique<PriceContract>());
  return suyuan::MakeContractChaincode("price", "1.0", std::move(contracts));
}

}  // namespace

SUYUAN_CHAINCODE_MODULE("price", "1.0", MakePrice);
