// The debugger as a client uses it: where it stops, what it sees there, and how things go on.
#include <condition_variable>
#include <deque>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "script/debug/debugger.h"
#include "tests/unit/script/vm_fixture.h"
#include "value/json.h"

namespace qodly::script::debug {
namespace {

using vm::test::Application;

// Remembers what it is told; a test waits for the next stop.
class Client final : public Observer {
 public:
  void stopped(const StopInfo& info) override { add(info); }
  void wentOn(std::int32_t /*process*/) override {}
  void processEnded(std::int32_t /*process*/) override {}
  void logged(const LogLine& line) override {
    const std::lock_guard guard(mutex_);
    logs_.push_back(line.text);
  }
  void breakpointMoved(const Breakpoint& breakpoint) override {
    const std::lock_guard guard(mutex_);
    moved_.push_back(breakpoint);
  }

  StopInfo next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !stops_.empty(); });
    StopInfo info = stops_.front();
    stops_.pop_front();
    return info;
  }
  std::vector<std::string> logs() const {
    const std::lock_guard guard(mutex_);
    return logs_;
  }
  std::vector<Breakpoint> moved() const {
    const std::lock_guard guard(mutex_);
    return moved_;
  }
  bool hasStops() const {
    const std::lock_guard guard(mutex_);
    return !stops_.empty();
  }

 private:
  void add(const StopInfo& info) {
    {
      const std::lock_guard guard(mutex_);
      stops_.push_back(info);
    }
    changed_.notify_all();
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<StopInfo> stops_;
  std::vector<std::string> logs_;
  std::vector<Breakpoint> moved_;
};

BreakpointRequest on(std::uint32_t line, std::string condition = {}, std::string hits = {}, std::string message = {}) {
  return {line, {}, std::move(condition), std::move(hits), std::move(message)};
}

BreakpointRequest inFunction(std::string name) { return {0, std::move(name), {}, {}, {}}; }

class DebuggerTest : public ::testing::Test {
 protected:
  DebuggerTest() { EXPECT_TRUE(debugger().attach(client_)); }
  ~DebuggerTest() override { debugger().detach(client_.get()); }

  Debugger& debugger() { return Debugger::of(application_.runtime()); }

  // Runs a text as the method main.4qs (or main.4dm) on a thread of its own.
  std::future<std::string> start(std::string text, bool fourD = false) {
    return std::async(std::launch::async, [this, text = std::move(text), fourD] {
      return fourD ? application_.run4D(text) : application_.run(text);
    });
  }

  // Does something on the thread of the stopped process.
  template <class Function>
  auto in(const StopInfo& stop, Function function) {
    std::promise<decltype(function(std::declval<Stop&>()))> done;
    debugger().stopOf(stop.process)->post([&](Stop* standing) { done.set_value(function(*standing)); });
    return done.get_future().get();
  }

  std::uint32_t line(const StopInfo& stop) {
    return in(stop, [](Stop& standing) { return standing.frame(0).line; });
  }
  std::string place(const StopInfo& stop) {
    return in(stop, [](Stop& standing) {
      const vm::FrameView frame = standing.frame(0);
      return frame.name + ":" + std::to_string(frame.line);
    });
  }
  std::string evaluate(const StopInfo& stop, std::string expression, std::size_t depth = 0) {
    return in(stop, [&](Stop& standing) {
      const auto value = standing.evaluate(depth, expression);
      return value ? value->text : "error: " + value.error().message();
    });
  }
  // "name=text" of each variable of a scope.
  std::string list(const StopInfo& stop, Scope scope, std::size_t depth = 0) {
    return in(stop, [&](Stop& standing) {
      Insides insides;
      const int reference = standing.scope(depth, scope, insides);
      return reference == 0 ? std::string() : joined(standing.variables(reference, Stop::Filter::all, 0, 0));
    });
  }
  static std::string joined(const Result<std::vector<Variable>>& variables) {
    if (!variables) return "error: " + variables.error().message();
    std::string out;
    for (const Variable& each : *variables) out += (out.empty() ? "" : " ") + each.name + "=" + each.text;
    return out;
  }
  void resume(const StopInfo& stop, StepKind step = StepKind::none) {
    EXPECT_TRUE(debugger().resume(stop.process, step));
  }
  StopInfo step(const StopInfo& stop, StepKind kind) {
    resume(stop, kind);
    return client_->next();
  }

