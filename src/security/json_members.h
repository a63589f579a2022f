// Members of JSON objects that files of the instance folder and requests have: read with a default, never refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "value/value.h"

namespace qodly::security {

inline std::string textMember(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value != nullptr && value->isText() ? std::string(value->asText()) : std::string();
}
inline bool flagMember(const Object& object, std::string_view name, bool otherwise = false) {
  const Value* value = object.find(name);
  return value != nullptr && value->type() == Type::boolean ? value->asBoolean() : otherwise;
}
inline std::int64_t integerMember(const Object& object, std::string_view name, std::int64_t otherwise = 0) {
  const Value* value = object.find(name);
  if (value == nullptr || !value->isNumber()) return otherwise;
  const double number = value->asNumber();
  return number >= -9e15 && number <= 9e15 ? static_cast<std::int64_t>(number) : otherwise;
}
// The texts of an array; other elements are left out.
inline std::vector<std::string> textsMember(const Object& object, std::string_view name) {
  std::vector<std::string> texts;
  if (const Value* value = object.find(name); value != nullptr && value->isCollection()) {
    for (const Value& element : value->asCollection().elements()) {
      if (element.isText()) texts.emplace_back(element.asText());
    }
  }
  return texts;
}
inline Value collectionOf(const std::vector<std::string>& texts) {
  const Ref<Collection> collection = Collection::make();
  for (const std::string& text : texts) collection->push(Value::text(text));
  return Value::collection(collection);
}

}  // namespace qodly::security
