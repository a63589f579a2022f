// Values made to fit what is declared: arguments of native functions (commands.md 1.3), variables, parameters and
// results (language.md 9.3, 10).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "script/vm/signature.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

// "a text", "null", "an object of class Invoice", "a 4D.File": for messages.
std::string describeType(const Value& value);

// Checks and converts the arguments of one call of `function` in place. `arguments` are those that were passed.
// Undefined and null for an optional parameter stay what they are; for a mandatory scalar they become its default.
// A star takes the place of optional parameters that were left out before it: then `arguments` is rearranged within
// `room` (whose first elements it is) and the new number of arguments is returned.
Result<std::size_t> prepareArguments(Process& process, std::string_view function, const Signature& signature,
                                     std::span<Value> room, std::size_t count);

// One value for one set of types; `what` begins the message of the error ("argument 2 of substring").
Result<> convertTo(Process& process, const TypeSet& type, bool optional, Value& value, std::string_view what);

// True when the value is an instance of the class "4D.File", "cs.Invoice", "4D.Function"...
bool isInstanceOf(Process& process, const Value& value, std::string_view className);

// The day of a text in full ISO form (yyyy-mm-dd, with or without a time): language.md 37. nullopt for any other text.
std::optional<Date> parseIsoDay(std::string_view text);

// The whole number nearest to `number`, halves away from zero; error -20007 when it is no 32-bit integer.
Result<std::int32_t> toInteger32(double number);

// The scalar blob inside a 4D.Blob object; nullptr when the value is none.
const Value* blobInside(Process& process, const Value& value);

}  // namespace qodly::script::vm
