// What is wrong is told where it stands, once, and the rest is read on.
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::syntax::test {
namespace {

std::string firstMessage(const Tree& tree) { return tree.diagnostics.empty() ? "" : text(tree.diagnostics[0]); }

TEST(SyntaxErrors, EveryStatementIsReportedInOneRun) {
  EXPECT_EQ(found(qodly("x = )\ny = 1\nz = [1, 2\nif (a b)\n w = +\nend\n")),
            "1:5 unexpected-token; 3:10 unexpected-token; 4:7 unexpected-token; 5:7 unexpected-token");
}

TEST(SyntaxErrors, MessagesSayWhatIsThereAndWhatBelongsThere) {
  EXPECT_EQ(firstMessage(qodly("x = f(a b)")), "m:1:9: error: Found 'b'; expected ',' or ')'.");
  EXPECT_EQ(firstMessage(qodly("if (a = b)\nend")), "m:1:7: error: Found '='; expected ')'. To compare, use '=='.");
  EXPECT_EQ(firstMessage(fourD("If ($a==1)\nEnd if")), "m:1:7: error: Found '=='; expected ')'. To compare, use '='.");
  EXPECT_EQ(firstMessage(fourD("client.client = client")),
            "m:1:15: warning: The values are compared and the result is forgotten; to assign, use ':='.");
  EXPECT_EQ(firstMessage(fourD("trash=ds.Company.all().drop()")),
            "m:1:6: warning: The call runs, what it returns is compared and forgotten; to assign, use ':='.");
}

TEST(SyntaxErrors, StructuresThatDoNotMatch) {
  EXPECT_EQ(found(qodly("if (a)\n b()\n")), "1:1 unclosed-structure");
  EXPECT_EQ(found(qodly("if (a)\n for (i, 1, 2)\nend if\nx = 1")), "2:2 unclosed-structure");
  EXPECT_EQ(found(qodly("end\nelse\nuntil (a)\n: b\ncatch")),
            "1:1 unexpected-closer; 2:1 unexpected-closer; 3:1 unexpected-closer; 4:1 unexpected-closer; 5:1 "
            "unexpected-closer");
  EXPECT_EQ(found(fourD("If (True)\nEnd for \nEnd if")), "2:1 unexpected-closer");
  EXPECT_EQ(found(qodly("try\n a()\nend")), "1:1 missing-catch");
  EXPECT_EQ(found(fourD("Try\n a()\nEnd try")), "");  // real code leaves an empty Catch out
  EXPECT_EQ(found(qodly("if (a)\nelse\nelse\nend")), "3:1 unexpected-closer");
  EXPECT_EQ(found(qodly("switch\n a()\n: b\nend")), "2:2 unexpected-token");
}

TEST(SyntaxErrors, StatementsThatMakeNoSense) {
  EXPECT_EQ(found(qodly("1 + 2")), "1:1 unused-value");
  EXPECT_EQ(found(qodly("f() = 1")), "1:1 not-assignable");
  EXPECT_EQ(found(qodly("this = 1")), "1:1 not-assignable");
  EXPECT_EQ(found(qodly("currentDate = 1")), "1:1 not-assignable");
  EXPECT_EQ(found(qodly("kString = 1")), "1:1 not-assignable");
  EXPECT_EQ(found(qodly("t[[1]] += \"a\"")), "1:8 unexpected-token");
  EXPECT_EQ(found(qodly("var a, b = 1")), "1:10 several-names");
  EXPECT_EQ(found(qodly("x = 1\ndeclare (a)")), "2:1 misplaced-declare");
  EXPECT_EQ(found(qodly("x + = 1")), "1:5 unexpected-token");
  EXPECT_EQ(found(qodly("x = f(1,,2)")), "1:9 unexpected-token");
  EXPECT_EQ(found(qodly("x = [1,]")), "1:8 unexpected-token");
  EXPECT_EQ(found(qodly("declare (a, A)")), "1:13 duplicate-name");
  EXPECT_EQ(found(qodly("var a : strng")), "1:9 unexpected-token");
  EXPECT_EQ(found(qodly("x = a b")), "1:7 unexpected-token");
  EXPECT_EQ(found(qodly("x = @")), "1:5 unexpected-character");
}

TEST(SyntaxErrors, NullAsATestIsAcceptedWithAWarning) {
  const Tree tree = qodly("if (null(a.b))\nend");
  EXPECT_EQ(found(tree), "1:5 null-test");
  EXPECT_FALSE(hasErrors(tree.diagnostics));
  EXPECT_EQ(grouping(*std::get<If>(tree.function->body[0]->node).condition), "(a.b==null)");
}

TEST(SyntaxErrors, ABrokenFunctionLeavesTheOthers) {
  const Tree tree = classOf(
      "property a\nfunction one()\n return 1\n\nfunction two()\n x = )\n if (a)\n\nfunction three(a : "
      "nonsense)\nexposed function four() : integer\n return 4\n");
  EXPECT_EQ(found(tree), "6:6 unexpected-token; 7:2 unclosed-structure; 9:20 unexpected-token");
  ASSERT_EQ(tree.members.size(), 5U);
  const auto function = [&](std::size_t index) { return std::get<const Function*>(tree.members[index]); };
  EXPECT_FALSE(function(1)->broken);
  EXPECT_EQ(function(2)->broken, 0U);
  EXPECT_EQ(function(3)->broken, 2U);
  EXPECT_FALSE(function(4)->broken);
  EXPECT_FALSE(tree.headerBroken);
}

TEST(SyntaxErrors, FormsOfOldCode) {
  EXPECT_EQ(found(fourD("var <>a; <>b : Text")), "");
  EXPECT_EQ(found(fourD("If ($a<<>b)\nEnd if")), "");
  EXPECT_EQ(found(fourD("$p->name:=$q->other.deep")), "");
  EXPECT_EQ(found(fourD("APPLY TO SELECTION:C70([T:1]; [T:1]name:2:=\"x\")")), "");
  EXPECT_EQ(found(fourD("f($a:=1)")), "1:5 unexpected-token");
  EXPECT_EQ(found(fourD("WR OPEN DOCUMENT:P12000:48($a; wr view menubar:K12003:11)")), "");
  EXPECT_EQ(found(fourD("WA EXECUTE JAVASCRIPT FUNCTION(*; \"a\"; \"f\"; $r)")), "");
  EXPECT_EQ(found(fourD("DOM EXPORT TO VAR($a; $b)")), "");
}

TEST(SyntaxErrors, OfClasses) {
  EXPECT_EQ(found(classOf("x = 1\nfunction a()\n")), "1:1 unexpected-token");
  EXPECT_EQ(found(classOf("function a()\nproperty b")), "2:10 unexpected-token");
  EXPECT_EQ(found(classOf("function a()\nfunction a()\n")), "2:1 duplicate-name");
  EXPECT_EQ(found(classOf("function get a()\nfunction set a(v)\nfunction get a()\n")), "3:1 duplicate-name");
  EXPECT_EQ(found(classOf("constructor()\nconstructor()\n")), "2:1 duplicate-name");
  EXPECT_EQ(found(classOf("function event nonsense(e)\n")), "1:16 unknown-event");
  EXPECT_EQ(found(classOf("singleton function a()\n")), "1:1 wrong-modifier");
  EXPECT_EQ(found(classOf("onHttpGet function a()\n")), "1:1 wrong-modifier");
  EXPECT_EQ(found(classOf("function a()\nclass extends B\n")), "2:1 misplaced-extends");
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(SyntaxLimits, DepthIsBoundedAndNeedsNoStack) {
  EXPECT_EQ(found(qodly("x = " + repeated("(", 500) + "1" + repeated(")", 500))), "");
  for (const std::string_view opening : {"(", "[", "{a:", "f(", "a[", "a?", "2^", "a?b:"}) {
    EXPECT_EQ(found(qodly("x = " + repeated(opening, 100'000))).substr(0, 4),
              "1:" + found(qodly("x = " + repeated(opening, 100'000))).substr(2, 2));
  }
  EXPECT_NE(found(qodly("x = " + repeated("(", 100'000) + "1")).find("nested-too-deep"), std::string::npos);
  EXPECT_NE(found(qodly(repeated("if (a)\n", 10'000))).find("nested-too-deep"), std::string::npos);
  EXPECT_EQ(found(qodly(repeated("if (a)\n", 512) + repeated("end\n", 512))), "");
  EXPECT_NE(found(qodly("x = " + repeated("1+", 100'000) + "1")).find("expression-too-long"), std::string::npos);
  EXPECT_EQ(found(qodly("x = " + repeated("1+", 2'000) + "1")), "");
  EXPECT_NE(found(qodly("x = " + repeated("-", 100'000) + "1")).find("expression-too-long"), std::string::npos);
}

TEST(SyntaxLimits, AMethodHas32000Lines) {
  EXPECT_EQ(found(qodly(repeated("\n", 31'999))), "");
  EXPECT_EQ(found(qodly(repeated("\n", 32'000))), "1:1 text-too-long");
}

}  // namespace
}  // namespace qodly::script::syntax::test
