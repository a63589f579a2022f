// Assignment conversion (language.md 9.3, 10): values as variables, parameters and results of a declared type take
// them. Internal to the language.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "script/syntax/tree.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

enum class Conversion : std::uint8_t {
  assignment,  // null for a scalar is error -20002
  passing,     // null for a scalar gives the default: parameters and results
};

// Error -20002, -20007.
Result<> convertToDeclared(Process& process, syntax::TypeWord type, Conversion how, Value& value);

// The Type whose values a variable of that declared type holds as they are; nullopt when more than one, or any.
std::optional<Type> soleType(syntax::TypeWord type);
// The same as a table: the number of the Type, anyType when there is none.
inline constexpr std::uint8_t anyType = 0xFF;
inline constexpr std::array<std::uint8_t, 15> soleTypes = [] {
  const auto number = [](Type type) { return static_cast<std::uint8_t>(type); };
  // In the order of TypeWord.
  return std::array<std::uint8_t, 15>{anyType,
                                      number(Type::text),
                                      number(Type::real),
                                      number(Type::integer),
                                      number(Type::boolean),
                                      number(Type::date),
                                      number(Type::time),
                                      number(Type::object),
                                      number(Type::collection),
                                      number(Type::picture),
                                      number(Type::blob),
                                      anyType,
                                      anyType,
                                      number(Type::object),
                                      number(Type::object)};
}();
std::string_view wordFor(syntax::TypeWord type);  // "integer": for messages

}  // namespace qodly::script::vm
