#include "script/library/collection_callback.h"

#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

void store(Object& object, std::string_view name, std::uint32_t& position, const Value& value) {
  if (Value* place = object.find(name, position)) {
    *place = value;
  } else {
    object.set(name, value);
  }
}

// The project method as a function value; undefined when there is none.
Value methodNamed(const vm::Process& process, std::string_view name) {
  const std::shared_ptr<const vm::Program> program = process.runtime().program();
  const compile::Code* code = program ? program->method(name) : nullptr;
  if (code == nullptr) return {};
  return Value::handle(Ref<Handle>::sharing(vm::Function::user(program->unitOf(*code), *code, nullptr).get()));
}

}  // namespace

Callback::Callback(vm::Process& process, Value parameter, std::span<const Value> extra)
    : process_(process), parameter_(std::move(parameter)) {
  arguments_.reserve(extra.size() + 1);
  arguments_.push_back(parameter_);
  arguments_.insert(arguments_.end(), extra.begin(), extra.end());
}

Result<std::unique_ptr<Callback>> Callback::make(const vm::Call& call, std::size_t argument) {
  return make(call, call.at(argument), call.from(argument + 1));
}

Result<std::unique_ptr<Callback>> Callback::make(const vm::Call& call, const Value& function,
                                                 std::span<const Value> extra) {
  const bool named = function.isText() && !function.asText().empty();
  if (!named && vm::Function::from(function) == nullptr) {
    return std::unexpected(
        hostError(code::badCallback, "A callback is expected here: a formula, a function or the name of a method"));
  }
  vm::Process& process = call.process();
  std::unique_ptr<Callback> callback(new Callback(process, process.newObject(), extra));
  if (!named) {
    callback->caller_ = std::make_unique<vm::Process::Caller>(process, function, callback->parameter_);
  } else if (const Value method = methodNamed(process, function.asText()); !method.isUndefined()) {
    callback->caller_ = std::make_unique<vm::Process::Caller>(process, method, callback->parameter_);
  } else if (function.asText().find('.') != std::string_view::npos) {
    callback->function_ = function.asText();
  } else {
    return std::unexpected(
        hostError(code::unknownName, "there is no method " + std::string(function.asText()) + " to call back"));
  }
  return callback;
}

Result<Value> Callback::run() {
  Object& parameter = parameter_.asObject();
  store(parameter, "stop", stop_, Value::boolean(false));
  if (parameter.find("result", result_) != nullptr) parameter.remove("result");
  auto returned = caller_ ? (*caller_)(arguments_) : process_.callMethod(function_, arguments_);
  if (!returned || !returned->isUndefined()) return returned;
  return parameter_.asObject().get("result");
}

Result<Value> Callback::operator()(const Value& element) {
  store(parameter_.asObject(), "value", value_, element);
  return run();
}

Result<bool> Callback::test(const Value& element) {
  auto result = (*this)(element);
  if (!result) return std::unexpected(result.error());
  return result->type() == Type::boolean && result->asBoolean();
}

Result<bool> Callback::less(const Value& left, const Value& right) {
  store(parameter_.asObject(), "value", value_, left);
  store(parameter_.asObject(), "value2", value2_, right);
  auto result = run();
  if (!result) return std::unexpected(result.error());
  return result->type() == Type::boolean && result->asBoolean();
}

bool Callback::stopped() {
  const Value* stop = parameter_.asObject().find("stop", stop_);
  return stop != nullptr && stop->type() == Type::boolean && stop->asBoolean();
}

void Callback::setAccumulator(const Value& value) { parameter_.asObject().set("accumulator", value); }

Value Callback::accumulator() const { return parameter_.asObject().get("accumulator"); }

}  // namespace qodly::script::library
