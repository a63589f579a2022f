// Where one column lies in the records of one layout, worked out once and used for many records: what RecordView::field
// finds anew for each. The layout is drawn in record_format.h.
#pragma once

#include <cstdint>

#include "storage/record.h"
#include "storage/record_format.h"

namespace qodly::storage {

// Of records of that layout only. The default place is that of a column the layout does not have: null everywhere.
class FieldPlace {
 public:
  FieldPlace() = default;
  FieldPlace(const Layout& layout, ColumnId column) : slot_(layout.slot(column)) {
    if (slot_ < 0) return;
    const auto index = static_cast<std::size_t>(slot_);
    type_ = layout.columns()[index].type;
    presence_ = layout.fixedEnd() + static_cast<std::uint32_t>(index / 8);
    mask_ = static_cast<std::uint8_t>(1U << index % 8);
    const Layout::Place place = layout.place(slot_);
    if (place.fixed) {
      offset_ = place.offset;
      width_ = static_cast<std::uint8_t>(fixedWidth(type_));
      return;
    }
    const std::uint32_t table = layout.fixedEnd() + layout.presenceBytes();
    first_ = place.offset == 0;
    offset_ = table + 4 * place.offset;
    values_ = table + 4 * layout.variableCount();
  }

  bool exists() const { return slot_ >= 0; }
  ColumnType type() const { return type_; }
  bool isPresent(const RecordView& record) const {
    return slot_ >= 0 && (static_cast<std::uint8_t>(record.bytes()[presence_]) & mask_) != 0;
  }
  Field field(const RecordView& record) const { return slot_ < 0 ? Field{} : record.fieldAt(slot_); }

  // Of columns of fixed width, when present. The bytes are the record's.
  const char* fixed(const RecordView& record) const { return record.bytes().data() + offset_; }
  std::int64_t integer(const RecordView& record) const {
    const char* const from = fixed(record);
    switch (width_) {
      case 1:
        return load<std::int8_t>(from);
      case 2:
        return load<std::int16_t>(from);
      case 4:
        return load<std::int32_t>(from);
      default:
        return load<std::int64_t>(from);
    }
  }

  // Of columns of variable width, when present and inside the record (nullptr as data: not, or external; field()
  // knows).
  std::string_view variable(const RecordView& record) const {
    const std::string_view bytes = record.bytes();
    const auto end = load<std::uint32_t>(bytes.data() + offset_);
    const std::uint32_t begin = first_ ? 0 : load<std::uint32_t>(bytes.data() + offset_ - 4) & ~externalBit;
    if ((end & externalBit) != 0 || begin > end || end > bytes.size() - values_) return {};
    return {bytes.data() + values_ + begin, end - begin};
  }

 private:
  int slot_ = -1;
  std::uint32_t presence_ = 0, offset_ = 0, values_ = 0;
  ColumnType type_ = ColumnType::text;
  std::uint8_t mask_ = 0, width_ = 0;
  bool first_ = false;
};

}  // namespace qodly::storage
