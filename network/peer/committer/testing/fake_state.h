// A world state in a map, with chaincode definitions in Fabric's layout.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "network/ledger/simulator.h"
#include "network/peer/chaincode/definition.h"
#include "protos/peer/collection.pb.h"
#include "protos/peer/lifecycle/chaincode_definition.pb.h"
#include "protos/peer/lifecycle/db.pb.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {

class FakeStateView final : public StateView {
 public:
  std::map<std::tuple<std::string, std::string, std::string>, VersionedValue> values;

  void Put(absl::string_view ns, absl::string_view key, std::string value,
           StateMetadata metadata = {}) {
    values[{std::string(ns), "", std::string(key)}] = {
        std::move(value), {1, 0}, std::move(metadata)};
  }

  // Endorsed as the channel policy `reference` says; `collections` have a policy each.
  void Define(const std::string& name, const std::string& reference,
              const std::map<std::string, std::string>& collections = {}) {
    ::protos::ApplicationPolicy policy;
    policy.set_channel_config_policy_reference(reference);
    ::lifecycle::ChaincodeValidationInfo validation;
    validation.set_validation_plugin("vscc");
    validation.set_validation_parameter(policy.SerializeAsString());
    ::lifecycle::ChaincodeEndorsementInfo endorsement;
    endorsement.set_version("1");
    endorsement.set_endorsement_plugin("escc");
    ::protos::CollectionConfigPackage package;
    for (const auto& [collection, collection_reference] : collections) {
      auto* config = package.add_config()->mutable_static_collection_config();
      config->set_name(collection);
      config->mutable_endorsement_policy()->set_channel_config_policy_reference(
          collection_reference);
    }
    ::lifecycle::StateData sequence;
    sequence.set_int64(1);
    PutField(name, "Sequence", sequence);
    PutField(name, "EndorsementInfo", Bytes(endorsement.SerializeAsString()));
    PutField(name, "ValidationInfo", Bytes(validation.SerializeAsString()));
    PutField(name, "Collections", Bytes(package.SerializeAsString()));
    ::lifecycle::StateMetadata metadata;
    metadata.set_datatype("ChaincodeDefinition");
    for (const char* field : {"Sequence", "EndorsementInfo", "ValidationInfo", "Collections"}) {
      metadata.add_fields(field);
    }
    Put(kLifecycleNamespace, absl::StrCat("namespaces/metadata/", name),
        metadata.SerializeAsString());
  }

  uint64_t height() const override { return 2; }
  absl::StatusOr<std::optional<VersionedValue>> Get(absl::string_view ns,
                                                    absl::string_view key) const override {
    return GetPrivateHash(ns, "", key);
  }
  absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view, absl::string_view,
                                                       absl::string_view) const override {
    return absl::UnimplementedError("fake");
  }
  absl::StatusOr<std::optional<VersionedValue>> GetPrivateHash(
      absl::string_view ns, absl::string_view collection,
      absl::string_view key_hash) const override {
    const auto it = values.find({std::string(ns), std::string(collection), std::string(key_hash)});
    if (it == values.end()) return std::optional<VersionedValue>();
    return std::make_optional(it->second);
  }
  absl::StatusOr<std::optional<VersionedValue>> GetPrivate(absl::string_view, absl::string_view,
                                                           absl::string_view) const override {
    return absl::UnimplementedError("fake");
  }

 private:
  static ::lifecycle::StateData Bytes(std::string bytes) {
    ::lifecycle::StateData data;
    data.set_bytes(std::move(bytes));
    return data;
  }
  void PutField(const std::string& name, const std::string& field,
                const ::lifecycle::StateData& data) {
    Put(kLifecycleNamespace, absl::StrCat("namespaces/fields/", name, "/", field),
        data.SerializeAsString());
  }
};

}  // namespace suyuan
