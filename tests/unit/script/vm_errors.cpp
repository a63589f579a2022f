// Errors: try, throw, error methods, deferred errors, limits.
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

TEST(MachineErrors, TryAndThrow) {
  Application application;
  EXPECT_EQ(application.run("try\nthrow(50, \"boo\")\nreturn 1\ncatch\nreturn lastErrors[0].message\nend"), "\"boo\"");
  EXPECT_EQ(application.run("throw(50)"), "error 50");
  EXPECT_EQ(application.run("try\nthrow(50)\ncatch\nreturn lastErrors[0].message\nend"), "\"Error code: 50 (host)\"");
  EXPECT_EQ(application.run("var x = try(1\\0)\nreturn [x, lastErrors[0].errCode]"), "[null,-20006]");
  EXPECT_EQ(application.run("var x = try(1+1)\nreturn [x, lastErrors]"), "[2,null]");
  EXPECT_EQ(application.run("try\nthrow({message: \"a {b} c\", b: 7, extra: 1})\ncatch\nvar e = "
                            "lastErrors[0]\nreturn [e.message, e.errCode, e.extra]\nend"),
            "[\"a 7 c\",-1,1]");
  application.method("fails", "throw(1)");
  EXPECT_EQ(application.run("var n = 0\nfor (i, 1, 3)\ntry\nfails\ncatch\nn += 1\ncontinue\nend\nend\nreturn n"), "3");
  EXPECT_EQ(application.run("try\ntry\nfails\ncatch\nthrow(2)\nend\ncatch\nreturn lastErrors[0].errCode\nend"), "2");
  EXPECT_EQ(application.run("try\nreturn 5\ncatch\nend"), "5");
  EXPECT_EQ(application.run("var c = [1,2,3]\nforEach (x, c)\ntry\nif (x == 2)\nbreak\nend\ncatch\nend\nend\nreturn x"),
            "2");
}

TEST(MachineErrors, DeferredErrors) {
  Application application;
  application.method("later", "throw({errCode: 7, deferred: true})\nreturn \"done\"");
  EXPECT_EQ(application.run("var r\ntry\nr = later\nr += \"!\"\ncatch\nreturn [r, lastErrors[0].errCode]\nend"),
            "[\"done!\",7]");
  EXPECT_EQ(application.run("later\nreturn 1"), "error 7");
  EXPECT_EQ(application.run("var r = try(later)\nreturn [r, lastErrors[0].errCode]"), "[\"done\",7]");
}

TEST(MachineErrors, ErrorsAtTheEndOfTheStatement) {
  Application application;
  EXPECT_EQ(application.run("var s\ntry\ns = logEvent\ns = 1\ncatch\nreturn [s, lastErrors[0].errCode]\nend"),
            "[\"status\",4711]");
  EXPECT_EQ(application.run("var s = try(logEvent)\nreturn [s, lastErrors[0].errCode]"), "[\"status\",4711]");
  EXPECT_EQ(application.run("var s = logEvent\nreturn 1"), "error 4711");
  application.method("inner", "return logEvent");
  EXPECT_EQ(application.run("var s\ntry\ns = inner\ncatch\nreturn s\nend"), "\"status\"");
}

TEST(MachineErrors, ErrorMethods) {
  Application application;
  application.method("onError", "use (storage)\nstorage.seen = newSharedObject(\"code\", lastErrors[0].errCode)\nend");
  application.method("stopAll", "abort");
  EXPECT_EQ(application.run("onErrCall(\"onError\")\nvar a = 1\na = 1\\0\na += 1\nreturn [a, storage.seen.code]"),
            "[2,-20006]");
  EXPECT_EQ(application.run("return methodCalledOnError"), "\"onError\"");
  EXPECT_EQ(application.run("try\nthrow(3)\ncatch\nreturn \"caught\"\nend\nreturn \"not\""), "\"caught\"");
  EXPECT_EQ(application.run("try\nonErrCall(\"onError\")\nthrow(9)\nreturn storage.seen.code\ncatch\nend"), "9");
  EXPECT_EQ(application.run("onErrCall(\"stopAll\")\nthrow(3)\nreturn 1"), "error 3");
  EXPECT_EQ(application.run("onErrCall(\"\")\nthrow(3)\nreturn 1"), "error 3");
}

TEST(MachineErrors, Assertions) {
  Application application;
  EXPECT_EQ(application.run("assert(1 == 2)"), "error -10518");
  EXPECT_EQ(application.run("setAssertEnabled(false, *)\nassert(1 == 2)\nreturn asserted(false)"), "false");
  application.newProcess();
  EXPECT_EQ(application.run("return getAssertEnabled"), "true");
}

TEST(MachineErrors, TracesNameTheCalls) {
  Application application;
  application.method("inner", "\nthrow(5)");
  application.run("inner");
  const ErrorStack& errors = application.process().errors();
  ASSERT_FALSE(errors.empty());
  const auto& trace = errors.errors().back().trace;
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[0].name, "inner");
  EXPECT_EQ(trace[0].line, 2U);
  EXPECT_EQ(trace[1].name, "main");
  EXPECT_EQ(application.run("return callChain[0].name+currentMethodName"), "\"mainmain\"");
}

TEST(MachineLimits, TimeMemoryAndStop) {
  Application application;
  application.newProcess({.time = std::chrono::milliseconds(50)});
  EXPECT_EQ(application.run("while (true)\nend"), "error -20019");
  EXPECT_EQ(application.run("try\nwhile (true)\nend\ncatch\nreturn \"caught\"\nend"), "\"caught\"");
  application.newProcess({.memory = std::size_t{100} << 20U});
  EXPECT_EQ(application.run("var c = []\nwhile (true)\nc.push({a: 1, b: [1, 2, 3]})\nend"), "error -20019");
  EXPECT_EQ(application.run("var c = []\nwhile (true)\nc.push(1)\nend"), "error -20019");
  EXPECT_EQ(application.run("var c = []\nvar i = 0\nwhile (true)\nc[i] = 1\ni += 1\nend"), "error -20019");
  EXPECT_EQ(application.run("var t = \"0123456789\"\nwhile (true)\nt += t\nend"), "error -20019");
  application.newProcess();
  application.method("main", "while (true)\nend");
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    application.process().stop();
  });
  EXPECT_EQ(application.call("main"), "error 1006");
}

TEST(MachineMemory, CyclesAreCollected) {
  Application application;
  EXPECT_EQ(application.run("for (i, 1, 100000)\nvar a = {}\nvar b = {a: a}\na.b = b\nend\nreturn 1"), "1");
  EXPECT_LT(application.process().heap().collect().containers, 10U);
}

}  // namespace
}  // namespace qodly::script::vm::test
