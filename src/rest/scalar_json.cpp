#include "rest/scalar_json.h"

#include <array>

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

void appendUuid(std::string_view bytes, JsonOut& out) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::array<char, 34> text;
  char* at = text.data();
  *at++ = '"';
  for (const char c : bytes.substr(0, 16)) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = digits[byte >> 4];
    *at++ = digits[byte & 15];
  }
  *at++ = '"';
  out.raw({text.data(), static_cast<std::size_t>(at - text.data())});
}

}  // namespace

void appendField(const storage::Field& field, JsonOut& out) {
  switch (field.type) {
    case ColumnType::boolean:
      out.raw(field.boolean() ? std::string_view("true") : std::string_view("false"));
      return;
    case ColumnType::int8:
    case ColumnType::int16:
    case ColumnType::int32:
    case ColumnType::int64:
    case ColumnType::duration:
      out.number(field.integer());
      return;
    case ColumnType::real:
      out.with([&](std::string& text) { json::appendNumber(field.real(), text); });
      return;
    case ColumnType::date:
      out.with([&](std::string& text) { appendDay(Date{static_cast<std::int32_t>(field.integer())}, text); });
      return;
    case ColumnType::instant:
      out.with([&](std::string& text) { appendTime(Instant{field.integer()}, text); });
      return;
    case ColumnType::uuid:
      appendUuid(field.bytes, out);
      return;
    case ColumnType::text:
      out.text(field.text());
      return;
    case ColumnType::object:
      out.with([&](std::string& text) { field.object().appendJson(text); });
      return;
    case ColumnType::blob:
    case ColumnType::picture:
      out.raw("null");
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
