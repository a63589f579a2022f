#include "tests/conformance/language/shown_value.h"

#include <cmath>

#include <fmt/format.h>

#include "base/calendar.h"
#include "value/json.h"

namespace qodly::conformance {

namespace {

constexpr int deepest = 100;

void append(const Value& value, std::string& out, int depth);

void appendContainer(const Value& value, std::string& out, int depth) {
  if (depth > deepest) {
    out += "\"...\"";
    return;
  }
  std::string_view separator;
  if (value.isCollection()) {
    out += '[';
    for (const Value& element : value.asCollection().elements()) {
      out += separator;
      append(element, out, depth + 1);
      separator = ",";
    }
    out += ']';
    return;
  }
  out += '{';
  for (const Object::Member& member : value.asObject().members()) {
    out += separator;
    json::append(Value::text(member.name), out);
    out += ':';
    append(member.value, out, depth + 1);
    separator = ",";
  }
  out += '}';
}

void append(const Value& value, std::string& out, int depth) {
  if (value.isCollection() || value.isObject()) {
    appendContainer(value, out, depth);
  } else if (value.type() == Type::handle) {
    out += fmt::format("\"<{}>\"", value.asHandle().kind());
  } else {
    json::append(value, out);
  }
}

bool same(const Value& got, const Value& expected) {
  if (got.isNumber() && expected.isNumber()) {
    const double a = got.asNumber(), b = expected.asNumber();
    return a == b || std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
  }
  if (got.type() != expected.type()) return false;
  if (got.isText()) return got.asText() == expected.asText();
  if (got.type() == Type::boolean) return got.asBoolean() == expected.asBoolean();
  if (got.isCollection()) {
    const auto& a = got.asCollection().elements();
    const auto& b = expected.asCollection().elements();
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  }
  if (!got.isObject()) return true;
  const auto& members = got.asObject().members();
  return members.size() == expected.asObject().members().size() &&
         std::all_of(members.begin(), members.end(), [&](const Object::Member& member) {
           const Value* other = expected.asObject().find(member.name);
           return other != nullptr && same(member.value, *other);
         });
}

// Dates and times inside containers are texts: [!2025-03-02!] reads as ["2025-03-02"].
std::string withoutMarks(std::string_view expected) {
  std::string out;
  bool inText = false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == '\\' && inText) out += expected[i++];
    if (expected[i] == '"') inText = !inText;
    out += !inText && expected[i] == '!' ? '"' : expected[i];
  }
  return out;
}

// "2025-03-02" of !2025-03-02!.
bool isMarkOf(std::string_view got, std::string_view text) {
  return got.size() == text.size() + 2 && (got.front() == '!' || got.front() == '?') &&
         got.substr(1, text.size()) == text;
}

}  // namespace

std::string shown(const Value& value) {
  if (value.type() == Type::undefined) return "undefined";
  std::string out;
  if (value.type() == Type::date) {
    if (value.asDate() == Date{}) return "!00-00-00!";
    out += '!';
    appendDate(value.asDate(), out);
    out += '!';
  } else if (value.type() == Type::time) {
    out += '?';
    appendDuration(value.asTime(), out);
    out += '?';
  } else {
    append(value, out, 0);
  }
  return out;
}

bool matches(std::string_view got, std::string_view expected) {
  if (got == expected) return true;
  const auto gotValue = json::parse(got);
  const auto expectedValue =
      json::parse(expected.starts_with('[') || expected.starts_with('{') ? withoutMarks(expected) : expected);
  if (expectedValue && expectedValue->isText() && isMarkOf(got, expectedValue->asText())) return true;
  if (gotValue && expectedValue) return same(*gotValue, *expectedValue);
  return gotValue && gotValue->isText() && gotValue->asText() == expected;
}

}  // namespace qodly::conformance
