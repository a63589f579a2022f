#include "script/library/language_commands.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "script/syntax/names.h"
#include "script/vm/codes.h"
#include "script/vm/machine.h"
#include "script/vm/operators.h"
#include "script/vm/pointer.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

using vm::Call;

Result<Value> type(Call& call) { return Value::integer(vm::valueTypeCode(call.at(0))); }

Result<Value> countParameters(Call& call) {
  return Value::integer(static_cast<std::int64_t>(call.process().machine().passedArguments().size()));
}

Result<Value> copyParameters(Call& call) {
  const std::vector<Value> passed = call.process().machine().passedArguments();
  Value copy = call.process().newCollection();
  const std::int64_t from = std::max<std::int64_t>(call.integer(0, 1), 1);
  for (std::size_t i = static_cast<std::size_t>(from) - 1; i < passed.size(); ++i) copy.asCollection().push(passed[i]);
  return copy;
}

Result<Value> formula(Call& /*call*/) {
  return std::unexpected(hostError(code::badCallback, "formula(...) takes an expression between its parentheses."));
}

Result<Value> getPointer(Call& call) {
  const std::string_view name = call.text(0);
  if (name.starts_with("<>")) {
    return vm::Pointer::toVariable(vm::Pointer::Sort::interprocess, "<>" + syntax::foldName(name.substr(2)));
  }
  if (name.empty() || name.starts_with('$')) {
    return std::unexpected(hostError(
        code::unknownName, fmt::format("Get pointer: '{}' is no process variable; take the address with '->'.", name)));
  }
  return vm::Pointer::toVariable(vm::Pointer::Sort::process, syntax::foldName(name));
}

Result<Value> isNil(Call& call) { return Value::boolean(call.at(0).isMissing() || vm::isNilPointer(call.at(0))); }

Result<Value> nothing(Call& /*call*/) { return Value::null(); }
Result<Value> accepted(Call& /*call*/) { return Value(); }

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"type", "(aVariable: variable) : integer", &type, "Type code of a variable, as it is declared."},
    {"countParameters", "() : integer", &countParameters, "Number of parameters that were really passed."},
    {"copyParameters", "(startFrom?: integer) : collection", &copyParameters,
     "The parameters that were passed, from one on."},
    {"formula", "(expression: variant) : 4D.Function", &formula,
     "A function made of an expression, which is evaluated when the function is called."},
    {"Get pointer", "(variableName: string) : pointer", &getPointer, "Pointer to the process variable of that name."},
    {"Nil", "(aPointer: variant) : boolean", &isNil, "Whether a pointer points to nothing."},
    {"Is nil pointer", "(aPointer: variant) : boolean", &isNil, "Whether a pointer points to nothing."},
    {"Form", "() : object", &nothing, "Null: there are no desktop forms on the server."},
    {"WEB START SERVER", "()", &accepted, "No effect: the web server runs."},
    {"WEB STOP SERVER", "()", &accepted, "No effect: the web server goes on."},
    {"WEB SET ROOT FOLDER", "(rootFolder: string)", &accepted, "No effect."},
    {"FLUSH CACHE", "(size?: variant, *?)", &accepted, "No effect: data is written when it is saved."},
});

}  // namespace

std::span<const vm::FunctionRow> languageCommands() { return rows; }

}  // namespace qodly::script::library
