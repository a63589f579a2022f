// The result of a row made from the result of a step.
#pragma once

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::library {

// make(*step), or the step's error.
template <class T, class Make>
Result<Value> valueFrom(const Result<T>& step, const Make& make) {
  if (!step) return std::unexpected(step.error());
  return make(*step);
}

}  // namespace qodly::script::library
