// Requests that tests make often, in one call.
#pragma once

#include <string>

#include "network/etcd/etcd_client.h"

namespace suyuan {

inline ::etcdserverpb::PutRequest PutOf(const std::string& key, const std::string& value) {
  ::etcdserverpb::PutRequest request;
  request.set_key(key);
  request.set_value(value);
  return request;
}

inline ::etcdserverpb::RangeRequest GetOf(const std::string& key) {
  ::etcdserverpb::RangeRequest request;
  request.set_key(key);
  return request;
}

inline ::etcdserverpb::RangeRequest PrefixOf(const std::string& prefix) {
  ::etcdserverpb::RangeRequest request;
  request.set_key(prefix);
  request.set_range_end(PrefixEnd(prefix));
  return request;
}

// Puts `key` if it is absent; reads it otherwise.
inline ::etcdserverpb::TxnRequest CreateOf(const std::string& key, const std::string& value) {
  ::etcdserverpb::TxnRequest request;
  auto& compare = *request.add_compare();
  compare.set_key(key);
  compare.set_target(::etcdserverpb::Compare::CREATE);
  compare.set_result(::etcdserverpb::Compare::EQUAL);
  compare.set_create_revision(0);
  *request.add_success()->mutable_request_put() = PutOf(key, value);
  *request.add_failure()->mutable_request_range() = GetOf(key);
  return request;
}

inline ::etcdserverpb::WatchCreateRequest WatchOf(const std::string& prefix,
                                                  int64_t start_revision) {
  ::etcdserverpb::WatchCreateRequest request;
  request.set_key(prefix);
  request.set_range_end(PrefixEnd(prefix));
  request.set_start_revision(start_revision);
  return request;
}

}  // namespace suyuan
