// Conversion of a value to the type of a storage attribute (orda.md 9 "Conversion on assignment", query.md 5).
#pragma once

#include <optional>

#include "value/value.h"

namespace qodly {

// What a storage attribute holds, as far as conversion is concerned. The storage layer uses the same list for its
// columns.
enum class ColumnType : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  real,
  date,
  instant,
  duration,
  uuid,
  text,
  object,
  blob,
  picture,
};

std::string_view name(ColumnType type);

enum class NumberAsDuration { seconds, milliseconds };  // code: seconds; JSON bodies: milliseconds (orda.md 9)

// The value as `target` wants it: same type as it is, convertible ones converted, null stays null, "" becomes null for
// every type but text. nullopt when it cannot be converted or is out of range; the caller words the error.
std::optional<Value> convertTo(ColumnType target, const Value& value,
                               NumberAsDuration numbers = NumberAsDuration::seconds);

// The blank value of a type ("", 0, false, Date::none()...), for attributes that are never null.
Value blankOf(ColumnType type);

}  // namespace qodly
