// The implementations behind the rows of object_commands.cpp, by subject. Internal to it.
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library::object {

// object_make.cpp
Result<Value> newObject(vm::Call& call);
Result<Value> newSharedObject(vm::Call& call);
Result<Value> newCollection(vm::Call& call);
Result<Value> newSharedCollection(vm::Call& call);
Result<Value> copy(vm::Call& call);

// object_members.cpp
Result<Value> entries(vm::Call& call);
Result<Value> keys(vm::Call& call);
Result<Value> values(vm::Call& call);
Result<Value> isDefined(vm::Call& call);
Result<Value> isEmpty(vm::Call& call);
Result<Value> isShared(vm::Call& call);
Result<Value> remove(vm::Call& call);

// object_class.cpp
Result<Value> classOf(vm::Call& call);
Result<Value> instanceOf(vm::Call& call);

// object_legacy.cpp: commands of the 4D surface
Result<Value> set(vm::Call& call);
Result<Value> setNull(vm::Call& call);
Result<Value> get(vm::Call& call);
Result<Value> typeOf(vm::Call& call);

}  // namespace qodly::script::library::object
