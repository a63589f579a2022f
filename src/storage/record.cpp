// Reading records in place. The layout is drawn in record_format.h. Nothing here trusts the bytes: a damaged offset
// gives null, never a read outside the record.
#include "storage/record.h"

#include "base/text.h"
#include "storage/record_format.h"

namespace qodly::storage {

bool Field::boolean() const { return bytes.size() == 1 && bytes[0] != 0; }

std::int64_t Field::integer() const {
  switch (bytes.size()) {
    case 1:
      return load<std::int8_t>(bytes.data());
    case 2:
      return load<std::int16_t>(bytes.data());
    case 4:
      return load<std::int32_t>(bytes.data());
    case 8:
      return load<std::int64_t>(bytes.data());
    default:
      return 0;
  }
}

double Field::real() const {
  if (type == ColumnType::real) return bytes.size() == 8 ? load<double>(bytes.data()) : 0.0;
  return static_cast<double>(integer());
}

std::optional<BlobField> blobField(const Field& field) {
  if (field.external || field.bytes.size() < 2) return std::nullopt;
  const auto mediaLength = static_cast<std::uint8_t>(field.bytes[1]);
  if (field.bytes.size() < 2u + mediaLength) return std::nullopt;
  return BlobField{field.bytes[0] == 1, field.bytes.substr(2, mediaLength), field.bytes.substr(2u + mediaLength)};
}

RecordView::RecordView(std::string_view bytes, const LayoutSet& layouts) : bytes_(bytes) {
  if (bytes.size() < recordHeaderBytes) return;
  const Layout* layout = layouts.find(load<std::uint16_t>(bytes.data()));
  if (layout == nullptr) return;
  const std::size_t smallest = std::size_t{layout->fixedEnd()} + layout->presenceBytes() + 4u * layout->variableCount();
  if (bytes.size() >= smallest) layout_ = layout;
}

std::uint32_t RecordView::stamp() const { return load<std::uint32_t>(bytes_.data() + stampOffset); }

Instant RecordView::savedAt() const { return Instant{load<std::int64_t>(bytes_.data() + savedAtOffset)}; }

bool RecordView::hasExternal() const { return (load<std::uint16_t>(bytes_.data() + 2) & flagHasExternal) != 0; }

Field RecordView::field(ColumnId column) const {
  const int slot = layout_->slot(column);
  return slot < 0 ? Field{} : fieldAt(slot);
}

Field RecordView::fieldAt(int slot) const {
  Field field;
  const auto index = static_cast<std::size_t>(slot);
  field.type = layout_->columns()[index].type;
  const auto presence = static_cast<std::uint8_t>(bytes_[layout_->fixedEnd() + index / 8]);
  if ((presence >> (index % 8) & 1) == 0) return field;

  const Layout::Place place = layout_->place(slot);
  if (place.fixed) {
    field.present = true;
    field.bytes = bytes_.substr(place.offset, fixedWidth(field.type));
    return field;
  }
  const std::size_t table = std::size_t{layout_->fixedEnd()} + layout_->presenceBytes();
  const std::size_t values = table + 4u * layout_->variableCount();
  const auto ending = load<std::uint32_t>(bytes_.data() + table + 4u * place.offset);
  const std::uint32_t end = ending & ~externalBit;
  const std::uint32_t begin =
      place.offset == 0 ? 0 : load<std::uint32_t>(bytes_.data() + table + 4u * (place.offset - 1)) & ~externalBit;
  if (begin > end || end > bytes_.size() - values) return field;
  field.external = (ending & externalBit) != 0;
  if (field.external && end - begin < blobRefBytes) {
    field.external = false;
    return field;
  }
  field.present = true;
  field.bytes = bytes_.substr(values + begin, end - begin);
  return field;
}

namespace {

bool isSoundValue(const Field& field) {
  switch (field.type) {
    case ColumnType::boolean:
      return static_cast<std::uint8_t>(field.bytes[0]) <= 1;
    case ColumnType::object:
      return field.external || field.object().isSound();
    case ColumnType::blob:
    case ColumnType::picture:
      return field.external || (blobField(field).has_value() && static_cast<std::uint8_t>(field.bytes[0]) <= 1);
    default:
      return true;
  }
}

}  // namespace

bool RecordView::isSound() const {
  if (layout_ == nullptr) return false;
  const auto flags = load<std::uint16_t>(bytes_.data() + 2);
  if ((flags & ~flagHasExternal) != 0) return false;

  const std::size_t table = std::size_t{layout_->fixedEnd()} + layout_->presenceBytes();
  const std::size_t values = table + 4u * layout_->variableCount();
  std::uint32_t previous = 0;
  bool external = false;
  for (std::uint32_t index = 0; index < layout_->variableCount(); ++index) {
    const auto ending = load<std::uint32_t>(bytes_.data() + table + 4u * index);
    const std::uint32_t end = ending & ~externalBit;
    if (end < previous) return false;
    if ((ending & externalBit) != 0 && end - previous < blobRefBytes) return false;
    external = external || (ending & externalBit) != 0;
    previous = end;
  }
  if (previous != bytes_.size() - values || external != hasExternal()) return false;

  const std::size_t slots = layout_->columns().size();
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const Field field = fieldAt(static_cast<int>(slot));
    const auto presence = static_cast<std::uint8_t>(bytes_[layout_->fixedEnd() + slot / 8]);
    if ((presence >> (slot % 8) & 1) != 0 && !field.present) return false;
    if (field.present && !isSoundValue(field)) return false;
  }
  if (slots % 8 != 0) {
    const auto last = static_cast<std::uint8_t>(bytes_[table - 1]);
    if (last >> (slots % 8) != 0) return false;
  }
  return true;
}

Value toValue(const Field& field) {
  if (!field.present) return Value::null();
  if (field.external) return {};
  switch (field.type) {
    case ColumnType::boolean:
      return Value::boolean(field.boolean());
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
      return Value::integer(field.integer());
    case ColumnType::real:
      return Value::real(field.real());
    case ColumnType::date:
      return Value::date(Date{static_cast<std::int32_t>(field.integer())});
    case ColumnType::instant:
      return Value::instant(Instant{field.integer()});
    case ColumnType::duration:
      return Value::time(Duration{field.integer()});
    case ColumnType::uuid:
      return Value::text(toHex(field.bytes));
    case ColumnType::text:
      return Value::text(field.bytes);
    case ColumnType::object:
      return field.object().unpack();
    case ColumnType::blob:
    case ColumnType::picture:
      break;
  }
  const std::optional<BlobField> blob = blobField(field);
  if (!blob) return Value::null();
  std::string content(blob->content);
  const bool picture = field.type == ColumnType::picture;
  if (blob->byPath) return picture ? Value::pictureFile(std::move(content)) : Value::blobFile(std::move(content));
  std::string media(blob->mediaType);
  return picture ? Value::picture(std::move(content), std::move(media))
                 : Value::blob(std::move(content), std::move(media));
}

Value toValue(const Field& field, ColumnType wanted) {
  if (!field.present) return Value::null();
  if (field.external || field.type == wanted) return toValue(field);
  return convertTo(wanted, toValue(field)).value_or(Value::null());
}

void patchStamp(std::string& record, std::uint32_t stamp, Instant savedAt) {
  if (record.size() < recordHeaderBytes) return;
  store(record.data() + stampOffset, stamp);
  store(record.data() + savedAtOffset, savedAt.ms);
}

std::uint32_t stampOf(std::string_view record) {
  return record.size() < recordHeaderBytes ? 0 : load<std::uint32_t>(record.data() + stampOffset);
}

}  // namespace qodly::storage
