// What is made of a script: the instructions of small methods.
#include "tests/unit/script/compile_fixture.h"

namespace qodly::script::compile::test {

using syntax::Surface;

TEST(Compile, NumberVariablesUseRealInstructions) {
  EXPECT_EQ(listing("declare (x : number, y : number) : number\nreturn x*x-2*y+1\n"),
            "multiplyReal t3 r1 r1\n"
            "multiplyRealConstant t4 r2 2\n"
            "subtractReal t3 t3 t4\n"
            "addRealConstant t3 t3 1\n"
            "returnValue t3\n"
            "loadNumber t3 0\n"
            "returnValue t3\n");
}

TEST(Compile, IntegerVariablesAreComputedAsIntegers) {
  EXPECT_EQ(listing("var i, j : integer\ni = (i*4093+257)%524287\nj = i+1\nj -= i\n"),
            "loadInteger t4 4093\n"
            "multiplyIntegerWide t3 r1 t4\n"
            "addIntegerWideNumber t3 t3 257\n"
            "loadInteger t4 524287\n"
            "moduloInteger r1 t3 t4\n"
            "addIntegerNumber r2 r1 1\n"
            "subtractInteger r2 r2 r1\n"
            "returnUndefined\n");
}

TEST(Compile, ResultsAreConvertedWhereTheTypeIsNotProven) {
  EXPECT_EQ(listing("declare (a, n : integer)\nvar x : number\nvar o : object\nx = a\nx = n\no = null\no = a\nn = x\n"),
            "convertReal r4 r1\n"
            "integerToReal r4 r2\n"
            "loadNull r3\n"
            "convert r3 r1 7\n"
            "realToInteger r2 r4\n"
            "returnUndefined\n");
}

TEST(Compile, ComparisonsJump) {
  EXPECT_EQ(
      listing("declare (n : integer, a)\nif (n < 2)\n a = 1\nelse\n a = \"x\"\nend\nif (a == null)\n a = 2\nend\n"),
      "jumpIfGreaterIntegerNumber r1 1 -> 3\n"
      "loadNumber r2 1\n"
      "jump -> 4\n"
      "loadConstant r2 \"x\"\n"
      "jumpIfNotMissing r2 -> 6\n"
      "loadNumber r2 2\n"
      "returnUndefined\n");
}

TEST(Compile, SidesOfShortCircuitOperatorsAreSkipped) {
  EXPECT_EQ(listing("declare (a, b)\nif (a && not(b > 1))\n a = 1\nend\na = a || b\n"),
            "jumpIfFalsy r1 -> 3\n"
            "jumpIfGreaterNumber r2 1 -> 3\n"
            "loadNumber r1 1\n"
            "move t3 r1\n"
            "jumpKeepTruthy t3 -> 6\n"
            "move t3 r2\n"
            "move r1 t3\n"
            "returnUndefined\n");
}

TEST(Compile, ForLoopsKeepTheirLimitInHiddenRegisters) {
  EXPECT_EQ(listing("declare (c : collection, n : integer)\nvar i : integer\nfor (i, 0, n-1)\n c[i] = i\nend\n"),
            "loadInteger r5 0\n"
            "addIntegerWideNumber r3 r2 -1\n"
            "loadInteger r4 1\n"
            "forPrepareInteger r3\n"
            "forTestInteger r5 r3 -> 7\n"
            "setElementInteger r1 r5 r5\n"
            "forNextInteger r5 r3 -> 5\n"
            "returnUndefined\n");
}

TEST(Compile, UndeclaredCountersAreIntegers) {
  const auto unit = compileMethod("for (i, 1, 3)\nend\nfor (x, 1, 2, 0.5)\nend\n");
  ASSERT_EQ(unit->main->locals.size(), 2U);
  EXPECT_EQ(unit->main->locals[0].type.word, syntax::TypeWord::integer);
  EXPECT_EQ(unit->main->locals[1].type.word, syntax::TypeWord::none);
}

TEST(Compile, ForEachGivesItemsToTheVariable) {
  EXPECT_EQ(listing("declare (c)\nforEach (e, c, 1) until (e == 3)\n c = e\nend\n"),
            "move r3 r1\n"
            "loadNumber r4 1\n"
            "loadUndefined r5\n"
            "forEachPrepare r3 1 -> 8\n"
            "jump -> 7\n"
            "move r1 r2\n"
            "jumpIfEqualNumber r2 3 -> 8\n"
            "forEachNext r3 r2 -> 5\n"
            "forEachDone r3\n"
            "returnUndefined\n");
}

TEST(Compile, TextsGrowInPlace) {
  EXPECT_EQ(listing("declare (s : string)\nvar t : string\nt = t+s+\"x\"\nt += s\n"),
            "loadConstant t4 \"x\"\n"
            "add t3 r1 t4\n"
            "appendText r2 t3\n"
            "appendText r2 r1\n"
            "returnUndefined\n");
}

TEST(Compile, CompoundAssignmentEvaluatesItsPlaceOnce) {
  EXPECT_EQ(listing("declare (o)\no.f().n += 2\no.a[o.i] *= o.b\n"),
            "move t2 r1\n"
            "callFunction t2 0 'f'\n"
            "copy t4 t2\n"
            "getMember t3 t4 'n'\n"
            "addNumber t3 t3 2\n"
            "setMember t2 t3 'n'\n"
            "getMember t2 r1 'a'\n"
            "getMember t3 r1 'i'\n"
            "copy t5 t2\n"
            "copy t6 t3\n"
            "getElement t4 t5 t6\n"
            "getMember t5 r1 'b'\n"
            "multiply t4 t4 t5\n"
            "setElement t2 t3 t4\n"
            "returnUndefined\n");
}

TEST(Compile, WrittenArgumentsGoToTheirPlaces) {
  EXPECT_EQ(listing("declare (o, t : string)\no.found = position(\"a\", t, 1, o.at)\n"),
            "loadConstant t4 \"a\"\n"
            "move t5 r2\n"
            "loadNumber t6 1\n"
            "loadUndefined t7\n"
            "callCommandOut t3 4 1\n"
            "release t4 3\n"
            "setMember r1 t7 'at'\n"
            "setMember r1 t3 'found'\n"
            "returnUndefined\n");
}

TEST(Compile, VariablesWhoseAddressIsTakenLiveInCells) {
  EXPECT_EQ(listing("var $a : Integer\n$a:=1\n$p:=->$a\n$p->:=$a+2\n", Surface::fourD),
            "newCell r1 3\n"
            "loadNumber t3 1\n"
            "setCell r1 t3\n"
            "pointCell r2 r1\n"
            "getCell t3 r1\n"
            "addNumber t3 t3 2\n"
            "setPointed r2 t3\n"
            "returnUndefined\n");
}

TEST(Compile, NumberedParametersAreRegisters) {
  EXPECT_EQ(listing("C_TEXT($0; $1)\n$0:=$1+$2+${3}\n", Surface::fourD),
            "add t4 r1 r2\n"
            "loadNumber t6 3\n"
            "getParameter t5 t6\n"
            "add t4 t4 t5\n"
            "convert r3 t4 1\n"
            "returnValue r3\n");
}

TEST(Compile, TryKeepsWhatIsRoundIt) {
  const auto unit = compileMethod("declare (a)\na = 1+try(a.f())\ntry\n a = 2\ncatch\n a = 3\nend\n");
  const Code& code = *unit->main;
  ASSERT_EQ(code.handlers.size(), 2U);
  EXPECT_TRUE(code.handlers[0].expression);
  EXPECT_EQ(code.handlers[0].clearFrom, code.firstTemporary + 1);
  EXPECT_FALSE(code.handlers[1].expression);
  EXPECT_EQ(code.handlers[1].clearFrom, code.firstTemporary);
  EXPECT_EQ(listing(code),
            "loadNumber t2 1\n"
            "tryBegin 1\n"
            "move t3 r1\n"
            "callFunction t3 0 'f'\n"
            "tryEnd -> 6\n"
            "jump -> 7\n"
            "loadUndefined t3\n"
            "add r1 t2 t3\n"
            "tryBegin 0\n"
            "loadNumber r1 2\n"
            "tryEnd -> 12\n"
            "jump -> 13\n"
            "loadNumber r1 3\n"
            "returnUndefined\n");
}

TEST(Compile, NothingIsTakenBackWhereAJumpLeads) {
  EXPECT_EQ(listing("declare (a)\ntry(a.f())\nassert(a)\n"),
            "tryBegin 1\n"
            "move t2 r1\n"
            "callFunction t2 0 'f'\n"
            "tryEnd -> 5\n"
            "jump -> 6\n"
            "loadUndefined t2\n"
            "release t2 1\n"
            "jumpUnlessAsserting -> 12\n"
            "move t4 r1\n"
            "loadConstant t5 \"a\"\n"
            "callCommand t3 2 2\n"
            "release t3 1\n"
            "returnUndefined\n");
}

TEST(Compile, ReturnLeavesRegions) {
  EXPECT_EQ(listing("declare (a)\nuse (a)\n try\n  return a.x\n catch\n end\nend\n"),
            "useBegin r1\n"
            "tryBegin 0\n"
            "getMember t2 r1 'x'\n"
            "tryLeave\n"
            "useEnd\n"
            "returnValue t2\n"
            "tryEnd -> 8\n"
            "jump -> 8\n"
            "useEnd\n"
            "returnUndefined\n");
}

TEST(Compile, FormulasCopyVariables) {
  const auto unit = compileMethod("declare (a)\nvar n : number = 1\na = formula(this.f($1)+n+formula(a).call())\n");
  ASSERT_EQ(unit->codes.size(), 3U);
  const Code& formula = *unit->main->children.at(0);
  ASSERT_EQ(formula.captures.size(), 2U);
  EXPECT_EQ(formula.captures[0].name, "n");
  EXPECT_EQ(formula.captures[0].from, unit->main->locals[1].reg);
  EXPECT_EQ(formula.captures[1].name, "a");
  EXPECT_EQ(formula.parameters.size(), 1U);
  EXPECT_EQ(formula.source, "this.f($1)+n+formula(a).call()");
  EXPECT_EQ(listing(formula),
            "move t4 r0\n"
            "move t5 r1\n"
            "callFunction t4 1 'f'\n"
            "add t4 t4 r2\n"
            "newFormula t5 formula 0\n"
            "callFunction t5 0 'call'\n"
            "add t4 t4 t5\n"
            "returnValue t4\n"
            "returnUndefined\n");
  EXPECT_EQ(formula.children.at(0)->captures.at(0).from, 3);
}

TEST(Compile, FormulaOfAMethodPassesArgumentsOn) {
  EXPECT_EQ(listing("declare (a)\na = formula(total)\n"), "newFormula r1 formula 0\nreturnUndefined\n");
  const auto unit = compileMethod("declare (a)\na = formula(total)\n");
  EXPECT_EQ(listing(unit->codes.at(1)), "forwardMethod t1 'total'\nreturnValue t1\nreturnUndefined\n");
  EXPECT_TRUE(unit->codes.at(1).usesArguments);
}

TEST(Compile, WhatDoesNotRunHereFailsWhenItIsExecuted) {
  EXPECT_EQ(listing("ALERT(\"x\")\n[Invoice]Name:=1\n", Surface::fourD),
            "raise -20027 Command not available on the server: ALERT.\n"
            "raise -20027 Fields of tables ('[Invoice]Name') are not available on the server; use the dataclass.\n"
            "loadUndefined t1\n"
            "loadNumber t2 1\n"
            "release t2 1\n"
            "returnUndefined\n");
}

TEST(Compile, MethodsThatCallThemselvesKnowTheirTypes) {
  const syntax::NameTable names = [] {
    syntax::NameTable made(&library::builtInNames());
    made.addMethod("fib");
    return made;
  }();
  const auto tree =
      syntax::parse(syntax::UnitKind::method, "fib", "declare (n : integer) : integer\nreturn fib(n-1)+fib(n-2)\n",
                    Surface::qodlyScript, names);
  EXPECT_EQ(listing(*compile(tree, "fib", environment())->main),
            "addIntegerNumber t3 r1 -1\n"
            "callMethod t2 1 'fib'\n"
            "addIntegerNumber t4 r1 -2\n"
            "callMethod t3 1 'fib'\n"
            "addInteger t2 t2 t3\n"
            "returnValue t2\n"
            "loadConstant t2 0\n"
            "returnValue t2\n");
}

}  // namespace qodly::script::compile::test
