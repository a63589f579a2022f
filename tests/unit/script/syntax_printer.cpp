// Conversion between the surfaces: spelling, grouping, comments, what cannot be said.
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::syntax::test {
namespace {

std::string toQodly(std::string_view text) { return printed(fourD(text), Surface::qodlyScript); }
std::string toFourD(std::string_view text) { return printed(qodly(text), Surface::fourD); }

TEST(SyntaxPrinter, KeywordsOperatorsAndNames) {
  EXPECT_EQ(toQodly("If ($a=1) & ($b#2)\n$c:=Current date:C33\nElse \nReplace string($t;\"a\";\"b\")\nEnd if"),
            "if ((a == 1) & (b != 2))\n\tc = currentDate\nelse\n\treplaceString(t, \"a\", \"b\")\nend\n");
  EXPECT_EQ(toFourD("switch\n: a == 1\nb = kString\nelse\nforEach (x, c, 1) until (x > 2)\nend\nend"),
            "Case of\n\t: $a=1\n\t\t$b:=Is text\n\tElse\n\t\tFor each ($x; $c; 1) Until ($x>2)\n\t\tEnd for each\nEnd "
            "case\n");
  EXPECT_EQ(toQodly("C_LONGINT($a;$b)\nvar $c : Text:=\"x\""), "var a, b : integer\nvar c : string = \"x\"\n");
}

TEST(SyntaxPrinter, ParenthesesWhereGroupingDiffers) {
  EXPECT_EQ(toQodly("$x:=2+3*4"), "x = (2 + 3) * 4\n");
  EXPECT_EQ(toQodly("$x:=2*3+4"), "x = 2 * 3 + 4\n");
  EXPECT_EQ(toQodly("$x:=2*(3+4)"), "x = 2 * (3 + 4)\n");
  EXPECT_EQ(toQodly("$x:=$a || $b && $c"), "x = (a || b) && c\n");
  EXPECT_EQ(toQodly("$x:=2^3^2"), "x = (2 ^ 3) ^ 2\n");
  EXPECT_EQ(toFourD("x = 2 + 3 * 4"), "$x:=2+(3*4)\n");
  EXPECT_EQ(toFourD("x = 2 ^ 3 ^ 2"), "$x:=2^(3^2)\n");
  EXPECT_EQ(toFourD("x = a - -b"), "$x:=$a - -$b\n");
}

TEST(SyntaxPrinter, LocalsLoseAndGetTheirDollar) {
  EXPECT_EQ(toQodly("#DECLARE($length : Text)->$total : Real\n$total:=Length($length)+$ok"),
            "declare (length_ : string) -> total_ : number\ntotal_ = length(length_) + ok_\n");
  EXPECT_EQ(toFourD("x = $x"), "$x:=$x_\n") << "x and $x are two variables";
  const Printed lossy = print(fourD("$a:=process"), Surface::qodlyScript, projectNames());
  ASSERT_EQ(lossy.losses.size(), 1U);
  EXPECT_EQ(lossy.losses[0].where.column, 5U);
}

TEST(SyntaxPrinter, NamesAndTargetsThatOnlyFourDHas) {
  const auto same = [](std::string_view text) {
    const Tree tree = fourD(text);
    const Printed made = print(tree, Surface::qodlyScript, projectNames());
    return made.losses.empty() && sameStructure(tree, qodly(made.text)) ? std::string("same") : made.text;
  };
  EXPECT_EQ(toQodly("$2nd:=$2nd+1"), "_2nd = _2nd + 1\n");
  EXPECT_EQ(same("$2nd:=1\n$_2nd:=2\n$3_2nd($2nd)"), "same");
  EXPECT_EQ(toQodly("($a):=1"), "a = 1\n");
  EXPECT_EQ(same("($a):=1\n($o.x):=2\n($o).x:=3\n($p)->:=4\n(($a)):=5"), "same");
}

TEST(SyntaxPrinter, CommentsBlankLinesAndBreaksStay) {
  const std::string_view text =
      "//%attributes = {}\n// first\n\n\n$a:={\\\n\tx: 1; \\\n\t// inside\n\ty: [1; 2]\\\n\t}  // behind\n\n"
      "If ($a)  // why\n\t// empty\nElse  // else\n\t$b:=1\n\t/* last */\nEnd if\n// end\n";
  const Tree tree = fourD(text);
  ASSERT_EQ(found(tree), "");
  EXPECT_EQ(printed(tree, Surface::qodlyScript),
            "//%attributes = {}\n// first\n\n\na = { \\\n\tx: 1, \\\n\t// inside\n\ty: [1, 2] \\\n\t} // behind\n\n"
            "if (a) // why\n\t// empty\nelse // else\n\tb = 1\n\t/* last */\nend\n// end\n");
  const Tree again = qodly(printed(tree, Surface::qodlyScript));
  EXPECT_EQ(found(again), "");
  EXPECT_EQ(again.comments.size(), tree.comments.size());
}

TEST(SyntaxPrinter, ACommentedStatementOfSeveralLines) {
  const Tree tree = fourD("//$a:=New object(\\\n\t\"x\"; 1; \\\n\t\"y\")\n$b:=1  // C:\\\n$c:=2\n");
  ASSERT_EQ(found(tree), "");
  EXPECT_EQ(printed(tree, Surface::qodlyScript),
            "//$a:=New object(\\\n//\t\"x\"; 1; \\\n//\t\"y\")\nb = 1 // C:\\\nc = 2\n");
}

TEST(SyntaxPrinter, Classes) {
  const Tree tree = classOf(
      "extends Entity\n\nproperty a, b : string\n\n// doc\nexposed function get f() : cs.X\n\treturn this.a\n\nexposed "
      "alias x y.z\n");
  EXPECT_EQ(printed(tree, Surface::fourD),
            "Class extends Entity\n\nproperty a; b : Text\n\n// doc\nexposed Function get f() : cs.X\n\treturn "
            "This.a\n\nexposed Alias x y.z\n");
}

TEST(SyntaxPrinter, WhatQodlyScriptCannotSayIsTold) {
  const auto losses = [](std::string_view text) {
    return print(fourD(text), Surface::qodlyScript, projectNames()).losses.size();
  };
  EXPECT_EQ(losses("$a:=1"), 0U);
  EXPECT_EQ(losses("SORT ARRAY($a; >)"), 0U);
  EXPECT_EQ(losses("Begin SQL\nEnd SQL"), 1U);
  EXPECT_EQ(losses("OBJECT SET FOO(1)"), 1U);
  EXPECT_EQ(losses("$p:=->[Invoice]"), 0U);
}

TEST(SyntaxStructure, SeesDifferences) {
  EXPECT_TRUE(sameStructure(qodly("a = b"), qodly("x = Y")));
  EXPECT_FALSE(sameStructure(qodly("a = b"), qodly("a = a")));
  EXPECT_FALSE(sameStructure(qodly("a = b + 1"), qodly("a = b - 1")));
  EXPECT_FALSE(sameStructure(qodly("a.b = 1"), qodly("a.B = 1")));
  EXPECT_TRUE(sameStructure(qodly("a = (1 + 2)"), qodly("a = 1 + 2")));
  EXPECT_FALSE(sameStructure(qodly("return"), qodly("return null")));
}

}  // namespace
}  // namespace qodly::script::syntax::test
