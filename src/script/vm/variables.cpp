// Process and interprocess variables and what pointers lead to (language.md 32, 35).
#include "script/vm/array_value.h"
#include "script/vm/codes.h"
#include "script/vm/convert_value.h"
#include "script/vm/machine.h"
#include "script/vm/pointer.h"
#include "script/vm/program.h"
#include "script/vm/properties.h"
#include "script/vm/runtime_state.h"

namespace qodly::script::vm {

namespace {

bool isInterprocess(const std::string& name) { return name.starts_with("<>"); }

std::unexpected<Error> nilPointer() {
  return std::unexpected(hostError(code::missingValue, "the pointer leads nowhere (nil)"));
}

}  // namespace

Value Machine::variable(const std::string& foldedName) {
  const auto fallback = [&] { return program_ ? compile::defaultOf(program_->variableType(foldedName)) : Value(); };
  if (isInterprocess(foldedName)) {
    Runtime::Shared& shared = process_.runtime().shared();
    const std::lock_guard guard(shared.mutex);
    const auto found = shared.interprocess.find(foldedName);
    return found == shared.interprocess.end() ? fallback() : found->second;
  }
  const auto found = processVariables_.find(foldedName);
  return found == processVariables_.end() ? fallback() : found->second;
}

Result<> Machine::setVariable(const std::string& foldedName, Value value) {
  const auto selected = assignToArray(variable(foldedName), value);
  if (!selected) return std::unexpected(selected.error());
  if (*selected) return {};
  if (program_ && ArrayValue::from(value) == nullptr) {
    auto done = convertToDeclared(process_, program_->variableType(foldedName), Conversion::assignment, value);
    if (!done) return done;
  }
  if (!isInterprocess(foldedName)) {
    processVariables_[foldedName] = std::move(value);
    return {};
  }
  // Seen by all processes: plain containers are copied, so that no two processes hold the same one.
  auto copied = ArrayValue::from(value) != nullptr ? Result<Value>(value) : process_.copyForOtherProcess(value);
  if (!copied) return std::unexpected(copied.error());
  publish(*copied);
  Value old;
  Runtime::Shared& shared = process_.runtime().shared();
  const std::lock_guard guard(shared.mutex);
  Value& slot = shared.interprocess[foldedName];
  old = std::exchange(slot, std::move(*copied));
  return {};
}

Result<Value> Machine::pointed(const Value& value) {
  const Pointer* pointer = Pointer::from(value);
  if (pointer == nullptr) {
    if (value.isMissing()) return nilPointer();
    return std::unexpected(hostError(code::wrongType, "a pointer is expected, " + describeType(value) + " was given"));
  }
  switch (pointer->sort()) {
    case Pointer::Sort::cell:
      return Cell::from(pointer->target())->value;
    case Pointer::Sort::process:
    case Pointer::Sort::interprocess:
      return variable(pointer->name());
    case Pointer::Sort::element:
      return braceElement(*this, pointer->target(), Value::integer(pointer->index()));
    case Pointer::Sort::table:
      return pointer->target();
  }
  return nilPointer();
}

Result<> Machine::setPointed(const Value& target, Value value) {
  const Pointer* pointer = Pointer::from(target);
  if (pointer == nullptr) {
    if (target.isMissing()) return nilPointer();
    return std::unexpected(hostError(code::wrongType, "a pointer is expected, " + describeType(target) + " was given"));
  }
  switch (pointer->sort()) {
    case Pointer::Sort::cell: {
      Cell& cell = *Cell::from(pointer->target());
      const auto selected = assignToArray(cell.value, value);
      if (!selected) return std::unexpected(selected.error());
      if (*selected) return {};
      if (auto done = convertToDeclared(process_, cell.type(), Conversion::assignment, value); !done) return done;
      cell.value = std::move(value);
      return {};
    }
    case Pointer::Sort::process:
    case Pointer::Sort::interprocess:
      return setVariable(pointer->name(), std::move(value));
    case Pointer::Sort::element: {
      Value array = pointer->target();
      return setBraceElement(*this, array, Value::integer(pointer->index()), value);
    }
    case Pointer::Sort::table:
      break;
  }
  return std::unexpected(hostError(code::notOnServer, "a table cannot be assigned"));
}

}  // namespace qodly::script::vm
