#include "script/library/web_server_class.h"

#include <array>

#include "script/vm/codes.h"
#include "script/vm/process.h"
#include "script/vm/runtime.h"

namespace qodly::script::library {

namespace {

class WebServer final : public vm::NativeObject {
 public:
  static const vm::NativeClass& classOf() { return webServerClass(); }
  const vm::NativeClass& nativeClass() const override { return webServerClass(); }
};

bool isServed(const vm::Call& call) { return call.process().runtime().service<ServedApplication>() != nullptr; }

Result<Value> start(vm::Call& call) {
  const bool served = isServed(call);
  auto errors = Collection::make();
  if (!served) {
    const Ref<Object> error = Object::make();
    error->set("message", Value::text("The HTTP server is started by qodly serve"));
    errors->push(Value::object(error));
  }
  const Ref<Object> status = Object::make();
  status->set("success", Value::boolean(served));
  status->set("errors", Value::collection(std::move(errors)));
  return Value::object(status);
}

Result<Value> stop(vm::Call&) {
  return std::unexpected(hostError(code::notOnServer, "The HTTP server is stopped by ending qodly serve"));
}

Result<Value> isRunning(vm::Call& call) { return Value::boolean(isServed(call)); }

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"start", "(settings?: object) : object", &start,
     "Tells whether the server runs ({success, errors}); the settings are those of the environment, none is taken from "
     "here."},
    {"stop", "()", &stop, "Raises an error: the server ends with qodly serve."},
});

constexpr auto properties = std::to_array<vm::PropertyRow>({
    {"isRunning", "boolean", &isRunning, nullptr, "Whether an HTTP server shows the application."},
});

Result<Value> webServer(vm::Call&) { return vm::handleValue(Ref<WebServer>(new WebServer())); }

constexpr std::array rows{
    vm::FunctionRow{"webServer", "(option?: integer) : 4D.WebServer", &webServer,
                    "The server that shows the application."},
};

}  // namespace

const vm::NativeClass& webServerClass() {
  static const vm::NativeClass definition{
      "WebServer", "Object", functions, properties, nullptr, "The server that shows the application.", false};
  return definition;
}

std::span<const vm::FunctionRow> webServerCommands() { return rows; }

}  // namespace qodly::script::library
