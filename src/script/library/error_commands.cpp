#include "script/library/error_commands.h"

#include <array>
#include <vector>

#include "base/text.h"
#include "script/library/json_text.h"
#include "script/vm/array_value.h"
#include "script/vm/codes.h"
#include "script/vm/debug_listener.h"
#include "script/vm/machine.h"
#include "script/vm/runtime_state.h"
#include "script/vm/shared.h"

namespace qodly::script::library {

namespace {

using vm::Call;
using vm::ScriptError;

constexpr std::int64_t localScope = 0;
constexpr std::int64_t globalScope = 1;

Result<Value> onErrCall(Call& call) {
  vm::Machine& machine = call.process().machine();
  if (machine.inErrorMethod()) {
    return std::unexpected(hostError(code::processMisuse, "onErrCall cannot be used in an error method"));
  }
  const std::int64_t scope = call.integer(1, localScope);
  if (scope == localScope) machine.installErrorMethod(std::string(call.text(0)));
  if (scope == globalScope) {
    vm::Runtime::Shared& shared = call.process().runtime().shared();
    const std::lock_guard guard(shared.mutex);
    shared.globalErrorMethod = call.text(0);
  }
  return Value();
}

Result<Value> methodCalledOnError(Call& call) {
  const std::int64_t scope = call.integer(0, localScope);
  if (scope == localScope) return Value::text(call.process().machine().errorMethod().name);
  if (scope != globalScope) return Value::text("");
  vm::Runtime::Shared& shared = call.process().runtime().shared();
  const std::lock_guard guard(shared.mutex);
  return Value::text(shared.globalErrorMethod);
}

Value describe(vm::Process& process, const ScriptError& error) {
  Value object = process.newObject();
  if (error.properties) {
    for (const Object::Member& member : error.properties->members()) {
      object.asObject().set(member.name, member.value);
    }
  }
  object.asObject().set("errCode", Value::real(error.code));
  object.asObject().set("message", Value::text(error.message));
  object.asObject().set("componentSignature", Value::text(error.component));
  return object;
}

Result<Value> lastErrors(Call& call) {
  const auto& errors = call.process().errors().errors();
  if (errors.empty()) return Value::null();
  Value list = call.process().newCollection();
  for (auto at = errors.rbegin(); at != errors.rend(); ++at) {
    list.asCollection().push(describe(call.process(), *at));
  }
  return list;
}

// Gives the elements to an array variable; one that nothing has declared becomes an array of that kind.
Result<> fillArray(Call& call, std::size_t argument, vm::ArrayKind kind, const std::vector<Value>& elements) {
  Ref<vm::ArrayValue> made;
  auto* array = vm::ArrayValue::from(call.at(argument));
  if (array == nullptr && call.at(argument).isUndefined()) {
    made = vm::ArrayValue::make(kind);
    array = made.get();
    call.setOut(argument, Value::handle(Ref<Handle>::sharing(array)));
  }
  if (array == nullptr) return std::unexpected(call.wrongArgument(argument, "an array"));
  if (auto sized = array->resize(static_cast<std::int64_t>(elements.size())); !sized) return sized;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (auto written = array->write(static_cast<std::int64_t>(i) + 1, elements[i]); !written) return written;
  }
  return {};
}

// GET LAST ERROR STACK(codes; components; messages): the current errors, the most recent one last.
Result<Value> lastErrorStack(Call& call) {
  std::vector<Value> codes, components, messages;
  for (const ScriptError& error : call.process().errors().errors()) {
    codes.push_back(Value::integer(error.code));
    components.push_back(Value::text(std::string_view(error.component)));
    messages.push_back(Value::text(std::string_view(error.message)));
  }
  if (auto done = fillArray(call, 0, vm::ArrayKind::longint, codes); !done) return std::unexpected(done.error());
  if (auto done = fillArray(call, 1, vm::ArrayKind::text, components); !done) return std::unexpected(done.error());
  if (auto done = fillArray(call, 2, vm::ArrayKind::text, messages); !done) return std::unexpected(done.error());
  return Value();
}

std::string defaultMessage(std::int64_t number, std::string_view component) {
  return "Error code: " + std::to_string(number) + " (" + std::string(component) + ")";
}

Value memberOf(const Object& object, std::string_view name) {
  const vm::ReadGuard guard(object);
  const Value* value = object.find(name);
  return value != nullptr ? *value : Value();
}

// `{name}` in a message stands for the property of that name; what cannot be written as JSON leaves it as it is.
std::string filled(vm::Process& process, std::string_view message, const Object& properties) {
  std::string text;
  std::size_t at = 0;
  while (at < message.size()) {
    const std::size_t open = message.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : message.find('}', open);
    if (close == std::string_view::npos) break;
    const Value value = memberOf(properties, message.substr(open + 1, close - open - 1));
    text.append(message.substr(at, open - at));
    if (value.isUndefined()) {
      text.append(message.substr(open, close + 1 - open));
    } else if (value.isText()) {
      text.append(value.asText());
    } else if (value.isNumber()) {
      appendReal(value.asNumber(), text);
    } else {
      const auto written = jsonText(process, value);
      text.append(written ? std::string_view(*written) : message.substr(open, close + 1 - open));
    }
    at = close + 1;
  }
  return text.append(message.substr(at));
}

// Texts of the application's own errors; set by the layer that reads translation files.
std::string translated(vm::Process& process, std::string_view component, std::int64_t number) {
  const auto* texts = process.runtime().service<vm::ErrorTexts>();
  if (texts == nullptr) return {};
  return texts->text(process, "ERR_" + std::string(component) + "_" + std::to_string(number));
}

ScriptError errorOf(vm::Process& process, const Object& thrown) {
  ScriptError error;
  const auto textOf = [&](std::string_view name) {
    const Value value = memberOf(thrown, name);
    return value.isText() ? std::string(value.asText()) : std::string();
  };
  const Value number = memberOf(thrown, "errCode");
  error.code = number.isNumber() ? static_cast<int>(number.asNumber()) : code::thrown;
  if (const std::string component = textOf("componentSignature"); !component.empty()) error.component = component;
  const Value deferred = memberOf(thrown, "deferred");
  error.deferred = deferred.type() == Type::boolean && deferred.asBoolean();
  std::string message = textOf("message");
  if (message.empty()) message = translated(process, error.component, error.code);
  error.message = message.empty() ? defaultMessage(error.code, error.component) : filled(process, message, thrown);
  error.properties = Object::make(process.heap());
  const vm::ReadGuard guard(thrown);
  for (const Object::Member& member : thrown.members()) {
    if (member.name != "deferred") error.properties->set(member.name, member.value);
  }
  return error;
}

Result<Value> raise(Call& call) {
  vm::Process& process = call.process();
  if (!call.given(0)) {
    const std::vector<ScriptError> errors = process.errors().errors();
    process.errors().clear();
    for (const ScriptError& error : errors) process.throwDeferred(error);
    return Value();
  }
  ScriptError error;
  if (call.at(0).isNumber()) {
    error.code = static_cast<int>(call.integer(0));
    error.message = call.given(1) ? std::string(call.text(1)) : defaultMessage(error.code, error.component);
  } else if (call.object(0) != nullptr) {
    error = errorOf(process, *call.object(0));
  } else {
    return std::unexpected(call.wrongArgument(0, "an error code or an object"));
  }
  if (error.deferred) {
    process.throwDeferred(std::move(error));
    return Value();
  }
  return std::unexpected(process.machine().prepareThrow(std::move(error)));
}

Result<Value> abort(Call& call) {
  vm::Machine& machine = call.process().machine();
  machine.abort();
  return std::unexpected(hostError(code::interrupted, "the execution was aborted"));
}

Result<Value> callChain(Call& call) {
  Value chain = call.process().newCollection();
  for (const vm::TraceLine& line : call.process().machine().trace()) {
    const Value element = call.process().newObject();
    element.asObject().set("database", Value::text(call.process().runtime().applicationName));
    element.asObject().set("line", Value::real(line.line));
    element.asObject().set("name", Value::text(line.name));
    element.asObject().set("type", Value::text(line.type));
    chain.asCollection().push(element);
  }
  return chain;
}

Result<Value> currentMethodName(Call& call) {
  const auto frames = call.process().machine().frames();
  if (frames.empty()) return Value::text("");
  const compile::Code& running = *frames.back().code;
  if (running.kind == compile::CodeKind::formula) {
    return std::unexpected(hostError(code::processMisuse, "currentMethodName cannot be used in a formula"));
  }
  return Value::text(running.name);
}

std::unexpected<Error> failedAssertion(const Call& call) {
  return std::unexpected(hostError(code::assertion, "Assert failed: " + std::string(call.text(1))));
}

Result<Value> assertTrue(Call& call) {
  if (call.process().machine().assertionsEnabled() && !call.boolean(0)) return failedAssertion(call);
  return Value();
}

Result<Value> asserted(Call& call) {
  if (call.process().machine().assertionsEnabled() && !call.boolean(0)) return failedAssertion(call);
  return Value::boolean(call.boolean(0));
}

Result<Value> setAssertEnabled(Call& call) {
  if (call.star(1)) {
    call.process().machine().assertions = call.boolean(0);
  } else {
    call.process().machine().assertions.reset();
    call.process().runtime().shared().assertions.store(call.boolean(0));
  }
  return Value();
}

Result<Value> getAssertEnabled(Call& call) { return Value::boolean(call.process().machine().assertionsEnabled()); }

Result<Value> trace(Call& call) {
  if (vm::DebugListener* listener = call.process().machine().listener()) {
    if (auto done = listener->atTrace(call.process()); !done) return std::unexpected(done.error());
  }
  return Value();
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"onErrCall", "(errorMethod: string, scope?: integer)", &onErrCall,
     "Installs the method that is called for errors; \"\" removes it."},
    {"methodCalledOnError", "(scope?: integer) : string", &methodCalledOnError, "Name of the installed error method."},
    {"lastErrors", "() : collection", &lastErrors, "The current errors, the most recent one first; null when none."},
    {"GET LAST ERROR STACK", "(inout codes: variable, inout components: variable, inout messages: variable)",
     &lastErrorStack, "Fills three arrays with the current errors, the most recent one last."},
    {"throw", "(error?: integer|object, description?: string)", &raise,
     "Raises an error, or all current ones again when nothing is given."},
    {"abort", "()", &abort, "In an error method: stops the interrupted code."},
    {"callChain", "() : collection", &callChain, "The calls that are running, the innermost one first."},
    {"currentMethodName", "() : string", &currentMethodName, "Name of the running method or function."},
    {"assert", "(condition: boolean, message?: string)", &assertTrue, "Raises an error when the condition is false."},
    {"asserted", "(condition: boolean, message?: string) : boolean", &asserted,
     "Raises an error when the condition is false; gives the condition."},
    {"setAssertEnabled", "(enabled: boolean, *?)", &setAssertEnabled,
     "Switches assertions on or off; with * in the current process only."},
    {"getAssertEnabled", "() : boolean", &getAssertEnabled, "Whether assertions are checked."},
    {"trace", "()", &trace, "Stops in the debugger when one is attached."},
});

}  // namespace

std::span<const vm::FunctionRow> errorCommands() { return rows; }

}  // namespace qodly::script::library
