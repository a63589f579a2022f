// What the compiler asks, answered from the library and a program: for code that is made while others run (formulas
// from text, expressions of a debugger).
#pragma once

#include "script/compile/environment.h"
#include "script/vm/builtins.h"

namespace qodly::script::vm {

class Program;

// Refers to both during its life; `program` may be nullptr.
class RunningEnvironment final : public compile::Environment {
 public:
  RunningEnvironment(const Builtins& builtins, const Program* program) : builtins_(builtins), program_(program) {}

  std::optional<std::uint32_t> command(std::string_view canonical) const override;
  const Signature& commandSignature(std::uint32_t index) const override;
  bool isUnavailable(std::string_view canonical) const override;
  std::optional<Value> constant(std::string_view canonical) const override;
  compile::DeclaredType processVariable(std::string_view name, bool interprocess) const override;

 private:
  const Builtins& builtins_;
  const Program* program_;
};

}  // namespace qodly::script::vm
