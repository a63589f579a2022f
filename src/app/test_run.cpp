#include "app/test_run.h"

#include <algorithm>

#include "script/vm/program.h"

namespace qodly::app {

namespace vm = script::vm;

namespace {

bool isTestClass(std::string_view name) { return name.starts_with("Test") || name.ends_with("Test"); }

class TestRun {
 public:
  TestRun(const Workbench& bench, const TestResult& test)
      : bench_(bench),
        test_(test),
        process_(bench.language->runtime(), test.className + "." + test.function, vm::ProcessType::main) {}

  // "" when it passed.
  std::string run() {
    std::string failure;
    if (!step(process_.evaluate("ds.startTransaction()"), failure)) return failure;
    const Value definition = bench_.language->runtime()->program()->classValue(test_.className);
    const Result<Value> instance = process_.callFunction(definition, "new", {});
    if (step(instance, failure) && step(callIfThere(*instance, "beforeEach"), failure)) {
      step(process_.callFunction(*instance, test_.function, {}), failure);
      std::string cleaning;
      if (!step(callIfThere(*instance, "afterEach"), cleaning) && failure.empty()) failure = cleaning;
    }
    (void)process_.evaluate("ds.cancelTransaction()");
    return failure;
  }

 private:
  Result<Value> callIfThere(const Value& instance, std::string_view function) {
    const Result<Value> found = process_.property(instance, function);
    if (!found || found->isMissing()) return Value();
    return process_.callFunction(instance, function, {});
  }
  bool step(const Result<Value>& result, std::string& failure) {
    if (!result) failure = scriptErrorText(process_, result.error());
    process_.beginTask();
    return result.has_value();
  }

  const Workbench& bench_;
  const TestResult& test_;
  vm::Process process_;
};

}  // namespace

std::vector<TestResult> findTests(const vm::Program& program, std::string_view only) {
  std::vector<TestResult> tests;
  for (const auto& definition : program.classes()) {
    if (!isTestClass(definition->name) || definition->unit == nullptr) continue;
    for (const auto& function : definition->unit->layout.functions) {
      if (function.kind != script::syntax::FunctionKind::function || !function.name.starts_with("test")) continue;
      const std::string full = definition->name + "." + function.name;
      if (full.find(only) == std::string::npos) continue;
      tests.push_back({definition->name, function.name, 0, {}});
    }
  }
  std::ranges::stable_sort(tests, {}, &TestResult::className);
  return tests;
}

std::string runOneTest(const Workbench& bench, const TestResult& test) { return TestRun(bench, test).run(); }

}  // namespace qodly::app
