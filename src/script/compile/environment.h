// What the compiler asks about the world around a file: the library's commands and constants, and the project's
// methods and process variables. The checker asks more: see knowledge.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "script/compile/code.h"
#include "script/vm/signature.h"
#include "value/value.h"

namespace qodly::script::compile {

// Implementations must be safe to read from many threads; what is returned by pointer lives as long as they do.
class Environment {
 public:
  virtual ~Environment() = default;

  // Place of a command in the library (Builtins::commands), by its canonical name; nullopt when it has none.
  virtual std::optional<std::uint32_t> command(std::string_view canonical) const = 0;
  virtual const vm::Signature& commandSignature(std::uint32_t index) const = 0;
  // The name is known and executing it raises -20027.
  virtual bool isUnavailable(std::string_view canonical) const = 0;
  virtual std::optional<Value> constant(std::string_view canonical) const = 0;
  // The type that Compiler_* methods give a process variable (interprocess: <>name); variant when they say nothing.
  virtual DeclaredType processVariable(std::string_view name, bool interprocess) const = 0;
};

}  // namespace qodly::script::compile
