// Values of a script as JSON text (commands.md 9.2).
#pragma once

#include <string>

#include "base/error.h"
#include "script/vm/process.h"
#include "value/value.h"

namespace qodly::script::library {

struct JsonOptions {
  bool pretty = false;  // one member a line, tab indentation
};

// Objects and collections in definition order; a scalar as JSON text of its own, a time as seconds. Instances are
// written with the results of their getters; entities, files and other handles as their layer says. Error -20012: an
// object or collection contains itself; any error of a getter.
Result<std::string> jsonText(vm::Process& process, const Value& value, const JsonOptions& options = {});

}  // namespace qodly::script::library
