// What a command or function takes and gives, written as text in its row and read once:
//
//   (source: string, first: integer, count?: integer) : string
//   (pattern: string, text: string, start?: integer, out found?: integer, *?) : boolean
//   (path: string|collection, ...values: variant) : collection
//
//   name: type     mandatory            name?: type    may be left out
//   out / inout    a variable that the function writes (inout: also reads)
//   ...name: type  any number           * / *?         the star flag
//   types: variant (also: any) string number integer boolean date time object collection picture blob pointer
//          function (formula or function) variable, 4D.Name, cs.Name; alternatives with |
//   : type behind the parentheses: the result; absent when there is none
//
// Thread-safety: immutable after reading.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

enum class Passing : std::uint8_t { in, out, inout };

struct TypeSet {
  // Bit 1 << Type for the value types that are taken as they are. Functions, built-in and user class instances are
  // handles or objects: `classNames` narrows them ("4D.File", "cs.Invoice", "4D.Function").
  std::uint32_t types = 0;
  std::vector<std::string> classNames;
  bool any = false;  // variant: nothing is checked or converted
  std::string text;  // as written: for messages and help

  bool has(Type type) const { return any || (types >> static_cast<unsigned>(type) & 1U) != 0; }
};

struct Parameter {
  std::string name;  // "" for the star flag
  TypeSet type;
  Passing passing = Passing::in;
  bool optional = false;
  bool star = false;
};

struct Signature {
  std::vector<Parameter> parameters;
  bool variadic = false;  // the last parameter repeats, zero or more times
  std::size_t mandatory = 0;
  TypeSet result;
  bool hasResult = false;

  bool writesArguments() const;
};

// Error: a malformed signature (a mistake in a row: a test reads all of them).
Result<Signature> readSignature(std::string_view text);

}  // namespace qodly::script::vm
