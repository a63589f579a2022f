// What a store may offer beside raising its sequences: setting them, lower too. A Store that can is one of these.
#pragma once

#include <cstdint>

#include "storage/types.h"

namespace qodly::storage {

// Thread-safe.
class SequenceControl {
 public:
  virtual ~SequenceControl() = default;
  // The counter goes on behind `last`, whatever it was; verify() then no longer expects it above the values in use.
  virtual void setSequence(TableId table, ColumnId column, std::int64_t last) = 0;
  virtual std::int64_t lastSequence(TableId table, ColumnId column) const = 0;  // 0: none was given out yet
};

}  // namespace qodly::storage
