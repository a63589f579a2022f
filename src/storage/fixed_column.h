// One fixed-width column read from many records: the places of every layout are worked out once, so that a record costs
// one presence bit and one load. The record itself is drawn in record_format.h.
#pragma once

#include <vector>

#include "storage/record.h"
#include "storage/record_format.h"

namespace qodly::storage {

// Immutable, thread-safe.
class FixedColumn {
 public:
  enum class Found : std::uint8_t { null, value, unusual };  // unusual: read it with RecordView::field

  // `type`: today's type of the column; records that hold it under another are unusual.
  FixedColumn(const LayoutSet& layouts, ColumnId column, ColumnType type) : places_(layouts.all().size() + 1) {
    for (const auto& layout : layouts.all()) {
      const int slot = layout->slot(column);
      if (slot < 0) {
        places_[layout->version()].missing = true;
        continue;
      }
      const auto index = static_cast<std::uint32_t>(slot);
      if (layout->columns()[index].type != type || !layout->place(slot).fixed) continue;
      places_[layout->version()] = {layout->fixedEnd() + index / 8, layout->place(slot).offset,
                                    static_cast<std::uint8_t>(1u << index % 8),
                                    static_cast<std::uint8_t>(fixedWidth(type)), false};
    }
  }

  // For columns stored as integers.
  Found integer(const RecordView& record, std::int64_t& value) const {
    const Place* place = nullptr;
    const Found found = locate(record, place);
    if (found != Found::value) return found;
    const char* from = record.bytes().data() + place->offset;
    switch (place->width) {
      case 1:
        value = load<std::int8_t>(from);
        return found;
      case 2:
        value = load<std::int16_t>(from);
        return found;
      case 4:
        value = load<std::int32_t>(from);
        return found;
      case 8:
        value = load<std::int64_t>(from);
        return found;
      default:
        return Found::unusual;
    }
  }

  Found real(const RecordView& record, double& value) const {
    const Place* place = nullptr;
    const Found found = locate(record, place);
    if (found == Found::value) value = load<double>(record.bytes().data() + place->offset);
    return found;
  }

 private:
  struct Place {
    std::uint32_t presence = 0;  // offset of the byte that holds the presence bit
    std::uint32_t offset = 0;
    std::uint8_t bit = 0;
    std::uint8_t width = 0;
    bool missing = false;  // the layout has no such column
  };

  // A view is only made of bytes that hold the fixed part of their layout.
  Found locate(const RecordView& record, const Place*& place) const {
    const std::uint16_t version = record.layout().version();
    if (version >= places_.size()) return Found::unusual;
    place = &places_[version];
    if (place->width == 0) return place->missing ? Found::null : Found::unusual;
    const auto presence = static_cast<std::uint8_t>(record.bytes()[place->presence]);
    return (presence & place->bit) != 0 ? Found::value : Found::null;
  }

  std::vector<Place> places_;  // by layout version
};

}  // namespace qodly::storage
