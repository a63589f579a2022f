// What the compiler asks about the world, answered from the library and from what Compiler_* methods declare.
#pragma once

#include <string_view>

#include "script/compile/environment.h"
#include "script/syntax/tree.h"
#include "script/vm/builtins.h"
#include "script/vm/program.h"

namespace qodly::script::build {

// Fill it (declare), then share it: safe to read from many threads. `builtins` must outlive it.
class BuildEnvironment final : public compile::Environment {
 public:
  explicit BuildEnvironment(const vm::Builtins& builtins) : builtins_(builtins) {}

  // Takes the types of process and interprocess variables from the directives of a Compiler_* method (language.md 32).
  void declare(const syntax::Tree& compilerMethod);
  static bool isCompilerMethod(std::string_view name);
  const vm::Program::VariableTypes& variableTypes() const { return variables_; }

  std::optional<std::uint32_t> command(std::string_view canonical) const override;
  const vm::Signature& commandSignature(std::uint32_t index) const override;
  bool isUnavailable(std::string_view canonical) const override;
  std::optional<Value> constant(std::string_view canonical) const override;
  compile::DeclaredType processVariable(std::string_view name, bool interprocess) const override;

 private:
  void declare(syntax::Block block);
  const vm::Builtins& builtins_;
  vm::Program::VariableTypes variables_;
};

}  // namespace qodly::script::build
