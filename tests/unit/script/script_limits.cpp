// What runs too long, too deep or too large ends with an error that scripts catch and that names the line.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "script/build/project_build.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"
#include "script/vm/process.h"
#include "script/vm/process_list.h"
#include "script/vm/program.h"
#include "script/vm/runtime.h"

namespace qodly::script {
namespace {

using namespace std::chrono_literals;

class ScriptLimits : public testing::Test {
 protected:
  ~ScriptLimits() override { runtime_->processes().shutdown(); }

  // Runs `text` as the method "limits"; `helper` is another method.
  Result<Value> run(std::string text, vm::Limits limits, std::string helper = "") {
    syntax::NameTable names(&library::builtInNames());
    names.addMethod("limits");
    names.addMethod("helper");
    build::ProjectBuild build(*builtins_, names);
    std::vector<std::shared_ptr<const compile::Unit>> units;
    for (auto& each : build.build({{.name = "limits", .file = "limits.4qs", .text = std::move(text)},
                                   {.name = "helper", .file = "helper.4qs", .text = std::move(helper)}})) {
      EXPECT_FALSE(syntax::hasErrors(each.diagnostics));
      units.push_back(each.unit);
    }
    runtime_->setProgram(vm::Program::make(std::move(units), {}));
    process_ = std::make_unique<vm::Process>(runtime_, "limits", vm::ProcessType::main, limits);
    return process_->callMethod("limits", {});
  }

  // The error that ended it: -20019 in that line of that file.
  void expectLimit(const Result<Value>& result, std::string_view file, std::uint32_t first, std::uint32_t last) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), -20019) << result.error().text();
    const auto& errors = process_->errors().errors();
    ASSERT_FALSE(errors.empty());
    ASSERT_FALSE(errors.back().trace.empty());
    EXPECT_EQ(errors.back().trace.front().file, file);
    EXPECT_GE(errors.back().trace.front().line, first);
    EXPECT_LE(errors.back().trace.front().line, last);
  }

  std::unique_ptr<const vm::Builtins> builtins_ = library::Library::make({}, {});
  std::shared_ptr<vm::Runtime> runtime_ = vm::Runtime::make(*builtins_);
  std::unique_ptr<vm::Process> process_;
};

TEST_F(ScriptLimits, EndlessLoops) {
  expectLimit(run("var n : integer\nwhile (true)\n  n = 1\nend\n", {.time = 100ms}), "limits.4qs", 2, 3);
  expectLimit(run("repeat\nuntil (false)\n", {.time = 100ms}), "limits.4qs", 1, 2);
  expectLimit(run("var i : number\nfor (i, 0, 1, 0.0000000001)\nend\n", {.time = 100ms}), "limits.4qs", 2, 3);
  expectLimit(run("helper()\n", {.time = 100ms}, "while (true)\nend\n"), "helper.4qs", 1, 2);
}

TEST_F(ScriptLimits, EndlessLoopInsideACallback) {
  expectLimit(run("[1].map(formula(helper()))\n", {.time = 100ms}, "while (true)\nend\n"), "helper.4qs", 1, 2);
}

TEST_F(ScriptLimits, ManyShortCallbacks) {
  expectLimit(run("var c : collection = []\nc.resize(5000000, 1)\nc.every(formula(true))\n", {.time = 50ms}),
              "limits.4qs", 2, 3);
  expectLimit(
      run("var c : collection = []\nc.resize(3000000, 1)\nc.sort(formula($1.value < $1.value2))\n", {.time = 50ms}),
      "limits.4qs", 2, 3);
}

TEST_F(ScriptLimits, TryCatchesTheTimeLimit) {
  const auto result =
      run("var code : integer\ntry\n  while (true)\n  end\ncatch\n  code = lastErrors[0].errCode\nend\n"
          "return code\n",
          {.time = 100ms});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->asNumber(), -20019);
}

TEST_F(ScriptLimits, ACodeThatCatchesItsLimitAgainAndAgainEnds) {
  expectLimit(run("while (true)\n  try\n    while (true)\n    end\n  catch\n  end\nend\n", {.time = 100ms}),
              "limits.4qs", 1, 6);
}

TEST_F(ScriptLimits, EndlessRecursion) {
  expectLimit(run("declare (n : integer) : integer\nreturn limits(n+1)+1\n", {}), "limits.4qs", 2, 2);
  expectLimit(run("limits()\n", {.depth = 100}), "limits.4qs", 1, 1);
  expectLimit(run("[1].map(formula(limits()))\n", {}), "limits.4qs", 1, 1);
  const auto caught =
      run("declare (n : integer) : integer\nif (n == 0)\n  try\n    return limits(1)\n  catch\n"
          "    return lastErrors[0].errCode\n  end\nend\nreturn limits(n+1)\n",
          {});
  ASSERT_TRUE(caught) << caught.error().text();
  EXPECT_EQ(caught->asNumber(), -20019);
}

