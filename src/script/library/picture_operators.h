// Operators between pictures and numbers (language.md 6.3): joining, moving, resizing. A service of the runtime.
#pragma once

#include "script/vm/operators.h"

namespace qodly::script::library {

class PictureArithmetic final : public vm::PictureOperators {
 public:
  // Error -20002 for what pictures cannot do, -20019 for a result of more than 100 million pixels.
  Result<Value> apply(syntax::BinaryOperator op, const Value& left, const Value& right) const override;
};

}  // namespace qodly::script::library
