// Calls of the language from tests: a process with the whole library and file systems of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "library_loopback.h"
#include "script/compile/compiler.h"
#include "script/library/file_systems.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/library/network_settings.h"
#include "script/syntax/parser.h"
#include "script/vm/environment.h"
#include "script/vm/process.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::script::library::test {

class ScriptTest : public testing::Test {
 protected:
  void SetUp() override {
    top_ = std::filesystem::temp_directory_path() / ("qodly-library-script-" + randomHex(6));
    std::filesystem::create_directories(top_);
    runtime_ = vm::Runtime::make(builtins());
    runtime_->setService(std::make_shared<FileSystems>(
        std::vector<FileSystems::Root>{{"/PACKAGE", top_}, {"/DATA", top_ / "Data"}, {"/LOGS", top_ / "Logs"}}));
    auto settings = std::make_shared<NetworkSettings>();
    settings->authorityFile = certificateFile();
    runtime_->setService(settings);
    process_ = std::make_unique<vm::Process>(runtime_, "test", vm::ProcessType::internal);
  }
  void TearDown() override {
    process_.reset();
    std::filesystem::remove_all(top_);
  }
  static const vm::Builtins& builtins() {
    static const auto library = Library::make();
    return *library;
  }

  Value evaluate(std::string_view expression) {
    auto value = process_->evaluate(expression);
    EXPECT_TRUE(value) << expression << ": " << (value ? "" : value.error().message());
    return value ? *value : Value();
  }
  // 4D.<name>.new(arguments...)
  Value make(std::string_view name, std::vector<Value> arguments) {
    auto made = process_->callFunction(evaluate("4D." + std::string(name)), "new", arguments);
    EXPECT_TRUE(made) << (made ? "" : made.error().message());
    return made ? *made : Value();
  }
  Value call(const Value& object, std::string_view name, std::vector<Value> arguments = {}) {
    auto result = process_->callFunction(object, name, arguments);
    EXPECT_TRUE(result) << name << ": " << (result ? "" : result.error().message());
    return result ? *result : Value();
  }
  // The code of the error that the call ends with, 0 for none.
  int failure(const Value& object, std::string_view name, std::vector<Value> arguments = {}) {
    auto result = process_->callFunction(object, name, arguments);
    return result ? 0 : result.error().code();
  }
  Value get(const Value& object, std::string_view path) {
    Value value = object;
    for (const std::string_view name : split(path, '.')) {
      auto next = process_->property(value, name);
      EXPECT_TRUE(next) << path;
      value = next ? *next : Value();
    }
    return value;
  }
  static std::string text(const Value& value) { return json::text(value); }

  // Runs the text as a method of the 4D surface; its result as JSON, "undefined", or "error <code>".
  std::string run4D(std::string_view source) {
    const auto names = std::make_shared<syntax::NameTable>(&builtInNames());
    names->addMethod("main");
    const syntax::Tree tree =
        syntax::parse(syntax::UnitKind::method, "main.4dm", source, syntax::Surface::fourD, *names);
    const vm::RunningEnvironment environment(builtins(), nullptr);
    runtime_->setProgram(vm::Program::make({compile::compile(tree, "main", environment)}, {}, {}, names));
    process_->beginTask();
    const auto result = process_->callMethod("main", {});
    if (!result) return "error " + std::to_string(result.error().code());
    return result->isUndefined() ? "undefined" : text(*result);
  }

  std::filesystem::path top_;
  std::shared_ptr<vm::Runtime> runtime_;
  std::unique_ptr<vm::Process> process_;
};

}  // namespace qodly::script::library::test
