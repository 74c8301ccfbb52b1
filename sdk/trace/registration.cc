#include "sdk/trace/registration.h"

#include <utility>

namespace suyuan::sdk::trace {
namespace {

using internal::Set;

Paper ReadPaper(const Fields& json) {
  Paper paper;
  paper.id = json.at("paper");
  paper.kind = json.at("kind");
  paper.number = json.at("number");
  paper.issuer = json.at("issuer");
  paper.hash = json.at("hash");
  paper.issued_on = json.at("issuedOn");
  paper.expires_on = json.at("expiresOn");
  paper.country = json.at("country");
  paper.products = json.at("products").get<std::vector<std::string>>();
  paper.brands = json.at("brands").get<std::vector<std::string>>();
  paper.status = json.at("status");
  paper.reviewer = json.at("reviewer");
  paper.reason = json.at("reason");
  paper.in_force = json.at("inForce");
  return paper;
}

Product ReadProduct(const Fields& json) {
  Product product;
  product.gtin = json.at("gtin");
  product.registrant = json.at("registrant");
  product.status = json.at("status");
  product.reviewer = json.at("reviewer");
  product.reason = json.at("reason");
  product.category = json.at("category");
  product.model_version = json.at("modelVersion");
  product.information = json.at("information");
  return product;
}

ProductChange ReadChange(const Fields& json) {
  ProductChange change;
  change.transaction_id = json.at("txId");
  change.time = json.at("timestamp");
  change.actor = json.at("actor");
  change.person = json.value("person", "");
  change.action = json.at("action");
  for (const Fields& field : json.at("changes")) change.fields.push_back(field);
  return change;
}

Batch ReadBatch(const Fields& json) {
  Batch batch;
  batch.gtin = json.at("gtin");
  batch.number = json.at("batch");
  batch.identification = json.at("identification");
  batch.data = json.value("data", Fields::object());
  batch.model_version = json.value("modelVersion", 0u);
  batch.product = json.value("product", Fields());
  return batch;
}

template <typename T>
std::function<std::vector<T>(const Fields&)> Each(T (*read)(const Fields&)) {
  return [read](const Fields& list) {
    std::vector<T> out;
    for (const Fields& one : list) out.push_back(read(one));
    return out;
  };
}

}  // namespace

absl::StatusOr<Recorded> Organizations::Register(const Fields& information) const {
  return internal::Write(*calls_, "Organizations:Register", {information.dump()});
}

absl::StatusOr<Recorded> Organizations::FilePaper(const Paper& paper) const {
  Fields content{{"kind", paper.kind},
                 {"number", paper.number},
                 {"issuer", paper.issuer},
                 {"hash", paper.hash},
                 {"issuedOn", paper.issued_on}};
  Set(&content, "expiresOn", paper.expires_on);
  Set(&content, "country", paper.country);
  Set(&content, "products", paper.products);
  Set(&content, "brands", paper.brands);
  return internal::Write(*calls_, "Organizations:FilePaper", {paper.id, content.dump()});
}

absl::StatusOr<Recorded> Organizations::AcceptPaper(const std::string& msp_id,
                                                    const std::string& paper) const {
  return internal::Write(*calls_, "Organizations:ReviewPaper", {msp_id, paper, "true", ""});
}

absl::StatusOr<Recorded> Organizations::RejectPaper(const std::string& msp_id,
                                                    const std::string& paper,
                                                    const std::string& reason) const {
  return internal::Write(*calls_, "Organizations:ReviewPaper", {msp_id, paper, "false", reason});
}

absl::StatusOr<Fields> Organizations::Get(const std::string& msp_id) const {
  return internal::AskFor<Fields>(*calls_, "Organizations:Get", {msp_id},
                                  [](const Fields& json) { return json; });
}

absl::StatusOr<std::vector<Paper>> Organizations::GetPapers(const std::string& msp_id) const {
  return internal::AskFor<std::vector<Paper>>(*calls_, "Organizations:GetPapers", {msp_id},
                                              Each(ReadPaper));
}

absl::StatusOr<RecordedResult<std::string>> Products::Register(const std::string& gtin,
                                                               const Fields& information,
                                                               const Fields& secret) const {
  return calls_->Record("ProductRegistration:RegisterProduct",
                        internal::Propose({gtin, information.dump()}, secret));
}

absl::StatusOr<Recorded> Products::Change(const std::string& gtin, const Fields& changes,
                                          const Fields& secret) const {
  return internal::Write(*calls_, "ProductRegistration:ChangeProduct", {gtin, changes.dump()},
                         secret);
}

absl::StatusOr<Recorded> Products::Approve(const std::string& gtin) const {
  return internal::Write(*calls_, "ProductRegistration:ApproveProduct", {gtin});
}

absl::StatusOr<Recorded> Products::Reject(const std::string& gtin,
                                          const std::string& reason) const {
  return internal::Write(*calls_, "ProductRegistration:RejectProduct", {gtin, reason});
}

absl::StatusOr<Recorded> Products::Withdraw(const std::string& gtin,
                                            const std::string& reason) const {
  return internal::Write(*calls_, "ProductRegistration:WithdrawProduct", {gtin, reason});
}

absl::StatusOr<Product> Products::Get(const std::string& gtin) const {
  return internal::AskFor<Product>(*calls_, "ProductRegistration:GetProduct", {gtin}, ReadProduct);
}

absl::StatusOr<Product> Products::GetAt(const std::string& gtin, const std::string& time) const {
  return internal::AskFor<Product>(*calls_, "ProductRegistration:GetProductAt", {gtin, time},
                                   ReadProduct);
}

absl::StatusOr<std::vector<ProductChange>> Products::GetHistory(const std::string& gtin) const {
  return internal::AskFor<std::vector<ProductChange>>(
      *calls_, "ProductRegistration:GetProductHistory", {gtin}, Each(ReadChange));
}

absl::StatusOr<Recorded> Batches::Register(const Batch& batch, const Fields& secret) const {
  Fields content{{"identification", batch.identification}};
  if (batch.data.is_object()) content["data"] = batch.data;
  return internal::Write(*calls_, "Batches:Register", {batch.gtin, batch.number, content.dump()},
                         secret);
}

absl::StatusOr<Recorded> Batches::Correct(const std::string& gtin, const std::string& number,
                                          const Fields& changes, const std::string& reason,
                                          const Fields& secret) const {
  return internal::Write(*calls_, "Batches:Correct", {gtin, number, changes.dump(), reason},
                         secret);
}

absl::StatusOr<Batch> Batches::Get(const std::string& gtin, const std::string& number) const {
  return internal::AskFor<Batch>(*calls_, "Batches:Get", {gtin, number}, ReadBatch);
}

}  // namespace suyuan::sdk::trace
