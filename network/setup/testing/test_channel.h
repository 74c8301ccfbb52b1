// A channel for tests: two member organisations, one ordering organisation, and the
// genesis block that a network would start from.
#pragma once

#include <string>
#include <vector>

#include "network/channel/channel_config.h"
#include "network/msp/testing/test_organization.h"
#include "network/setup/channel_spec.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// Aborts on mistakes. Not thread-safe.
class TestChannel {
 public:
  explicit TestChannel(const std::string& channel_id = "trace");

  const std::string& id() const { return spec_.channel_id; }
  const TestOrganization& producer() const { return producer_; }
  const TestOrganization& distributor() const { return distributor_; }
  const TestOrganization& supervisor() const { return supervisor_; }  // orders
  ChannelSpec& spec() { return spec_; }  // change it before the next call of genesis()

  ::common::Block genesis() const;
  ChannelConfigPtr config() const;

 private:
  const TestOrganization producer_{"ProducerMSP"};
  const TestOrganization distributor_{"DistributorMSP"};
  const TestOrganization supervisor_{"SupervisorMSP"};
  ChannelSpec spec_;
};

// A signed envelope of `type` for a channel.
::common::Envelope MakeTestEnvelope(const SigningIdentity& signer, const std::string& channel_id,
                                    const std::string& data,
                                    ::common::HeaderType type = ::common::ENDORSER_TRANSACTION);

}  // namespace suyuan
