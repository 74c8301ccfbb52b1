// What every kind of Consenter must keep (see consenter.h), as one test.
#pragma once

#include <functional>
#include <memory>

#include "network/orderer/consensus/consenter.h"

namespace suyuan {

// A place for a consenter and its log that can be killed and reopened.
class ConsenterPlace {
 public:
  virtual ~ConsenterPlace() = default;
  // A consenter on this place's log. The one before has been destroyed, maybe with
  // proposals under way.
  virtual std::unique_ptr<Consenter> Open(Consenter::Deliver deliver) = 0;
};

// To be called inside a TEST_CASE; `make` gives a place with an empty log.
void TestConsenterContract(const std::function<std::unique_ptr<ConsenterPlace>()>& make);

}  // namespace suyuan
