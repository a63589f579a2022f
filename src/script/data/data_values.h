// Values between ORDA and scripts. ORDA knows instants, exact 64-bit integers and scalar blobs inside containers;
// scripts see dates (of the server's time zone), numbers, marked times and 4D.Blob objects (orda.md 4.2, language.md
// 3, 16).
#pragma once

#include "script/vm/process.h"

namespace qodly::script::data {

// A value that ORDA gave: of an attribute, or a container that was made for this call. Containers join the process's
// heap.
Value toScript(vm::Process& process, Value value);
// The value of an attribute: an object stays exactly as it is, because the entity finds out by comparing whether it was
// changed.
Value attributeToScript(vm::Process& process, Value value);
// A value to be stored: files become paths, boxed blobs plain ones.
Value fromScript(vm::Process& process, const Value& value);
// A copy of plain containers, for values that other threads read while a query runs.
Value detached(const Value& value);

// The result of an ORDA function, unless code that ran inside it failed.
Result<Value> checked(vm::Process& process, Value value);

}  // namespace qodly::script::data
