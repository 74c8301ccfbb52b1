// Makes simulators over a view.
#pragma once

#include <functional>
#include <memory>

#include "network/ledger/simulator.h"

namespace suyuan::ledger {

using HistoryOpener = std::function<absl::StatusOr<std::unique_ptr<HistoryIterator>>(
    absl::string_view ns, absl::string_view key)>;

std::unique_ptr<Simulator> MakeSimulator(std::shared_ptr<const StateView> view,
                                         HistoryOpener history);

}  // namespace suyuan::ledger
