// Reading and building the JSON of protocol messages.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "value/value.h"

namespace qodly::app::protocol {

Value object(std::initializer_list<std::pair<std::string_view, Value>> members);
// A member, or a member of a member ("textDocument.uri"); undefined when it is not there.
Value at(const Value& value, std::string_view path);
std::string textAt(const Value& value, std::string_view path);                                 // "" when it is no text
bool flagAt(const Value& value, std::string_view path);                                        // whether it is true
std::int64_t numberAt(const Value& value, std::string_view path, std::int64_t otherwise = 0);  // a whole number

}  // namespace qodly::app::protocol
