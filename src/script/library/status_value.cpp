#include "script/library/status_value.h"

namespace qodly::script::library {

Value errorObject(vm::Process& process, const Error& error, std::string_view codeTwice) {
  auto object = Object::make(process.heap());
  object->set("errCode", numberValue(error.code()));
  if (!codeTwice.empty()) object->set(codeTwice, numberValue(error.code()));
  object->set("message", Value::text(error.message()));
  object->set("componentSignature", Value::text(error.component()));
  return Value::object(std::move(object));
}

Value errorCollection(vm::Process& process, std::span<const Error> errors, std::string_view codeTwice) {
  auto collection = Collection::make(process.heap());
  for (const Error& error : errors) collection->push(errorObject(process, error, codeTwice));
  return Value::collection(std::move(collection));
}

}  // namespace qodly::script::library
