// Handles whose attributes are read so often that the way through HandleType::property costs too much.
#pragma once

#include "script/vm/handle_type.h"

namespace qodly::script::vm {

class QuickType : public HandleType {
 public:
  // An attribute that is a plain value at hand: true, and `value` is it. False says nothing: property() is asked then.
  // `name` stands in compiled code, so its address is that of the place that reads.
  virtual bool quickly(const Handle& handle, std::string_view name, Value& value) const = 0;
};

}  // namespace qodly::script::vm
