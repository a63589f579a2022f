// qodly check: reads all code of a project and prints what is wrong or looks so, one line each.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/project_code.h"
#include "script/check/check.h"
#include "script/data/install.h"
#include "script/library/library.h"
#include "script/syntax/parser.h"
#include "value/json.h"

namespace qodly::app {

namespace {

using script::syntax::Diagnostic;
using script::syntax::Diagnostics;

struct Source {
  script::syntax::Tree tree;
  std::string name;
};

Diagnostics check(const ProjectCode& code) {
  Diagnostics all = code.sources.diagnostics;
  for (Diagnostic& each : all) each.file = std::filesystem::path(each.file).lexically_relative(code.root).string();
  std::vector<Source> sources;
  // Every header is known before a body is looked at.
  const auto library = script::library::Library::make(script::data::dataCommands(), script::data::dataClasses());
  script::check::Knowledge knowledge(code.model.get(), library.get());
  for (const script::syntax::SourceFile& file : code.sources.files) {
    const std::string name = file.path.lexically_relative(code.root).string();
    const auto text = script::syntax::readSource(file.path);
    if (!text) {
      all.push_back({Diagnostic::Level::error, name, {}, "unreadable-file", text.error().message()});
      continue;
    }
    sources.push_back({script::syntax::parse(file.unit(), name, *text, file.surface, code.names), file.name});
    knowledge.add(sources.back().tree, file.name);
  }
  for (Source& each : sources) {
    Diagnostics found = script::check::check(each.tree, each.name, knowledge);
    std::ranges::move(found, std::back_inserter(each.tree.diagnostics));
    std::ranges::stable_sort(each.tree.diagnostics, {}, [](const Diagnostic& item) { return item.where.offset; });
    std::ranges::move(each.tree.diagnostics, std::back_inserter(all));
  }
  return all;
}

Value toValue(const Diagnostic& diagnostic) {
  auto object = Object::make();
  object->set("level", Value::text(script::syntax::name(diagnostic.level)));
  object->set("file", Value::text(diagnostic.file));
  object->set("line", Value::integer(diagnostic.where.line));
  object->set("column", Value::integer(diagnostic.where.column));
  object->set("code", Value::text(diagnostic.code));
  object->set("message", Value::text(diagnostic.message));
  return Value::object(std::move(object));
}

void printJson(const Diagnostics& found, std::size_t files, std::size_t errors) {
  auto list = Collection::make();
  for (const Diagnostic& each : found) list->push(toValue(each));
  auto answer = Object::make();
  answer->set("files", Value::integer(static_cast<std::int64_t>(files)));
  answer->set("errors", Value::integer(static_cast<std::int64_t>(errors)));
  answer->set("warnings", Value::integer(static_cast<std::int64_t>(found.size() - errors)));
  answer->set("diagnostics", Value::collection(std::move(list)));
  fmt::print("{}\n", json::text(Value::object(std::move(answer)), {.pretty = true}));
}

}  // namespace

int runCheck(const CheckOptions& options) {
  const auto code = openCode(options.project);
  if (!code) {
    printError(code.error());
    return exitCodeOf(code.error());
  }
  const Diagnostics found = check(*code);
  const auto errors = static_cast<std::size_t>(
      std::ranges::count(found, Diagnostic::Level::error, [](const Diagnostic& each) { return each.level; }));
  if (options.json) {
    printJson(found, code->sources.files.size(), errors);
  } else {
    for (const Diagnostic& each : found) fmt::print("{}\n", script::syntax::text(each));
    fmt::print("{} files, {} errors, {} warnings\n", code->sources.files.size(), errors, found.size() - errors);
  }
  return errors > 0 ? exit_code::failed : exit_code::done;
}

}  // namespace qodly::app
