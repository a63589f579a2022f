// The built-in classes of the data model: rows in entity_functions.cpp, selection_*.cpp, dataclass_functions.cpp,
// datastore_functions.cpp.
#pragma once

#include "orda/entity.h"
#include "script/data/data_process.h"
#include "script/vm/native.h"

namespace qodly::script::data {

const vm::NativeClass& entityClass();
const vm::NativeClass& selectionClass();
const vm::NativeClass& dataClassClass();
const vm::NativeClass& datastoreClass();

// Tables of the functions of selections, one a file.
std::span<const vm::FunctionRow> selectionSetFunctions();
std::span<const vm::FunctionRow> selectionValueFunctions();

// Receivers and arguments.
inline orda::Process& ordaOf(const vm::Call& call) { return DataProcess::of(call.process()).orda(); }
inline orda::Entity& selfEntity(const vm::Call& call) { return *orda::Entity::from(call.self()); }
// The selection as the running process may use it: one from a shared object belongs to none.
orda::SelectionRef adopted(vm::Process& process, orda::EntitySelection& selection);
orda::SelectionRef selfSelection(const vm::Call& call);
orda::DataClass selfDataClass(const vm::Call& call);
// An argument that is an entity or a selection, selections adopted; other values as they are.
Value operand(const vm::Call& call, std::size_t index);

// A status object; statuses 4 and 8 also raise their error at the end of the statement (orda.md 15.4).
Value statusValue(vm::Process& process, const orda::Status& status);
// toObject and toCollection: filter texts and options from the arguments (first of either kind).
struct ProjectionArguments {
  std::vector<std::string> filter;
  orda::ToObjectOptions options;
  std::size_t next = 0;  // place of the first argument behind them
};
ProjectionArguments projectionArguments(const vm::Call& call);
// query(...) of dataclasses and selections: `run` gets text or formula.
struct QueryArguments {
  Value what;  // text, or a function
  orda::QueryOptions options;
};
Result<QueryArguments> queryArguments(const vm::Call& call);

Result<Value> checkedSelection(vm::Process& process, Result<orda::SelectionRef> selection);

}  // namespace qodly::script::data
