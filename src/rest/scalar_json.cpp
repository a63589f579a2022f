#include "rest/scalar_json.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "value/json.h"
#include "value/packed.h"

namespace qodly::rest {

namespace {

void appendDay(Date date, std::string& out) {
  out += "\"!!";
  appendDate(date, out);
  out += "!!\"";
}

void appendTime(Instant instant, std::string& out) {
  out += '"';
  appendInstant(instant, out);
  out += '"';
}

void appendHex(std::string_view bytes, std::string& out) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace

void appendField(const storage::Field& field, std::string& out) {
  switch (field.type) {
    case ColumnType::boolean:
      json::appendBoolean(field.boolean(), out);
      return;
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
    case ColumnType::duration:
      json::appendNumber(field.integer(), out);
      return;
    case ColumnType::real:
      json::appendNumber(field.real(), out);
      return;
    case ColumnType::date:
      appendDay(Date{static_cast<std::int32_t>(field.integer())}, out);
      return;
    case ColumnType::instant:
      appendTime(Instant{field.integer()}, out);
      return;
    case ColumnType::uuid:
      out += '"';
      appendHex(field.bytes, out);
      out += '"';
      return;
    case ColumnType::text:
      json::appendString(field.text(), out);
      return;
    case ColumnType::object:
      field.object().appendJson(out);
      return;
    case ColumnType::blob:
    case ColumnType::picture:
      out += "null";
      return;
  }
}

void appendValue(const Value& value, std::string& out) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      out += "null";
      return;
    case Type::date:
      appendDay(value.asDate(), out);
      return;
    case Type::instant:
      appendTime(value.asInstant(), out);
      return;
    case Type::text:
      json::appendString(value.asText(), out);
      return;
    case Type::integer:
      json::appendNumber(value.asInteger(), out);
      return;
    default:
      json::append(value, out);
  }
}

void appendProperties(PackedView object, std::span<const ObjectFilter> properties, std::string& out) {
  if (object.type() == Type::collection) {
    out += '[';
    for (std::uint32_t i = 0; i < object.size(); ++i) {
      if (i != 0) out += ',';
      appendProperties(object.element(i), properties, out);
    }
    out += ']';
    return;
  }
  if (object.type() != Type::object) {
    out += "null";
    return;
  }
  out += '{';
  bool first = true;
  for (const ObjectFilter& property : properties) {
    const PackedView member = object.member(property.name);
    if (member.type() == Type::undefined) continue;
    if (!first) out += ',';
    first = false;
    json::appendString(property.name, out);
    out += ':';
    if (property.children.empty()) {
      member.appendJson(out);
    } else {
      appendProperties(member, property.children, out);
    }
  }
  out += '}';
}

}  // namespace qodly::rest
