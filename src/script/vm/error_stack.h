// The errors of a language process as scripts see them (language.md 19).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "value/value.h"

namespace qodly::script::vm {

// One active call when the error was raised, innermost first.
struct TraceLine {
  std::string name;  // "methodName", "Class.function", "Class:constructor", "formula"
  std::string type;  // "projectMethod", "classFunction", "executeFormula"
  std::string file;  // as the project spells it; "" for formulas from text
  std::uint32_t line = 0;
};

struct ScriptError {
  int code = 0;
  std::string message;
  std::string component = "host";
  bool deferred = false;
  Ref<Object> properties;  // free properties of throw(object); may be null
  std::vector<TraceLine> trace;
};

// Oldest first. lastErrors lists it the other way round. Used by its process alone.
class ErrorStack {
 public:
  const std::vector<ScriptError>& errors() const { return errors_; }
  bool empty() const { return errors_.empty(); }
  void push(ScriptError error) { errors_.push_back(std::move(error)); }
  void clear() { errors_.clear(); }

 private:
  std::vector<ScriptError> errors_;
};

}  // namespace qodly::script::vm