  Application application_;
  std::shared_ptr<Client> client_ = std::make_shared<Client>();
};

TEST_F(DebuggerTest, StopsAtLineAndShowsWhatIsThere) {
  application_.method("inner", "declare (n : integer, o : object) : number\n\nvar x = 2\nreturn x+n");
  const auto set = debugger().setBreakpoints("inner.4qs", {on(2), on(4), on(40)});
  ASSERT_EQ(set.size(), 3U);
  EXPECT_TRUE(set[0].verified);
  EXPECT_EQ(set[0].line, 3U);  // the next line with a statement
  EXPECT_EQ(set[1].line, 4U);
  EXPECT_FALSE(set[2].verified);
  auto result = start("var a = 7\nreturn inner(a, {name: \"Ada\", list: [1, 2]})");
  StopInfo stop = client_->next();
  EXPECT_EQ(stop.reason, StopReason::breakpoint);
  EXPECT_EQ(stop.breakpoints, std::vector<int>{set[0].id});
  EXPECT_EQ(place(stop), "inner:3");
  resume(stop);
  stop = client_->next();
  EXPECT_EQ(place(stop), "inner:4");
  EXPECT_EQ(list(stop, Scope::parameters), "n=7 o={name: \"Ada\", list: […]}");
  EXPECT_EQ(list(stop, Scope::locals), "x=2");
  EXPECT_EQ(list(stop, Scope::locals, 1), "a=7");
  EXPECT_EQ(evaluate(stop, "o.list[1]*10+x"), "22");
  EXPECT_EQ(evaluate(stop, "a", 1), "7");
  EXPECT_TRUE(debugger().isStopped(stop.process));
  resume(stop);
  EXPECT_EQ(result.get(), "9");
}

TEST_F(DebuggerTest, StepsInOverAndOut) {
  application_.method("inner", "var x = 2\nreturn x");
  debugger().setBreakpoints("main.4qs", {on(1)});
  auto result = start("var a = 1\na = a+inner()\na = a+inner()\nreturn a");
  StopInfo stop = client_->next();
  stop = step(stop, StepKind::over);
  EXPECT_EQ(place(stop), "main:2");
  EXPECT_EQ(stop.reason, StopReason::step);
  stop = step(stop, StepKind::in);
  EXPECT_EQ(place(stop), "inner:1");
  stop = step(stop, StepKind::out);
  EXPECT_EQ(place(stop), "main:3");
  stop = step(stop, StepKind::over);
  EXPECT_EQ(place(stop), "main:4");
  resume(stop);
  EXPECT_EQ(result.get(), "5");
}

TEST_F(DebuggerTest, ConditionsCountsAndMessages) {
  debugger().setBreakpoints("main.4qs",
                            {on(3, "i == 4"), on(4, "", ">= 9"), on(3, "", "% 5", "i is {i}, {{ and {\"t\"}")});
  auto result = start("var i : integer\nfor (i, 1, 10)\nvar s = i*i\ns = s+1\nend for\nreturn i");
  StopInfo stop = client_->next();
  EXPECT_EQ(place(stop), "main:3");
  EXPECT_EQ(evaluate(stop, "i"), "4");
  resume(stop);
  stop = client_->next();
  EXPECT_EQ(place(stop), "main:4");
  EXPECT_EQ(evaluate(stop, "i"), "9");
  resume(stop);
  stop = client_->next();
  EXPECT_EQ(evaluate(stop, "i"), "10");
  resume(stop);
  EXPECT_EQ(result.get(), "11");
  EXPECT_EQ(client_->logs(), (std::vector<std::string>{"i is 5, { and t", "i is 10, { and t"}));
}