TEST_F(ScriptLimits, HugeTexts) {
  const vm::Limits limits{.memory = std::size_t{64} << 20};
  expectLimit(run("var s : string = \"0123456789\"\nwhile (true)\n  s += s\nend\n", limits), "limits.4qs", 3, 3);
  expectLimit(run("var s : string = \"x\"*2000000000\n", limits), "limits.4qs", 1, 1);
  expectLimit(run("var c : collection = []\nwhile (true)\n  c.push(\"x\"*1000000+string(c.length))\nend\n", limits),
              "limits.4qs", 3, 3);
}

TEST_F(ScriptLimits, HugeCollectionsAndObjects) {
  const vm::Limits limits{.memory = std::size_t{64} << 20};
  expectLimit(run("var c : collection = [1, 2]\nwhile (true)\n  c = c.concat(c)\nend\n", limits), "limits.4qs", 3, 3);
  EXPECT_FALSE(run("var c : collection = []\nc[2000000000] = 1\n", limits));
  expectLimit(run("var c : collection = []\nc.resize(2000000000)\n", limits), "limits.4qs", 2, 2);
  expectLimit(run("var o : object = {}\nvar i : integer\nwhile (true)\n  i += 1\n  o[string(i)] = i\nend\n", limits),
              "limits.4qs", 4, 5);
  expectLimit(run("var c : collection = []\nwhile (true)\n  c = [c, {a: c}]\nend\n", limits), "limits.4qs", 3, 3);
}

// What a native function gathers counts while it does so, and what it will take before.
TEST_F(ScriptLimits, ResultsOfNativeFunctions) {
  const vm::Limits limits{.memory = std::size_t{100} << 20U};
  const std::string_view lines[] = {
      "c.resize(3000000, 1).map(formula({v: $1.value}))",
      "c.resize(2000000, 1).map(formula(string($1.value)+(\"x\"*100)))",
      "c.resize(2000000, 1).flatMap(formula([string($1.value)+(\"x\"*100)]))",
      "c = splitString(\",\"*20000000, \",\")",
      "c = splitString(\"ab\"*10000000, \"\")",
      "c = jsonParse(\"[\"+(\"{},\"*5000000)+\"{}]\")",
      "c = jsonParse(\"[\"+(\"[[1]],\"*1000000)+\"0]\")",
  };
  for (const std::string_view line : lines) {
    SCOPED_TRACE(line);
    expectLimit(run("var c : collection = []\n" + std::string(line) + "\n", limits), "limits.4qs", 2, 2);
  }
}

TEST_F(ScriptLimits, ATextHeldByManyCountsOnce) {
  const auto result =
      run("var c : collection = []\nvar d : object\nvar i : integer\nc.resize(1000, \"x\"*1000000)\n"
          "for (i, 1, 500000)\n  d = {v: i}\nend\nreturn c.length\n",
          {.memory = std::size_t{100} << 20U});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->asNumber(), 1000);
}

TEST_F(ScriptLimits, MemoryThatIsGivenBackIsNotCounted) {
  const auto result =
      run("var i : integer\nvar s : string\nfor (i, 1, 500)\n  s = \"x\"*1000000+string(i)\nend\n"
          "return length(s)\n",
          {.memory = std::size_t{64} << 20});
  ASSERT_TRUE(result) << result.error().text();
}

TEST_F(ScriptLimits, CyclesAreCollected) {
  const auto result =
      run("var i : integer\nvar o : object\nfor (i, 1, 300000)\n  o = {text: \"0123456789\"*10}\n"
          "  o.self = o\nend\nreturn i\n",
          {.memory = std::size_t{64} << 20});
  ASSERT_TRUE(result) << result.error().text();
}

TEST_F(ScriptLimits, StopFromOutside) {
  runtime_->log = [](std::string_view) {};
  std::thread stopper;
  syntax::NameTable names(&library::builtInNames());
  build::ProjectBuild build(*builtins_, names);
  runtime_->setProgram(
      vm::Program::make({build.build({.name = "limits", .file = "l", .text = "while (true)\nend\n"}).unit}, {}));
  process_ = std::make_unique<vm::Process>(runtime_, "limits", vm::ProcessType::main);
  stopper = std::thread([this] {
    std::this_thread::sleep_for(50ms);
    process_->stop();
  });
  const auto result = process_->callMethod("limits", {});
  stopper.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), 1006);
}

}  // namespace
}  // namespace qodly::script
