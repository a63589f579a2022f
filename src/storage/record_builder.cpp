// Writing records. The layout is drawn in record_format.h.
#include <limits>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "storage/record.h"
#include "storage/record_format.h"

namespace qodly::storage {

namespace {

Error wrongType(ColumnType type, const Value& value) {
  return {code::wrongType, "dbmg",
          fmt::format("A value of type {} cannot be stored in a column of type {}", name(value.type()), name(type))};
}

Error tooLarge(std::uint64_t bytes) {
  return {
      code::limitReached, "dbmg",
      fmt::format("A value of {} bytes is larger than the {} bytes one attribute can hold", bytes, maximumValueBytes)};
}

int hexDigit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  return -1;
}

bool decodeUuid(std::string_view text, char* out) {
  if (text.size() != 32) return false;
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = hexDigit(text[2 * i]), low = hexDigit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<char>(high << 4 | low);
  }
  return true;
}

struct IntegerRange {
  std::int64_t least, most;
};

IntegerRange rangeOf(ColumnType type) {
  switch (type) {
    case ColumnType::int8:
      return {INT8_MIN, INT8_MAX};
    case ColumnType::int16:
      return {INT16_MIN, INT16_MAX};
    case ColumnType::int32:
      return {INT32_MIN, INT32_MAX};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

Result<std::int64_t> integerFor(ColumnType type, const Value& value) {
  std::int64_t number = 0;
  switch (type) {
    case ColumnType::boolean:
      if (value.type() != Type::boolean) return std::unexpected(wrongType(type, value));
      return value.asBoolean() ? 1 : 0;
    case ColumnType::date:
      if (value.type() != Type::date) return std::unexpected(wrongType(type, value));
      return value.asDate().days;
    case ColumnType::instant:
      if (value.type() != Type::instant) return std::unexpected(wrongType(type, value));
      return value.asInstant().ms;
    case ColumnType::duration:
      if (value.type() != Type::time) return std::unexpected(wrongType(type, value));
      return value.asTime().ms;
    default:
      break;
  }
  if (value.type() == Type::integer) {
    number = value.asInteger();
  } else if (value.type() == Type::real && value.asReal() >= -9.2e18 && value.asReal() <= 9.2e18) {
    number = static_cast<std::int64_t>(value.asReal());
  } else {
    return std::unexpected(wrongType(type, value));
  }
  const IntegerRange range = rangeOf(type);
  if (number < range.least || number > range.most) {
    return std::unexpected(Error(code::valueOutOfRange, "dbmg",
                                 fmt::format("The number {} is outside the range {} to {} of a column of type {}",
                                             number, range.least, range.most, name(type))));
  }
  return number;
}

Result<> encodeBlob(const BlobBox& blob, std::string& out) {
  if (blob.mediaType.size() > 255) {
    return std::unexpected(Error(code::limitReached, "dbmg", "A media type is longer than 255 bytes"));
  }
  const bool byPath = !blob.path.empty();
  out.push_back(byPath ? '\1' : '\0');
  out.push_back(static_cast<char>(blob.mediaType.size()));
  out += blob.mediaType;
  out += byPath ? blob.path : blob.bytes;
  return {};
}

}  // namespace

Result<> encodeVariable(ColumnType type, const Value& value, std::string& out) {
  switch (type) {
    case ColumnType::text:
      if (!value.isText()) return std::unexpected(wrongType(type, value));
      out = value.asText();
      break;
    case ColumnType::object:
      if (!value.isObject() && !value.isCollection()) return std::unexpected(wrongType(type, value));
      if (Result<> packed = pack(value, out); !packed) return packed;
      break;
    default:
      if (value.type() != (type == ColumnType::picture ? Type::picture : Type::blob)) {
        return std::unexpected(wrongType(type, value));
      }
      if (Result<> encoded = encodeBlob(value.asBlob(), out); !encoded) return encoded;
      break;
  }
  if (out.size() > maximumValueBytes) return std::unexpected(tooLarge(out.size()));
  return {};
}

RecordBuilder::RecordBuilder(const Layout& layout) : layout_(&layout) {
  variable_.resize(layout.variableCount());
  external_.resize(layout.variableCount());
  reset();
}

void RecordBuilder::reset() {
  presence_.assign(layout_->presenceBytes(), '\0');
  fixed_.assign(layout_->fixedEnd() - recordHeaderBytes, '\0');
  for (std::string& value : variable_) value.clear();
  external_.assign(external_.size(), 0);
}

void RecordBuilder::markPresent(int slot) {
  const auto index = static_cast<std::size_t>(slot);
  char& byte = presence_[index / 8];
  byte = static_cast<char>(static_cast<unsigned char>(byte) | 1u << (index % 8));
}

void RecordBuilder::setNull(int slot) {
  const auto index = static_cast<std::size_t>(slot);
  char& byte = presence_[index / 8];
  byte = static_cast<char>(static_cast<unsigned char>(byte) & ~(1u << (index % 8)));
  const Layout::Place place = layout_->place(slot);
  if (place.fixed) {
    const std::uint32_t width = fixedWidth(layout_->columns()[index].type);
    std::memset(fixed_.data() + place.offset - recordHeaderBytes, 0, width);
  } else {
    variable_[place.offset].clear();
    external_[place.offset] = 0;
  }
}

void RecordBuilder::setRaw(int slot, std::string_view bytes, bool external) {
  const Layout::Place place = layout_->place(slot);
  if (place.fixed) {
    const std::uint32_t width = fixedWidth(layout_->columns()[static_cast<std::size_t>(slot)].type);
    std::memcpy(fixed_.data() + place.offset - recordHeaderBytes, bytes.data(),
                std::min<std::size_t>(width, bytes.size()));
  } else {
    variable_[place.offset].assign(bytes);
    external_[place.offset] = external ? 1 : 0;
  }
  markPresent(slot);
}

Result<> RecordBuilder::set(int slot, const Value& value) {
  if (value.isMissing()) {
    setNull(slot);
    return {};
  }
  const ColumnType type = layout_->columns()[static_cast<std::size_t>(slot)].type;
  const Layout::Place place = layout_->place(slot);
  if (!place.fixed) {
    std::string encoded = std::move(variable_[place.offset]);
    encoded.clear();
    Result<> result = encodeVariable(type, value, encoded);
    if (!result) {
      setNull(slot);
      return result;
    }
    variable_[place.offset] = std::move(encoded);
    external_[place.offset] = 0;
    markPresent(slot);
    return {};
  }
  char* to = fixed_.data() + place.offset - recordHeaderBytes;
  if (type == ColumnType::real) {
    if (!value.isNumber()) return std::unexpected(wrongType(type, value));
    store(to, value.asNumber());
  } else if (type == ColumnType::uuid) {
    char uuid[16];
    if (!value.isText() || !decodeUuid(value.asText(), uuid)) {
      return std::unexpected(Error(code::wrongType, "dbmg", "A uuid is 32 hexadecimal digits without hyphens"));
    }
    std::memcpy(to, uuid, sizeof uuid);
  } else {
    const Result<std::int64_t> number = integerFor(type, value);
    if (!number) return std::unexpected(number.error());
    std::memcpy(to, &*number, fixedWidth(type));  // little-endian: the low bytes come first
  }
  markPresent(slot);
  return {};
}

void RecordBuilder::copyFrom(const RecordView& record) {
  const std::span<const Column> columns = layout_->columns();
  for (std::size_t slot = 0; slot < columns.size(); ++slot) {
    const Field field = record.field(columns[slot].id);
    const int to = static_cast<int>(slot);
    if (!field.present) {
      setNull(to);
    } else if (field.type == columns[slot].type) {
      setRaw(to, field.bytes, field.external);
    } else if (!set(to, toValue(field, columns[slot].type))) {
      setNull(to);
    }
  }
}

std::string RecordBuilder::finish() {
  std::size_t size = recordHeaderBytes + fixed_.size() + presence_.size() + 4 * variable_.size();
  bool anyExternal = false;
  for (std::size_t i = 0; i < variable_.size(); ++i) {
    size += variable_[i].size();
    anyExternal = anyExternal || external_[i] != 0;
  }
  std::string record;
  record.reserve(size);
  record.resize(recordHeaderBytes);
  store(record.data(), layout_->version());
  store(record.data() + 2, anyExternal ? flagHasExternal : std::uint16_t{0});
  record += fixed_;
  record += presence_;
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < variable_.size(); ++i) {
    end += static_cast<std::uint32_t>(variable_[i].size());
    char ending[4];
    store(ending, external_[i] != 0 ? end | externalBit : end);
    record.append(ending, sizeof ending);
  }
  for (const std::string& value : variable_) record += value;
  return record;
}

}  // namespace qodly::storage
