#include "script/library/http_legacy.h"

#include <array>

#include "base/text.h"
#include "script/library/blob_class.h"
#include "script/library/http_class.h"
#include "script/vm/codes.h"
#include "script/vm/function.h"
#include "script/vm/process.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

// The answer's body as the variable takes it: what it holds now says which type is wanted.
Value bodyFor(const Value& wanted, const Value& bytes) {
  const std::string& body = bytes.asBlob().bytes;
  switch (wanted.type()) {
    case Type::picture:
      return Value::picture(body);
    case Type::null:  // an object or collection that holds nothing yet
    case Type::object:
    case Type::collection: {
      auto parsed = json::parse(body);
      return parsed ? std::move(*parsed) : Value::null();
    }
    case Type::blob:
    case Type::handle:
      return bytes;
    default:
      return Value::text(repairUtf8(body));
  }
}

// HTTP Get(url; response {; headers}): the status, 0 when there is no answer.
Result<Value> get(vm::Call& call) {
  vm::Process& process = call.process();
  const Value options = process.newObject();
  options.asObject().set("method", Value::text("GET"));
  options.asObject().set("dataType", Value::text("blob"));
  if (call.given(2) && call.at(2).isObject()) options.asObject().set("headers", call.at(2));
  const Value arguments[] = {Value::text(call.text(0)), options};
  const Ref<vm::Function> make = vm::Function::native(*httpRequestClass().constructor, nullptr);
  auto request = process.call(Value::handle(Ref<Handle>::sharing(make.get())), Value::null(), arguments);
  if (!request) return request;
  if (auto waited = process.callFunction(*request, "wait", {}); !waited) return waited;
  auto response = process.property(*request, "response");
  if (!response || !response->isObject()) return response ? Value::integer(0) : std::move(response);
  const Value body = response->asObject().get("body");
  if (const Value* bytes = blobIn(body)) call.setOut(1, bodyFor(call.at(1), *bytes));
  const Value status = response->asObject().get("status");
  return status.isNumber() ? Value::integer(static_cast<std::int64_t>(status.asNumber())) : Value::integer(0);
}

constexpr std::array rows{
    vm::FunctionRow{"HTTP Get", "(url: string, inout response?: variable, ...headers: variant) : integer", &get,
                    "Gets what is at a URL into a variable; the status of the answer, 0 without one."},
};

}  // namespace

std::span<const vm::FunctionRow> httpLegacyCommands() { return rows; }

}  // namespace qodly::script::library
