#include "script/vm/process_variables.h"

#include "script/vm/array_value.h"
#include "script/vm/machine.h"

namespace qodly::script::vm {

KeptVariables keepVariables(Process& process) {
  KeptVariables kept;
  for (const auto& [name, value] : process.machine().processVariables()) {
    auto copy = ArrayValue::from(value) != nullptr ? Result<Value>(value) : process.copyForOtherProcess(value);
    if (copy) kept.emplace_back(name, std::move(*copy));
  }
  return kept;
}

void restoreVariables(Process& process, KeptVariables variables) {
  (void)process.machine().program();  // the code may declare other types than that of the process before
  for (auto& [name, value] : variables) (void)process.machine().setVariable(name, std::move(value));
}

}  // namespace qodly::script::vm