TEST_F(DebuggerTest, ConditionThatFailsStopsAndSaysWhy) {
  debugger().setBreakpoints("main.4qs", {on(2, "nothing.at.all()")});
  const auto refused = debugger().setBreakpoints("other.4qs", {on(2, "", "often")});
  EXPECT_FALSE(refused[0].verified);
  EXPECT_NE(refused[0].message.find("'often'"), std::string::npos);
  auto result = start("var a = 1\nreturn a");
  const StopInfo stop = client_->next();
  EXPECT_NE(stop.text.find("condition"), std::string::npos);
  resume(stop);
  EXPECT_EQ(result.get(), "1");
}

TEST_F(DebuggerTest, StopsAtErrors) {
  debugger().setBreakOnError(BreakOnError::uncaught);
  auto result = start("try\nthrow(3)\ncatch\nend try\nvar n = 5\nthrow(4)");
  StopInfo stop = client_->next();
  EXPECT_EQ(stop.reason, StopReason::error);
  EXPECT_EQ(place(stop), "main:6");
  EXPECT_EQ(in(stop, [](Stop& standing) { return standing.error->code; }), 4);
  EXPECT_FALSE(in(stop, [](Stop& standing) { return standing.error->caught; }));
  EXPECT_EQ(evaluate(stop, "n"), "5");
  // What fails meanwhile neither stops nor is seen by the program.
  EXPECT_NE(evaluate(stop, "throw(9)").find("error"), std::string::npos);
  resume(stop);
  EXPECT_EQ(result.get(), "error 4");

  debugger().setBreakOnError(BreakOnError::all);
  result = start("try\nthrow(3)\ncatch\nend try\nreturn lastErrors().length");
  stop = client_->next();
  EXPECT_TRUE(in(stop, [](Stop& standing) { return standing.error->caught; }));
  EXPECT_NE(evaluate(stop, "throw(9)").find("error"), std::string::npos);
  resume(stop);
  EXPECT_EQ(result.get(), "1");
}

TEST_F(DebuggerTest, ChangesVariablesPropertiesAndElements) {
  debugger().setBreakpoints("main.4qs", {on(3)});
  auto result = start("var n : integer = 1\nvar o = {a: 1, list: [1, 2]}\nreturn [n, o]");
  const StopInfo stop = client_->next();
  in(stop, [](Stop& standing) {
    Insides insides;
    const int locals = standing.scope(0, Scope::locals, insides);
    const auto set = standing.setVariable(locals, "n", "20+2");
    EXPECT_EQ(set ? set->text : set.error().message(), "22");
    EXPECT_FALSE(standing.setVariable(locals, "n", "\"text\""));
    EXPECT_FALSE(standing.setVariable(locals, "none", "1"));
    const auto shown = standing.variables(locals, Stop::Filter::all, 0, 0);
    const int object = shown->at(1).reference;
    EXPECT_TRUE(standing.setVariable(object, "a", "\"new\""));
    const int inside = standing.variables(object, Stop::Filter::all, 0, 0)->at(1).reference;
    EXPECT_TRUE(standing.setVariable(inside, "[1]", "n*2"));
    EXPECT_TRUE(standing.setExpression(0, "o.list[0]", "o.list.length"));
    const auto entered = standing.enter(0, "n = n+1");
    EXPECT_TRUE(entered && !*entered);
    return 0;
  });
  resume(stop);
  EXPECT_EQ(result.get(), R"([23,{"a":"new","list":[2,44]}])");
}

TEST_F(DebuggerTest, SpeaksTheSurfaceOfTheFile) {
  debugger().setBreakpoints("main.4dm", {on(2)});
  auto result = start("var $n : Integer:=5\n$n:=$n+1\nreturn $n", true);
  const StopInfo stop = client_->next();
  EXPECT_EQ(evaluate(stop, "$n+1"), "6");
  in(stop, [](Stop& standing) {
    EXPECT_TRUE(standing.enter(0, "$n:=40").has_value());
    EXPECT_TRUE(standing.setExpression(0, "$n", "$n+1").has_value());
    return 0;
  });
  resume(stop);
  EXPECT_EQ(result.get(), "42");
}

