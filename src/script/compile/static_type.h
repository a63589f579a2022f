// What the compiler has proven about the value of an expression before it runs.
#pragma once

#include <cstdint>

#include "script/syntax/tree.h"

namespace qodly::script::compile {

enum class Static : std::uint8_t {
  any,
  undefined,
  null,
  boolean,
  integer,  // Type::integer inside 32 bits
  wide,     // Type::integer of up to 64 bits: only between an expression and the index or comparison that takes it
  real,
  text,
  date,
  time,
  object,      // null, an object or a handle
  collection,  // null or a collection
  picture,
  blob,
  pointer,
};

constexpr bool isNumeric(Static type) {
  return type == Static::integer || type == Static::wide || type == Static::real;
}

// What a variable declared with that word holds at any time.
constexpr Static staticOf(syntax::TypeWord word) {
  using syntax::TypeWord;
  switch (word) {
    case TypeWord::text:
      return Static::text;
    case TypeWord::real:
      return Static::real;
    case TypeWord::integer:
      return Static::integer;
    case TypeWord::boolean:
      return Static::boolean;
    case TypeWord::date:
      return Static::date;
    case TypeWord::time:
      return Static::time;
    case TypeWord::object:
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      return Static::object;
    case TypeWord::collection:
      return Static::collection;
    case TypeWord::picture:
      return Static::picture;
    case TypeWord::blob:
      return Static::blob;
    case TypeWord::pointer:
      return Static::pointer;
    case TypeWord::none:
    case TypeWord::variant:
      break;
  }
  return Static::any;
}

constexpr Static common(Static a, Static b) { return a == b ? a : Static::any; }

}  // namespace qodly::script::compile
