// The data model in the language (orda.md): what has to be wired so that `ds`, dataclasses, entities and selections
// work in scripts, and so that the code of the application works inside ORDA.
#pragma once

#include <memory>
#include <span>

#include "orda/datastore.h"
#include "script/vm/native.h"
#include "script/vm/runtime.h"

namespace qodly::script::data {

// Rows for library::Library: ds, session, openDatastore...; 4D.DataClass, 4D.Entity...
std::span<const vm::FunctionRow> dataCommands();
std::span<const vm::NativeClass* const> dataClasses();

// Registers handle types and the datastore with the runtime, and the behaviour of code with the datastore. Before any
// process of either runs; both outlive all of them.
void install(vm::Runtime& runtime, orda::Datastore& datastore);

// QodlyEvents.onStartup, or else the database methods onServerStartup, onStartup; the same for the end (language.md 26,
// orda.md 19). An error is logged and stops nothing.
void startApplication(const std::shared_ptr<vm::Runtime>& runtime);
void stopApplication(const std::shared_ptr<vm::Runtime>& runtime);

}  // namespace qodly::script::data