TEST_F(DebuggerTest, LongCollectionsComeInPages) {
  debugger().setBreakpoints("main.4qs", {on(6)});
  auto result = start("var c = []\nvar i : integer\nfor (i, 1, 5000)\nc.push({n: i})\nend for\nreturn c.length");
  const StopInfo stop = client_->next();
  in(stop, [](Stop& standing) {
    Insides insides;
    const auto locals = standing.variables(standing.scope(0, Scope::locals, insides), Stop::Filter::all, 0, 0);
    EXPECT_EQ(locals->at(0).insides.numbered, 5000);
    const auto page = standing.variables(locals->at(0).reference, Stop::Filter::numbered, 4990, 3);
    EXPECT_EQ(joined(page), "[4990]={n: 4991} [4991]={n: 4992} [4992]={n: 4993}");
    EXPECT_EQ(page->at(0).expression, "c[4990]");
    return 0;
  });
  resume(stop);
  EXPECT_EQ(result.get(), "5000");
}

TEST_F(DebuggerTest, InstancesShowComputedPropertiesOnDemand) {
  application_.classFile("Box",
                         "property side : number\nconstructor (n : number)\nthis.side = n\n"
                         "function get area() : number\nreturn this.side*this.side\nfunction grow()\nthis.side += 1");
  debugger().setFunctionBreakpoints({inFunction("Box.grow"), inFunction("Box.shrink")});
  auto result = start("var b = cs.Box.new(3)\nb.grow()\nreturn b.area");
  const StopInfo stop = client_->next();
  EXPECT_EQ(place(stop), "Box.grow:7");
  in(stop, [](Stop& standing) {
    Insides insides;
    const int self = standing.scope(0, Scope::receiver, insides);
    const auto members = standing.variables(self, Stop::Filter::all, 0, 0);
    EXPECT_EQ(joined(members), "side=3 area=…");
    EXPECT_TRUE(members->at(1).lazy);
    EXPECT_EQ(joined(standing.variables(members->at(1).reference, Stop::Filter::all, 0, 0)), "area=9");
    EXPECT_EQ(standing.evaluate(0, "this")->type, "cs.Box");
    EXPECT_EQ(standing.complete(0, "1+this.ar"), std::vector<std::string>{"area"});
    EXPECT_FALSE(standing.look(0, "currentDate"));  // a call
    EXPECT_EQ((*standing.look(0, "this.side"))->text, "3");
    return 0;
  });
  resume(stop);
  EXPECT_EQ(result.get(), "16");
}

TEST_F(DebuggerTest, PausesLoops) {
  debugger().setBreakpoints("main.4qs", {on(2)});
  // No statement begins in the loop.
  auto result = start("var n = 0\nwhile (n == 0)\nend while\nreturn n");
  StopInfo stop = client_->next();
  debugger().setBreakpoints("main.4qs", {});
  resume(stop);
  debugger().pause(stop.process);
  stop = client_->next();
  EXPECT_EQ(stop.reason, StopReason::pause);
  in(stop, [](Stop& standing) { return standing.enter(0, "n = 8").has_value(); });
  resume(stop);
  EXPECT_EQ(result.get(), "8");
}

TEST_F(DebuggerTest, PausesAProcessThatWaits) {
  debugger().setBreakpoints("main.4qs", {on(2)});
  auto result = start("var s = newSignal()\ns.wait()\nreturn s.signaled");
  StopInfo stop = client_->next();
  resume(stop);
  debugger().pause(stop.process);
  stop = client_->next();
  EXPECT_EQ(stop.reason, StopReason::pause);
  EXPECT_EQ(line(stop), 2U);
  in(stop, [](Stop& standing) { return standing.enter(0, "s.trigger()").has_value(); });
  resume(stop);
  EXPECT_EQ(result.get(), "true");
}

