#include "script/library/place_object.h"

#include "script/library/file_access.h"
#include "script/library/file_facts.h"

namespace qodly::script::library::place {

namespace {

const Location& self(const vm::Call& call) { return static_cast<const PlaceObject&>(call.self().asHandle()).place(); }

}  // namespace

Result<Value> name(vm::Call& call) { return Value::text(file::partsOf(self(call).name()).name); }
Result<Value> extension(vm::Call& call) { return Value::text(file::partsOf(self(call).name()).extension); }
Result<Value> fullName(vm::Call& call) { return Value::text(self(call).name()); }
Result<Value> hidden(vm::Call& call) { return Value::boolean(self(call).name().starts_with('.')); }
Result<Value> modificationDate(vm::Call& call) { return dateOf(file::stateOf(self(call)).modifiedMs); }
Result<Value> modificationTime(vm::Call& call) { return timeOfDay(file::stateOf(self(call)).modifiedMs); }
Result<Value> creationDate(vm::Call& call) { return dateOf(file::stateOf(self(call)).createdMs); }
Result<Value> creationTime(vm::Call& call) { return timeOfDay(file::stateOf(self(call)).createdMs); }

}  // namespace qodly::script::library::place
