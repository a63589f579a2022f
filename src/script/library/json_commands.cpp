#include "script/library/json_commands.h"

#include <array>

#include <fmt/format.h>

#include "script/library/json_pointers.h"
#include "script/library/json_schema.h"
#include "script/library/json_symbols.h"
#include "script/library/json_text.h"
#include "script/library/value_conversion.h"
#include "script/vm/codes.h"
#include "script/vm/process.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::string_view symbolsName = "__symbols";

// The same error with line and column of the text in its message: what a script reports.
Error withPlace(const Error& error) {
  if (!error.where()) return error;
  return {
      error.code(), error.component(),
      fmt::format("{} at line {}, column {} of the text", error.message(), error.where()->line, error.where()->column)};
}

// What the value of a JSON text takes: containers and texts are counted generously, for big texts only.
std::size_t memoryOfJson(std::string_view text) {
  constexpr std::size_t big = std::size_t{1} << 20;
  constexpr std::size_t perContainer = 200, perMember = 64, perElement = sizeof(Value);
  if (text.size() < big) return text.size();
  std::size_t bytes = text.size();
  for (const char c : text) {
    if (c == '{' || c == '[') bytes += perContainer;
    if (c == ':') bytes += perMember;
    if (c == ',') bytes += perElement;
  }
  return bytes;
}

// jsonParse(text {, type} {, *})
Result<Value> parseJson(vm::Call& call) {
  json::ParseOptions options;
  options.heap = &call.process().heap();
  const std::string_view text = call.text(0);
  if (auto charged = call.process().charge(memoryOfJson(text)); !charged) return std::unexpected(charged.error());
  auto value = json::parse(text, options);
  if (!value) return std::unexpected(withPlace(value.error()));
  if (value->type() == Type::integer) value = Value::real(value->asNumber());
  const bool symbols = call.star(2) || call.star(1);
  if (call.given(1) && call.at(1).isNumber()) {
    value = convertedTo(call.process(), *value, call.integer(1));
    if (!value) return value;
  }
  if (symbols && value->isObject()) {
    value->asObject().set(symbolsName, jsonSymbols(text, call.process().heap()));
  }
  return value;
}

Result<Value> stringify(vm::Call& call) {
  auto text = jsonText(call.process(), call.at(0), {call.star(1)});
  if (!text) return std::unexpected(text.error());
  return Value::text(std::move(*text));
}

// Where the property of a path stood in the text; of an element: the collection that holds it.
const Object* placeOf(const Value& symbols, std::string_view path) {
  if (!symbols.isObject()) return nullptr;
  for (;;) {
    const Value* place = symbols.asObject().find(path);
    if (place != nullptr && place->isObject()) return &place->asObject();
    if (!path.ends_with(']')) return nullptr;
    path = path.substr(0, path.rfind('['));
  }
}

Value faultObject(vm::Process& process, const SchemaFault& fault, const Value& symbols) {
  Value object = process.newObject();
  Object& members = object.asObject();
  members.set("code", Value::real(fault.code));
  members.set("message", Value::text(fault.message));
  members.set("jsonPath", Value::text(fault.jsonPath));
  members.set("schemaPaths", Value::text(fault.schemaPath));
  if (const Object* place = placeOf(symbols, fault.jsonPath)) {
    members.set("line", place->get("line"));
    members.set("offset", place->get("offset"));
  }
  return object;
}

// The value without what jsonParse with `*` added to it.
Value withoutSymbols(vm::Process& process, const Value& value) {
  if (!value.isObject() || value.asObject().find(symbolsName) == nullptr) return value;
  Value plain = process.newObject();
  for (const Object::Member& member : value.asObject().members()) {
    if (member.name != symbolsName) plain.asObject().set(member.name, member.value);
  }
  return plain;
}

Result<Value> validate(vm::Call& call) {
  if (hasCycle(call.at(0)) || hasCycle(call.at(1))) {
    return std::unexpected(hostError(code::recursion, "jsonValidate cannot check an object that contains itself"));
  }
  const auto schema = JsonSchema::compile(withoutSymbols(call.process(), call.at(1)));
  if (!schema) return std::unexpected(schema.error());
  const auto faults = schema->validate(withoutSymbols(call.process(), call.at(0)));
  if (!faults) return std::unexpected(faults.error());
  Value result = call.process().newObject();
  result.asObject().set("success", Value::boolean(faults->empty()));
  if (faults->empty()) return result;
  const Value symbols = call.at(0).isObject() ? call.at(0).asObject().get(symbolsName) : Value();
  Value errors = call.process().newCollection();
  for (const SchemaFault& fault : *faults) errors.asCollection().push(faultObject(call.process(), fault, symbols));
  result.asObject().set("errors", std::move(errors));
  return result;
}

constexpr auto rows = std::to_array<vm::FunctionRow>({
    {"jsonParse", "(jsonString: string, type?: integer, *?) : variant", parseJson,
     "The value of a JSON text, converted when a type is given; * adds the places of the properties."},
    {"jsonStringify", "(value: variant, *?) : string", stringify, "A value as JSON text; * makes it readable."},
    {"jsonValidate", "(json: variant, schema: object) : object", validate,
     "Checks a value against a JSON schema (draft 4): {success, errors}."},
    {"jsonResolvePointers", "(object: object, options?: object) : object", resolveJsonPointers,
     "Replaces JSON pointers ({\"$ref\": \"file#/path\"}) by what they lead to: {success, value, errors}."},
});

}  // namespace

std::span<const vm::FunctionRow> jsonCommands() { return rows; }

}  // namespace qodly::script::library
