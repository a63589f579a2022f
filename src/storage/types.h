// Small identifiers of the store.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace qodly::storage {

using TableId = std::uint32_t;       // stable number of a table in one data file, from 1; never reused
using ColumnId = std::uint32_t;      // stable number of a column inside its table, from 1; never reused
using RecordNumber = std::uint32_t;  // from 0; not reused while the server runs (orda.md 9)

inline constexpr RecordNumber noRecord = UINT32_MAX;

struct RecordId {
  TableId table = 0;
  RecordNumber number = noRecord;
  auto operator<=>(const RecordId&) const = default;
};

}  // namespace qodly::storage

template <>
struct std::hash<qodly::storage::RecordId> {
  std::size_t operator()(const qodly::storage::RecordId& id) const noexcept {
    return std::hash<std::uint64_t>{}(std::uint64_t{id.table} << 32 | id.number);
  }
};
