#include "app/completion.h"

#include <algorithm>

#include "base/text.h"
#include "script/library/names_4d_tables.h"
#include "script/syntax/names.h"
#include "script/vm/builtins.h"
#include "script/vm/program.h"

namespace qodly::app {

namespace {

namespace vm = script::vm;
using Names = std::vector<std::string>;

void addRows(const vm::NativeClass& definition, Names& names) {
  for (const vm::FunctionRow& row : definition.functions) names.push_back(std::string(row.name) + "(");
  for (const vm::PropertyRow& row : definition.properties) names.emplace_back(row.name);
}

void addMembers(const vm::Class& definition, Names& names) {
  for (const auto& [name, member] : definition.members) names.push_back(member.function != nullptr ? name + "(" : name);
}

// Only names and dots: reading it runs no call.
bool isPath(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

void addKeys(vm::Process& process, const Value& value, Names& names) {
  const Value arguments[] = {value};
  const Result<Value> keys = callCommand(process, "objectKeys", arguments);
  if (!keys || !keys->isCollection()) return;
  for (const Value& key : keys->asCollection().elements()) {
    if (key.isText()) names.emplace_back(key.asText());
  }
}

void addHandleMembers(vm::Process& process, const Handle& handle, Names& names) {
  if (const vm::HandleType* type = process.runtime().handleType(handle.kind()); type != nullptr) {
    addRows(type->nativeClass(), names);
    if (const vm::Class* definition = type->classOf(process, handle); definition != nullptr) {
      addMembers(*definition, names);
    }
  }
}

// Names are the variables that the console's lines share.
Result<Value> valueOf(const Workbench& bench, std::string_view path) {
  const auto built = bench.language->compile({.name = "completion",
                                              .file = "",
                                              .unit = script::syntax::UnitKind::method,
                                              .surface = script::syntax::Surface::qodlyScript,
                                              .text = "return " + std::string(path)},
                                             {.processVariables = true});
  if (script::syntax::hasErrors(built.diagnostics)) return Value();
  return bench.process->call(Language::functionOf(built), Value::null(), {});
}

Names membersOf(const Workbench& bench, std::string_view receiver) {
  Names names;
  vm::Process& process = *bench.process;
  const vm::Builtins& builtins = bench.language->builtins();
  if (equalsIgnoringAsciiCase(receiver, "cs")) {
    for (const auto& each : bench.language->runtime()->program()->classes()) names.push_back(each->name);
    return names;
  }
  if (equalsIgnoringAsciiCase(receiver, "4d")) {
    for (const vm::NativeClass* each : builtins.nativeClasses()) names.emplace_back(each->name);
    return names;
  }
  if (!isPath(receiver)) return names;
  const auto value = valueOf(bench, receiver);
  if (!value) {
    process.beginTask();
    return names;
  }
  if (value->isCollection()) addRows(builtins.collectionClass(), names);
  if (value->isObject() || value->type() == Type::handle) addKeys(process, *value, names);
  if (value->type() == Type::handle) addHandleMembers(process, value->asHandle(), names);
  return names;
}

Names globals(const Workbench& bench) {
  Names names = {"cs", "4D", "null", "true", "false", "undefined", "formula(", "try("};
  for (const vm::Command& each : bench.language->builtins().commands()) names.emplace_back(each.row->name);
  for (const auto& each : script::library::constantNames()) {
    if (!each.name.empty()) names.emplace_back(each.name);
  }
  for (const std::string_view each : bench.language->runtime()->program()->methodNames()) names.emplace_back(each);
  return names;
}

bool startsLike(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equalsIgnoringAsciiCase(text.substr(0, start.size()), start);
}

}  // namespace

std::vector<std::string> completionsOf(const Workbench& bench, std::string_view word) {
  const auto dot = word.rfind('.');
  const std::string_view receiver = dot == std::string_view::npos ? "" : word.substr(0, dot);
  const std::string_view start = dot == std::string_view::npos ? word : word.substr(dot + 1);
  const std::string before(dot == std::string_view::npos ? "" : word.substr(0, dot + 1));
  Names found;
  for (const std::string& name : dot == std::string_view::npos ? globals(bench) : membersOf(bench, receiver)) {
    if (startsLike(name, start)) found.push_back(before + name);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace qodly::app
