// Where each column of a layout lies inside its records. The record itself is drawn in record.cpp.
#include "storage/layout.h"

#include <algorithm>

#include "storage/record_format.h"

namespace qodly::storage {

std::uint32_t fixedWidth(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
    case ColumnType::int8:
      return 1;
    case ColumnType::int16:
      return 2;
    case ColumnType::int32:
    case ColumnType::date:
      return 4;
    case ColumnType::int64:
    case ColumnType::real:
    case ColumnType::instant:
    case ColumnType::duration:
      return 8;
    case ColumnType::uuid:
      return 16;
    case ColumnType::text:
    case ColumnType::object:
    case ColumnType::blob:
    case ColumnType::picture:
      return 0;
  }
  return 0;
}

Layout::Layout(std::uint16_t version, std::vector<Column> columns)
    : version_(version), columns_(std::move(columns)), places_(columns_.size()) {
  ColumnId highest = 0;
  for (const Column& column : columns_) highest = std::max(highest, column.id);
  slots_.assign(columns_.empty() ? 0 : highest + 1u, -1);
  for (std::size_t slot = 0; slot < columns_.size(); ++slot)
    slots_[columns_[slot].id] = static_cast<std::int32_t>(slot);

  // Widest first: every fixed value is aligned to its width, relative to the record's start, without padding.
  std::uint32_t offset = recordHeaderBytes;
  for (const std::uint32_t width : {16u, 8u, 4u, 2u, 1u}) {
    for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
      if (fixedWidth(columns_[slot].type) != width) continue;
      places_[slot] = {offset, true};
      offset += width;
    }
  }
  fixedEnd_ = offset;
  presenceBytes_ = static_cast<std::uint32_t>((columns_.size() + 7) / 8);
  for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
    if (fixedWidth(columns_[slot].type) == 0) places_[slot] = {variableCount_++, false};
  }
}

}  // namespace qodly::storage
