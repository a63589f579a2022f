#include "script/vm/environment.h"

#include "script/syntax/names.h"
#include "script/vm/program.h"

namespace qodly::script::vm {

std::optional<std::uint32_t> RunningEnvironment::command(std::string_view canonical) const {
  return builtins_.command(canonical);
}

const Signature& RunningEnvironment::commandSignature(std::uint32_t index) const {
  return builtins_.commands()[index].signature;
}

bool RunningEnvironment::isUnavailable(std::string_view canonical) const { return builtins_.isUnavailable(canonical); }

std::optional<Value> RunningEnvironment::constant(std::string_view canonical) const {
  return builtins_.constant(canonical);
}

compile::DeclaredType RunningEnvironment::processVariable(std::string_view name, bool interprocess) const {
  if (program_ == nullptr) return {};
  return {program_->variableType((interprocess ? "<>" : "") + syntax::foldName(name)), {}};
}

}  // namespace qodly::script::vm
