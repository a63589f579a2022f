// The language run by the machine: values, operators, control flow, calls.
#include <gtest/gtest.h>

#include "tests/unit/script/vm_fixture.h"

namespace qodly::script::vm::test {
namespace {

struct Case {
  std::string_view expression;
  std::string_view result;
};

class Expressions : public testing::Test {
 protected:
  void check(std::initializer_list<Case> cases) {
    for (const Case& each : cases) EXPECT_EQ(application.eval(each.expression), each.result) << each.expression;
  }
  Application application;
};

TEST_F(Expressions, WorkedExamples) {
  check({
      {"10-4-3", "3"},
      {"3*2^2", "12"},
      {"17\\5", "3"},
      {"valueType(?00:01:00?+?00:59:30?)", "11"},
      {"?00:01:40?*2", "200"},
      {"!2025-02-27!+3 == !2025-03-02!", "true"},
      {"\"Zoé\" == \"ZOE\"", "true"},
      {"\"teapot\" == \"tea@\"", "true"},
      {"\"tea@\" == \"teapot\"", "false"},
      {"\"one, two three\" % \"two\"", "true"},
      {"\"one, two three\" % \"tw\"", "false"},
      {"0 || 7", "0"},
      {"\"\" || \"none\"", "\"none\""},
      {"{} ? 1 : 2", "2"},
      {"[1,2] == [1,2]", "false"},
      {"\"abc\"[[2]]", "\"b\""},
      {"12 & 10", "8"},
      {"12 | 3", "15"},
      {"12 ^| 10", "6"},
      {"6 ?? 1", "true"},
  });
}

TEST_F(Expressions, Numbers) {
  check({
      {"-2^2", "4"},
      {"2^3^2", "512"},
      {"7\\-2", "-3"},
      {"-7 % 3", "-1"},
      {"10.5 % 4", "2"},
      {"9.5 % 3", "0"},
      {"1\\0", "error -20006"},
      {"1 % 0", "error -20006"},
      {"0.1+0.2 == 0.3", "true"},
      {"1 == 1.000001", "true"},
      {"1 == 1.00001", "false"},
      {"1 <= 0.9999999", "true"},
      {"1 < 0.9999999", "false"},
      {"1 << 31", "-2147483648"},
      {"1 << 32", "0"},
      {"-1 >> 28", "15"},
      {"5 ?+ 1", "7"},
      {"7 ?- 0", "6"},
      {"\"ab\"*3", "\"ababab\""},
      {"\"ab\"*-1", "\"\""},
      {"\"a\"+1", "error -20002"},
      {"null+1", "error -20002"},
      {"undefined", "undefined"},
      {"{}.x+1", "undefined"},
      {"null < 1", "error -20004"},
      {"{}.x < 1", "false"},
      {"null == {}.x", "true"},
      {"1 == \"1\"", "false"},
      {"1 != \"1\"", "true"},
      {"false < true", "true"},
      {"\"kiwi\" <= \"ki@\"", "true"},
      {"\"kiwi\" < \"ki@\"", "false"},
      {"\"a\" == \"a@@\"", "false"},
  });
}

TEST_F(Expressions, ObjectsAndCollections) {
  check({
      {"{a: 1, b: [1, 2, {c: \"x\"}]}.b[2].c", "\"x\""},
      {"{a: 1, a: 2}.a", "2"},
      {"[1, 2][5]", "undefined"},
      {"[1, 2][-1]", "error -20005"},
      {"[1, 2][1.9]", "2"},
      {"[1, 2].length", "2"},
      {"{a: 1}[\"a\"]", "1"},
      {"{a: 1}.x.y", "undefined"},
      {"{a: 1}.f()", "error -20009"},
      {"null.f()", "error -20003"},
      {"\"abc\"[[9]]", "\"\""},
      {"valueType([3][0])", "1"},
      {"valueType({t: ?00:00:05?}.t)", "1"},
      {"{t: ?00:00:05?}.t", "5000"},
      {"{t: ?00:00:05?}.t == ?00:00:05?", "true"},
  });
}

TEST(MachineStatements, ControlFlow) {
  Application application;
  EXPECT_EQ(application.run("var s : integer\nfor (i, 1, 10)\ns += i\nend\nreturn s"), "55");
  EXPECT_EQ(application.run("var s : integer\nfor (i, 10, 1, -3)\ns = s*100+i\nend\nreturn s"), "10070401");
  EXPECT_EQ(application.run("for (i, 1, 3)\nend\nreturn i"), "4");
  EXPECT_EQ(application.run("for (i, 1, 10)\nif (i == 4)\nbreak\nend\nend\nreturn i"), "4");
  EXPECT_EQ(application.run("for (i, 1, 2, 0)\nend"), "error -20028");
  EXPECT_EQ(application.run("var s = 0\nwhile (s < 7)\ns += 2\nend\nreturn s"), "8");
  EXPECT_EQ(application.run("var s = 0\nrepeat\ns += 1\nuntil (s >= 3)\nreturn s"), "3");
  EXPECT_EQ(application.run("var t = \"\"\nforEach (x, [\"a\", \"b\", \"c\"], 1)\nt += x\nend\nreturn t"), "\"bc\"");
  EXPECT_EQ(application.run("var t = \"\"\nforEach (x, {a: 1, b: 2})\nt += x\nend\nreturn t"), "\"ab\"");
  EXPECT_EQ(application.run("var n = 0\nforEach (x, [5, 6, 7]) while (x < 7)\nn += x\nend\nreturn n"), "11");
  EXPECT_EQ(application.run("var n = 0\nforEach (x, null)\nn += 1\nend\nreturn n"), "0");
  EXPECT_EQ(application.run("var x = 2\nswitch\n: x == 1\nreturn \"one\"\n: (x == 2)\nreturn \"two\"\nelse\nreturn "
                            "\"other\"\nend"),
            "\"two\"");
  EXPECT_EQ(application.run("if (3)\nend"), "error -20002");
  EXPECT_EQ(application.run("if ({}.x)\nreturn 1\nend\nreturn 2"), "2");
  EXPECT_EQ(application.run("var c = [\"k\"]\nc[2] = \"m\"\nreturn c"), "[\"k\",null,\"m\"]");
  EXPECT_EQ(application.run("var i : integer\ni = 3000000000"), "error -20007");
  EXPECT_EQ(application.run("var i : integer\ni = 2.5\nreturn i"), "3");
  EXPECT_EQ(application.run("var t : time\nt = 90\nt += 60\nreturn valueType(t)"), "11");
  EXPECT_EQ(application.run("var s : string\ns = null"), "error -20002");
  EXPECT_EQ(application.run("var d : date\nd = \"2024-02-29T10:00:00\"\nreturn d"), "\"2024-02-29\"");
  EXPECT_EQ(application.run("var c : collection\nreturn c.length"), "0");
  EXPECT_EQ(application.run("var c : collection\nreturn c[0]"), "error -20003");
  EXPECT_EQ(application.run("var o : object\no.x = 1"), "error -20003");
  EXPECT_EQ(application.run("var t = \"abc\"\nt[[2]] = \"X\"\nreturn t"), "\"aXc\"");
  EXPECT_EQ(application.run("var t = \"abc\"\nt[[4]] = \"X\""), "error -20005");
}

TEST(MachineCalls, MethodsAndParameters) {
  Application application;
  application.method("fib", "declare (n : integer) : integer\nif (n < 2)\nreturn n\nend\nreturn fib(n-1)+fib(n-2)");
  EXPECT_EQ(application.run("return fib(20)"), "6765");
  application.method("greet", "declare (name : string, times : integer) -> r : string\nr = name*times");
  EXPECT_EQ(application.run("return greet(\"ab\", 2)"), "\"abab\"");
  EXPECT_EQ(application.run("return greet(\"ab\")"), "\"\"");
  EXPECT_EQ(application.run("return greet(1, 2)"), "error -20002");
  EXPECT_EQ(application.run("return greet(null, 2)"), "\"\"");
  application.method("count", "return countParameters*100+${2}");
  EXPECT_EQ(application.run("return count(7, 8, 9)"), "308");
  application.method("rest", "declare (a, ... : number)\nreturn copyParameters(2)");
  EXPECT_EQ(application.run("return rest(1, 2, 3)"), "[2,3]");
  EXPECT_EQ(application.run("return rest(1, 2, \"x\")"), "error -20002");
  EXPECT_EQ(application.run("return nothere(1)"), "error -20008");
  application.method("change", "declare (o : object)\no.x = 5");
  EXPECT_EQ(application.run("var o = {x: 1}\nchange(o)\nreturn o.x"), "5");
  EXPECT_EQ(application.run("var rest = 0\nvar q = position(17, 5, rest)\nreturn q*10+rest"), "32");
  EXPECT_EQ(application.run("return replaceString(\"a\", *)"), "true");
  EXPECT_EQ(application.run("return length(null)"), "0");
  EXPECT_EQ(application.run("return length([])"), "error -20002");
  application.method("broken", "if (");
  EXPECT_EQ(application.run("return broken"), "error -20001");
}

TEST(MachineCalls, DeepRecursionIsAnErrorThatCanBeCaught) {
  Application application;
  application.method("down", "declare (n : integer)\nreturn down(n+1)");
  EXPECT_EQ(application.run("try\ndown(1)\ncatch\nreturn lastErrors[0].errCode\nend"), "-20019");
  application.method("sum", "declare (n : integer) : integer\nif (n == 0)\nreturn 0\nend\nreturn n+sum(n-1)");
  EXPECT_EQ(application.run("return sum(5000)"), "12502500");
}

TEST(MachineFormulas, CaptureAndCall) {
  Application application;
  EXPECT_EQ(application.run("var a = 5\nvar f = formula(a+$1)\na = 100\nreturn f.call(null, 2)"), "7");
  EXPECT_EQ(application.run("var o = {n: 3, f: formula(this.n*$1)}\nreturn o.f(4)"), "12");
  EXPECT_EQ(application.run("return [1, 2, 3].map(formula($1.value*2))"), "[2,4,6]");
  EXPECT_EQ(application.run("return formula(1+x).source"), "\"1+x\"");
  EXPECT_EQ(application.run("var f = formula($1+$2)\nreturn f(2, 3)"), "5");
  application.method("twice", "declare (n : number) : number\nreturn n*2");
  EXPECT_EQ(application.run("var f = formula(twice)\nreturn f.call(null, 21)"), "42");
  EXPECT_EQ(application.run("var o = {}\nvar f = formula(this.x = $1)\nf.call(o, 9)\nreturn o.x"), "9");
  EXPECT_EQ(show(application.process().evaluate("1+2*3")), "7");
  EXPECT_EQ(show(application.process().evaluate("1+2*3", true)), "9");
  EXPECT_EQ(show(application.process().formula("a+1")), "error -10737");
  EXPECT_EQ(show(application.process().formula("1+")), "error -20001");
}

TEST(MachineFourD, ProcessVariablesAndPointers) {
  Application application;
  EXPECT_EQ(application.run4D("$a:=2+3*4\nreturn $a"), "20");
  application.method("setIt.4dm", "vShared:=$1");
  EXPECT_EQ(application.run4D("setIt(7)\nreturn vShared"), "7");
  EXPECT_EQ(application.run4D("<>total:=5\n<>total:=<>total+1\nreturn <>total"), "6");
  EXPECT_EQ(application.run4D("$a:=1\n$p:=->$a\n$p->:=$p->+5\nreturn $a"), "6");
  application.method("byPointer.4dm", "$1->:=99");
  EXPECT_EQ(application.run4D("$a:=1\nbyPointer(->$a)\nreturn $a"), "99");
  EXPECT_EQ(application.run4D("C_POINTER($p)\nreturn $p->"), "error -20003");
  EXPECT_EQ(application.run4D("ALERT(\"x\")"), "error -20027");
  application.method("result.4dm", "$0:=$1*2");
  EXPECT_EQ(application.run4D("return result(4)"), "8");
}

}  // namespace
}  // namespace qodly::script::vm::test
