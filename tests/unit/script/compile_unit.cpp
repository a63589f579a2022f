// What a file is made into: classes, frames, tables beside the code.
#include "tests/unit/script/compile_fixture.h"

namespace qodly::script::compile::test {

TEST(CompileUnit, ClassesAreLaidOut) {
  const auto unit = compileClass(
      "extends Base\n"
      "property name, code : string\n"
      "property items = []\n"
      "exposed alias owner company.owner\n"
      "shared constructor (a : string)\n  super(a)\n  this.name = a\n"
      "exposed function total() : number\n  return this.items.length\n"
      "function get size() : integer\n  return 1\n"
      "function event saving name(event)\n"
      "shared function add(x)\n  this.last = x\n");
  const ClassLayout& layout = unit->layout;
  EXPECT_EQ(layout.name, "C");
  EXPECT_EQ(layout.extends, "Base");
  ASSERT_EQ(layout.properties.size(), 3U);
  EXPECT_EQ(layout.properties[1].type.word, syntax::TypeWord::text);
  EXPECT_EQ(layout.properties[2].type.word, syntax::TypeWord::collection);
  ASSERT_EQ(layout.aliases.size(), 1U);
  EXPECT_TRUE(layout.aliases[0].exposed);
  EXPECT_TRUE(layout.constructorModifiers.shared);
  ASSERT_EQ(layout.functions.size(), 4U);
  EXPECT_TRUE(layout.functions[0].modifiers.exposed);
  EXPECT_EQ(layout.functions[0].code->name, "C.total");
  EXPECT_EQ(layout.functions[1].kind, syntax::FunctionKind::getter);
  EXPECT_EQ(layout.functions[2].attribute, "name");
  EXPECT_EQ(listing(*layout.constructor),
            "move t2 r0\nmove t3 r1\ncallSuper t2 1\nrelease t2 1\nsetMember r0 r1 'name'\nreturnUndefined\n");
  EXPECT_EQ(listing(*layout.initialiser), "newCollection t1 0\ninitialiseProperty r0 t1 'items'\nreturnUndefined\n");
  EXPECT_EQ(listing(*layout.functions[3].code), "useBegin r0\nsetMember r0 r1 'last'\nuseEnd\nreturnUndefined\n");
}

TEST(CompileUnit, BrokenFunctionsLeaveTheOthersUsable) {
  const auto unit = compileClass("function good()\n  return 1\nfunction bad()\n  x = = 2\n");
  ASSERT_EQ(unit->layout.functions.size(), 2U);
  EXPECT_EQ(unit->layout.functions[0].code->broken, "");
  EXPECT_NE(unit->layout.functions[1].code->broken.find("C:4:"), std::string::npos);
}

TEST(CompileUnit, FramesPutUnboxedVariablesBehindBoxedOnes) {
  const auto unit = compileMethod("declare (n : integer)\nvar t : string\nvar i : integer\nvar x : number = 1\n");
  const Code& code = *unit->main;
  EXPECT_EQ(code.boxedEnd, 3);        // receiver, n, t
  EXPECT_EQ(code.firstTemporary, 5);  // i, x
  ASSERT_EQ(code.initial.size(), 3U);
  EXPECT_TRUE(code.initial[0].isText());
  EXPECT_EQ(code.initial[1].type(), Type::integer);
  EXPECT_EQ(code.initial[2].type(), Type::real);
}

TEST(CompileUnit, UnboxedParametersNeedNoRelease) {
  EXPECT_EQ(compileMethod("declare (n : integer)\nreturn n\n")->main->boxedEnd, 1);
  EXPECT_EQ(compileMethod("declare (n : integer, t : string, x : number)\nreturn n\n")->main->boxedEnd, 3);
}

TEST(CompileUnit, StatementsKnowWhereToGoOn) {
  const auto unit = compileMethod("declare (a)\nif (a.x)\n a = 1\n a = 2\nend\na = 3\n");
  const Code& code = *unit->main;
  // getMember (2 words), jumpIfFalse, 1, 2, 3, return
  const StatementRange* header = code.statementAt(2);
  ASSERT_NE(header, nullptr);
  EXPECT_EQ(header->line, 2U);
  EXPECT_EQ(header->resume, 5U);
  const StatementRange* inner = code.statementAt(3);
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->line, 3U);
  EXPECT_EQ(inner->resume, 4U);
  EXPECT_EQ(code.lineAt(5).line, 6U);
}

TEST(CompileUnit, LongBodiesUseLongJumps) {
  std::string text = "declare (n : integer)\nif (n < 2)\n";
  for (int i = 0; i < 20'000; ++i) text += " n = n+n*n\n";
  text += "end\n";
  const auto unit = compileMethod(text);
  const Code& code = *unit->main;
  EXPECT_EQ(code.broken, "");
  EXPECT_EQ(code.words.size(), 60'004U);  // compare, jump, far jump, statements, return
}

TEST(CompileUnit, EveryInstructionHasAShape) {
  for (std::size_t i = 0; i < opcodeCount(); ++i) {
    const OpcodeRow& info = row(static_cast<Opcode>(i));
    const bool wide = info.shape.size() >= 2 && info.shape[1] >= 'A' && info.shape[1] <= 'Z';
    EXPECT_EQ(info.shape.size(), info.cached() ? 4U : wide ? 2U : 3U) << info.name;
  }
}

}  // namespace qodly::script::compile::test
