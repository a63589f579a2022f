// Building JSON documents out of Values, in the order written.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "value/value.h"

namespace qodly::rest {

using JsonMember = std::pair<std::string_view, Value>;

// Members whose value is undefined are left out.
inline Value jsonObject(std::initializer_list<JsonMember> members) {
  auto object = Object::make();
  for (const auto& [name, value] : members) {
    if (!value.isUndefined()) object->set(name, value);
  }
  return Value::object(std::move(object));
}

inline Value jsonArray(const std::vector<Value>& elements) {
  auto list = Collection::make();
  for (const Value& element : elements) list->push(element);
  return Value::collection(std::move(list));
}

inline Value jsonTexts(std::initializer_list<std::string_view> texts) {
  auto list = Collection::make();
  for (const std::string_view text : texts) list->push(Value::text(text));
  return Value::collection(std::move(list));
}

// Undefined for "".
inline Value jsonTextIfAny(std::string_view text) { return text.empty() ? Value() : Value::text(text); }

}  // namespace qodly::rest
