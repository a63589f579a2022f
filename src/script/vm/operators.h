// The operators of the language on values (language.md 6 to 9). The interpreter does numbers and short cases itself
// and comes here for all others.
#pragma once

#include "base/error.h"
#include "script/syntax/tree.h"
#include "value/value.h"

namespace qodly::script::vm {

class Process;

// Pictures: what the picture library offers (combining, resizing). A service of the Runtime; without it combining
// pictures is an error.
class PictureOperators {
 public:
  virtual ~PictureOperators() = default;
  virtual Result<Value> apply(syntax::BinaryOperator op, const Value& left, const Value& right) const = 0;
};

// Every binary operator but `&&` and `||`. Errors -20002, -20004, -20006; -20019 for results that are too large.
Result<Value> applyOperator(Process& process, syntax::BinaryOperator op, const Value& left, const Value& right);
Result<Value> negate(const Value& operand);

// `==` (language.md 6.3, 6.4, 7, 9.2); never fails.
bool equalByLanguage(Process& process, const Value& left, const Value& right);
// Below, equal to or above 0; ordering of numbers, texts (right operand with trailing `@`), dates, times, Booleans.
// `op` is one of the four ordering operators.
Result<bool> orderByLanguage(Process& process, syntax::BinaryOperator op, const Value& left, const Value& right);

// Language truth (language.md 8).
bool isTruthy(const Value& value);
// `value == null`: null, undefined, an empty picture, a nil pointer.
bool isMissingValue(const Value& value);

// The codes that valueType gives (language.md 3).
std::int32_t valueTypeCode(const Value& value);

}  // namespace qodly::script::vm
