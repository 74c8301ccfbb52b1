// Requests of the chaincode protocol as arguments of the test module.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

class Requests {
 public:
  Requests& Put(const std::string& key, const std::string& value,
                const std::string& collection = "") {
    ::protos::PutState put;
    put.set_key(key);
    put.set_value(value);
    put.set_collection(collection);
    return Add(::protos::ChaincodeMessage::PUT_STATE, put);
  }
  Requests& Get(const std::string& key, const std::string& collection = "") {
    ::protos::GetState get;
    get.set_key(key);
    get.set_collection(collection);
    return Add(::protos::ChaincodeMessage::GET_STATE, get);
  }
  Requests& Add(int type, const google::protobuf::MessageLite& payload) {
    args_.push_back(absl::StrCat(type));
    args_.push_back(payload.SerializeAsString());
    return *this;
  }
  operator std::vector<std::string>() const { return args_; }  // NOLINT

 private:
  std::vector<std::string> args_ = {"requests"};
};

}  // namespace suyuan
