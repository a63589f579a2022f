// What array commands share, and those that stand in array_exchange.cpp. Internal to array_commands.
#pragma once

#include "script/vm/array_value.h"
#include "script/vm/native.h"

namespace qodly::script::library::array {

// The array in the variable given as argument. Error -20002 when it holds none.
Result<vm::ArrayValue*> arrayAt(const vm::Call& call, std::size_t argument);

// Between arrays, collections and objects.
Result<Value> arrayToCollection(vm::Call& call);
Result<Value> collectionToArray(vm::Call& call);
Result<Value> setObjectArray(vm::Call& call);
Result<Value> getObjectArray(vm::Call& call);
Result<Value> propertyNames(vm::Call& call);

}  // namespace qodly::script::library::array
