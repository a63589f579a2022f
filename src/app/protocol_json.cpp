#include "app/protocol_json.h"

#include <cmath>

#include "base/text.h"

namespace qodly::app::protocol {

Value object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  auto made = Object::make();
  for (const auto& [name, value] : members) made->set(name, value);
  return Value::object(std::move(made));
}

Value at(const Value& value, std::string_view path) {
  Value found = value;
  for (const std::string_view name : split(path, '.')) {
    if (!found.isObject()) return {};
    Value next = found.asObject().get(name);
    found = std::move(next);
  }
  return found;
}

std::string textAt(const Value& value, std::string_view path) {
  const Value found = at(value, path);
  return found.isText() ? std::string(found.asText()) : std::string();
}

bool flagAt(const Value& value, std::string_view path) {
  const Value found = at(value, path);
  return found.type() == Type::boolean && found.asBoolean();
}

std::int64_t numberAt(const Value& value, std::string_view path, std::int64_t otherwise) {
  const Value found = at(value, path);
  if (found.type() == Type::integer) return found.asInteger();
  // 3.0 is whole, too.
  constexpr double most = 1e15;
  if (found.type() != Type::real || !(std::abs(found.asReal()) < most)) return otherwise;
  return static_cast<std::int64_t>(found.asReal());
}

}  // namespace qodly::app::protocol
