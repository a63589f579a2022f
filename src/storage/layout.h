// The shape of the records of a table at one moment. A record carries the version of the layout it was written with;
// a changed model adds a layout and rewrites nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/types.h"
#include "value/convert.h"

namespace qodly::storage {

struct Column {
  ColumnId id = 0;
  ColumnType type = ColumnType::text;
  auto operator<=>(const Column&) const = default;
};

// Immutable, thread-safe. Slots are the positions of the columns in `columns`.
class Layout {
 public:
  Layout(std::uint16_t version, std::vector<Column> columns);

  std::uint16_t version() const { return version_; }
  std::span<const Column> columns() const { return columns_; }
  // Slot of a column, or -1 when the layout has no such column. O(1).
  int slot(ColumnId id) const { return id < slots_.size() ? slots_[id] : -1; }

  // Places inside the record, for the codec (record.cpp draws them).
  struct Place {
    std::uint32_t offset;  // of the fixed value, or index of the variable part
    bool fixed;
  };
  Place place(int slot) const { return places_[static_cast<std::size_t>(slot)]; }
  std::uint32_t presenceBytes() const { return presenceBytes_; }
  std::uint32_t fixedEnd() const { return fixedEnd_; }
  std::uint32_t variableCount() const { return variableCount_; }

 private:
  std::uint16_t version_;
  std::vector<Column> columns_;
  std::vector<std::int32_t> slots_;
  std::vector<Place> places_;
  std::uint32_t presenceBytes_ = 0, fixedEnd_ = 0, variableCount_ = 0;
};

// All layouts of a table, oldest first; versions are 1, 2, 3... Immutable; a model change publishes a new set.
class LayoutSet {
 public:
  explicit LayoutSet(std::vector<std::shared_ptr<const Layout>> layouts) : layouts_(std::move(layouts)) {}
  const Layout* find(std::uint16_t version) const {
    return version != 0 && version <= layouts_.size() ? layouts_[version - 1u].get() : nullptr;
  }
  const Layout& current() const { return *layouts_.back(); }
  std::span<const std::shared_ptr<const Layout>> all() const { return layouts_; }

 private:
  std::vector<std::shared_ptr<const Layout>> layouts_;
};

}  // namespace qodly::storage