TEST_F(DebuggerTest, OthersRunOnWhileOneStandsStill) {
  application_.method("stopped", "var a = 1\nreturn a");
  debugger().setBreakpoints("stopped.4qs", {on(1)});
  auto result = start("return stopped()");
  const StopInfo first = client_->next();
  vm::Process other(application_.runtime().shared_from_this(), "other", vm::ProcessType::web);
  EXPECT_EQ(vm::test::show(other.evaluate("1+2")), "3");
  auto second = std::async(std::launch::async, [&] { return vm::test::show(other.callMethod("stopped", {})); });
  const StopInfo next = client_->next();
  EXPECT_NE(next.process, first.process);
  EXPECT_EQ(line(first), 1U);
  EXPECT_EQ(line(next), 1U);
  resume(next);
  EXPECT_EQ(second.get(), "1");
  EXPECT_TRUE(debugger().isStopped(first.process));
  resume(first);
  EXPECT_EQ(result.get(), "1");
}

TEST_F(DebuggerTest, TheTimeLimitStandsStillWithTheProcess) {
  vm::Limits limits;
  limits.time = std::chrono::milliseconds(2000);
  application_.newProcess(limits);
  debugger().setBreakpoints("main.4qs", {on(1)});
  auto result = start("var a = 1\nreturn a");
  const StopInfo stop = client_->next();
  // Evaluation has a limit of its own; this takes longer than the process has.
  EXPECT_EQ(evaluate(stop, "delayProcess(currentProcess(), 150)"), "undefined");
  resume(stop);
  EXPECT_EQ(result.get(), "1");
}

TEST_F(DebuggerTest, EverythingRunsOnWhenTheClientGoes) {
  debugger().setBreakpoints("main.4qs", {on(1)});
  auto result = start("var a = 1\nreturn a");
  const StopInfo stop = client_->next();
  EXPECT_FALSE(debugger().attach(std::make_shared<Client>()));  // one at a time
  debugger().detach(client_.get());
  EXPECT_EQ(result.get(), "1");
  EXPECT_FALSE(debugger().isStopped(stop.process));
  EXPECT_EQ(start("var a = 1\nreturn a").get(), "1");
  EXPECT_FALSE(client_->hasStops());
  EXPECT_TRUE(debugger().attach(client_));
}

TEST_F(DebuggerTest, EndsAProcessThatStandsStill) {
  debugger().setBreakpoints("main.4qs", {on(1)});
  auto result = start("try\nvar a = 1\ncatch\nend try\nreturn 5");
  const StopInfo stop = client_->next();
  debugger().end(stop.process);
  EXPECT_EQ(result.get(), "error 1006");
}

TEST_F(DebuggerTest, FollowsChangedCode) {
  application_.method("inner", "\n\nreturn 1");
  const auto set = debugger().setBreakpoints("inner.4qs", {on(1)});
  EXPECT_EQ(set[0].line, 3U);
  application_.method("inner", "var a = 1\nreturn a");
  debugger().lookAtProgram();
  ASSERT_EQ(client_->moved().size(), 1U);
  EXPECT_EQ(client_->moved()[0].line, 1U);
  auto result = start("return inner()");
  const StopInfo stop = client_->next();
  EXPECT_EQ(place(stop), "inner:1");
  resume(stop);
  EXPECT_EQ(result.get(), "1");
}

TEST(DebuggerText, MessagesAndCounts) {
  EXPECT_EQ(messagePieces("plain"), std::vector<std::string>{"plain"});
  EXPECT_EQ(messagePieces("a {x} b"), (std::vector<std::string>{"a ", "x", " b"}));
  EXPECT_EQ(messagePieces("{{x}} {{a: 1}.a}"), (std::vector<std::string>{"{x} {a: 1}.a}"}));
  EXPECT_EQ(messagePieces("{ {a: 1}.a}"), (std::vector<std::string>{"", " {a: 1}.a", ""}));
  const auto holds = [](std::string_view text, std::uint64_t hits) { return HitCondition::parse(text)->holds(hits); };
  EXPECT_TRUE(holds("", 1));
  EXPECT_TRUE(holds("3", 3));
  EXPECT_FALSE(holds("3", 4));
  EXPECT_TRUE(holds(">= 3", 4));
  EXPECT_TRUE(holds("%2", 4));
  EXPECT_FALSE(holds("<3", 3));
  EXPECT_FALSE(HitCondition::parse("x"));
  EXPECT_FALSE(HitCondition::parse("% 0"));
}

}  // namespace
}  // namespace qodly::script::debug
