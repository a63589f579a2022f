// What `this` is in a constructor until the parent's constructor was called (language.md 14.6).
#pragma once

#include "script/vm/codes.h"
#include "value/value.h"

namespace qodly::script::vm {

class Unconstructed final : public Handle {
 public:
  static const char* kindName();
  const char* kind() const override { return kindName(); }
  static bool is(const Value& value) { return value.type() == Type::handle && value.asHandle().kind() == kindName(); }
  static Error used() {
    return hostError(code::thisTooEarly, "this cannot be used before super(...) has called the parent's constructor");
  }
};

}  // namespace qodly::script::vm
