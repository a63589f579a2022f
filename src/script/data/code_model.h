// The data model with what the code of the project says: calculated attributes, aliases declared in classes, events,
// filters, constructors (orda.md 6, 7, 17, 20).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "script/vm/program.h"

namespace qodly::script::data {

// The classes that exist for each dataclass, with or without a file, and DataStore (orda.md 2).
std::vector<vm::Program::ModelClass> modelClasses(const model::Model& model);

// `problems`: one line for a person each (unknown attribute of an event, name already used...).
std::shared_ptr<const model::Model> withCode(const model::Model& model, const vm::Program& program,
                                             std::vector<std::string>& problems);

// Whether the code adds anything to the model.
bool extends(const model::Model& plain, const model::Model& extended);

// A function that remote callers may know of.
struct ExposedFunction {
  std::string name;
  std::string_view appliesTo;  // "dataStore", "dataClass", "entityCollection", "entity"
  bool onHttpGet = false;
  const compile::Code* code = nullptr;  // of the program that was asked
};
// Of the datastore for an empty name, else of the dataclass. In the order of their files.
std::vector<ExposedFunction> exposedFunctions(const vm::Program& program, const model::DataClass* dataClass);

struct ExposedSingleton {
  std::string name;
  std::vector<ExposedFunction> functions;
};
// Shared singletons that have exposed functions.
std::vector<ExposedSingleton> exposedSingletons(const vm::Program& program);

}  // namespace qodly::script::data
