// Whatever way code ends, nothing of it stays: registers, temporaries, loops, arguments, frames.
#include <gtest/gtest.h>

#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

TEST(MachineLeaks, EveryWayOutReleasesWhatWasHeld) {
  Application application;
  application.method("fails", "declare (a, b)\nvar c = {x: a}\nthrow(1)");
  application.method("gives", "declare (a, ...)\nreturn a");
  application.method("deep", "declare (a, n : integer)\nif (n == 0)\nthrow(2)\nend\nreturn [a, deep(a, n-1)]");
  application.method("late", "declare (a)\nthrow({deferred: true, held: a})\nreturn a");
  application.method("handler", "var x = lastErrors");
  application.classFile("Holder",
                        "constructor (a)\nthis.a = a\nthis.self = this\n"
                        "function get bad()\nreturn 1\\0\nfunction set bad(v)\nthrow(4)\n"
                        "function f(a)\nreturn [a, this.bad]\n");
  application.classFile("Child", "extends Holder\nconstructor (a)\nthrow(3)\nsuper(a)\n");
  const std::vector<std::string_view> programs{
      "return [p, {a: p, b: [p, 1\\0]}]",
      "return gives(p, p, fails(p, p))",
      "var x = {q: p}\nreturn x.q.nothing(p, [p])",
      "forEach (x, [p, p, p])\nforEach (y, [x, p])\nfails(x, y)\nend\nend",
      "forEach (x, [p, p, p])\nforEach (y, [x, p])\nreturn gives(x, y)\nend\nend",
      "for (i, 1, 3)\ntry\nfails([p], {a: p})\ncatch\nvar e = lastErrors\ncontinue\nend\nend",
      "try\nreturn deep(p, 20)\ncatch\nreturn deep(p, 5)\nend",
      "return try(fails({a: p}, p)) || [p]",
      "var f = formula([p, $1, $2])\nreturn f.call(p, p, 1)[9].x.y",
      "var f = formula(fails(p, $1))\nreturn [1, 2].map(f)",
      "return [late(p), late([p])]",
      "try\nlate({a: p})\nlate(p)\ncatch\nreturn lastErrors\nend",
      "return cs.Holder.new(p).f([p])",
      "var h = cs.Holder.new(p)\nh.bad = [p]",
      "return cs.Child.new(p)",
      "onErrCall(\"handler\")\nvar x = [p, fails(p, {a: p})]\nx = gives(p, fails(p, p))\nonErrCall(\"\")\nreturn 1",
      "throw({errCode: 5, held: p})",
      "var a = {p: p}\nvar b = {a: a, p: p}\na.b = b\nreturn 1",
      "var s = \"long text that is not kept inside of a value \"\nreturn gives(s+s, p)+1",
      "return gives(p, p, p, p) ? [p] : p",
      "var t = newSharedObject(\"a\", 1)\nuse (t)\nfails(p, t)\nend",
      "return copyParameters(1)",
      "return p == [p] && p.x || {a: p}",
      "var c = [p]\nc[5] = {q: p}\nc[2] = c\nreturn c[-1]",
      "return length([p])",
      "return callWorker(p, [p])",
      "logEvent\nreturn gives(p, logEvent)",
  };
  Value probe = application.process().newObject();
  const std::uint32_t before = probe.asObject().count();
  for (const std::string_view program : programs) {
    application.method("main", "declare (p)\n" + std::string(program));
    for (int i = 0; i < 3; ++i) {
      application.call("main", {probe});
      application.process().beginTask();
    }
    application.process().heap().collect();
    EXPECT_EQ(probe.asObject().count(), before) << program;
  }
  probe = Value();
  EXPECT_EQ(application.process().heap().collect().containers, 0U);
}

}  // namespace
}  // namespace qodly::script::vm::test
