// The test functions of a project's own classes (docs/language.md, "Testing").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/language_console.h"

namespace qodly::app {

struct TestResult {
  std::string className;
  std::string function;
  double seconds = 0;
  std::string failure;  // "" when it passed
};

// Those whose Class.function contains `only`, by class.
std::vector<TestResult> findTests(const script::vm::Program& program, std::string_view only);
// In a process of its own: nothing of one test is seen by the next. "" when it passed.
std::string runOneTest(const Workbench& bench, const TestResult& test);

}  // namespace qodly::app
