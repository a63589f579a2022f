#include "script/library/function_class.h"

#include <array>

#include "script/library/collection_support.h"
#include "script/vm/function.h"
#include "script/vm/process.h"

namespace qodly::script::library {

namespace {

// f.call({thisObject {, parameters}})
Result<Value> call(vm::Call& call) {
  const Value receiver = call.given(0) ? call.at(0) : Value::null();
  return call.process().call(call.self(), receiver, call.from(1));
}

// f.apply({thisObject {, collection of parameters}})
Result<Value> apply(vm::Call& call) {
  const Value receiver = call.given(0) ? call.at(0) : Value::null();
  if (call.collection(1) == nullptr) return call.process().call(call.self(), receiver, {});
  const Elements parameters(*call.collection(1), true);
  return call.process().call(call.self(), receiver, parameters.span());
}

Result<Value> source(vm::Call& call) {
  const vm::Function* function = vm::Function::from(call.self());
  return Value::text(function != nullptr ? function->source() : std::string());
}

Result<Value> formulaFromString(vm::Call& call) {
  return call.process().formula(call.text(0), call.process().runsFourD());
}

constexpr auto commands = std::to_array<vm::FunctionRow>({
    {"formulaFromString", "(text: string, context?: integer) : 4D.Function", formulaFromString,
     "The formula that a text holds; it sees the whole application, whatever the context."},
});

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"call", "(thisObject?: variant, ...parameters: variant) : variant", call, "Runs it with `this` and parameters."},
    {"apply", "(thisObject?: variant, parameters?: collection) : variant", apply,
     "Runs it with `this` and the parameters of a collection."},
});

constexpr auto properties =
    std::to_array<vm::PropertyRow>({{"source", "string", source, nullptr, "The text it was made from."}});

}  // namespace

std::span<const vm::FunctionRow> functionCommands() { return commands; }

const vm::NativeClass& functionClass() {
  static constexpr vm::NativeClass definition{
      "Function", "Object", functions, properties, nullptr, "A formula or a function.", false};
  return definition;
}

}  // namespace qodly::script::library
