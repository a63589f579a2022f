// What a debugger sees and does.
#include <gtest/gtest.h>

#include "script/vm/debug_view.h"
#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

class Recorder final : public DebugListener {
 public:
  Result<> atStatement(Process& process, std::string_view file, std::uint32_t line, std::size_t depth) override {
    steps.push_back(std::string(file) + ":" + std::to_string(line) + "@" + std::to_string(depth));
    if (file != "inner.4qs" || line != 3) return {};
    frames = framesOf(process);
    value = show(evaluateInFrame(process, 0, "x*100+n"));
    outer = show(evaluateInFrame(process, 1, "a"));
    EXPECT_TRUE(setVariableInFrame(process, 0, "x", Value::real(50)));
    EXPECT_FALSE(setVariableInFrame(process, 0, "nothing", Value::real(50)));
    return {};
  }
  Result<> atTrace(Process& /*process*/) override { return {}; }
  Result<> atError(Process& /*process*/, const Error& error, bool caught) override {
    errors.push_back(caught ? -error.code() : error.code());
    return {};
  }
  Result<> atAttention(Process& /*process*/) override { return {}; }

  std::vector<std::string> steps;
  std::vector<FrameView> frames;
  std::string value;
  std::string outer;
  std::vector<int> errors;
};

TEST(MachineDebug, StatementsFramesAndVariables) {
  Application application;
  Recorder recorder;
  application.method("inner", "declare (n : integer) : number\nvar x = 2\nreturn x+n");
  application.runtime().processes().attach(&recorder);
  EXPECT_EQ(application.run("var a = 7\nreturn inner(a)"), "57");
  EXPECT_EQ(recorder.value, "207");
  EXPECT_EQ(recorder.outer, "7");
  ASSERT_EQ(recorder.frames.size(), 2U);
  EXPECT_EQ(recorder.frames[0].name, "inner");
  EXPECT_EQ(recorder.frames[0].line, 3U);
  EXPECT_EQ(recorder.frames[1].line, 2U);
  ASSERT_EQ(recorder.frames[0].locals.size(), 2U);
  EXPECT_EQ(recorder.frames[0].locals[0].type, "integer");
  const std::vector<std::string> expected{"main.4qs:1@1", "main.4qs:2@1", "inner.4qs:2@2", "inner.4qs:3@2"};
  EXPECT_EQ(recorder.steps, expected);
  EXPECT_EQ(application.run("throw(5)"), "error 5");
  EXPECT_EQ(recorder.errors, std::vector<int>{5});
  recorder.errors.clear();
  // Caught ones are told, too, and those that come up in code that a function of the library calls: once each.
  EXPECT_EQ(application.run("try\nthrow(6)\ncatch\nend try\n[1, 2].map(formula(throw(7)))"), "error 7");
  EXPECT_EQ(recorder.errors, (std::vector<int>{-6, 7}));
  application.runtime().processes().attach(nullptr);
  recorder.steps.clear();
  EXPECT_EQ(application.run("return inner(1)"), "3");
  EXPECT_TRUE(recorder.steps.empty());
}

}  // namespace
}  // namespace qodly::script::vm::test
