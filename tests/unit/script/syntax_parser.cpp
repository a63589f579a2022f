// Every row of the grammar, in both surfaces; how expressions group; what names become.
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::syntax::test {
namespace {

constexpr Surface qs = Surface::qodlyScript;
constexpr Surface dm = Surface::fourD;

TEST(SyntaxGrouping, QodlyScriptFollowsTheTable) {
  EXPECT_EQ(grouping("2+3*4", qs), "(2+(3*4))");
  EXPECT_EQ(grouping("10-4-3", qs), "((10-4)-3)");
  EXPECT_EQ(grouping("2^3^2", qs), "(2^(3^2))");
  EXPECT_EQ(grouping("-2^2", qs), "(-2^2)");
  EXPECT_EQ(grouping("a || b && c", qs), "(a||(b&&c))");
  EXPECT_EQ(grouping("a | b ^| c & d == e < f << g + h * i ^ j", qs), "(a|(b^|(c&(d==(e<(f<<(g+(h*(i^j)))))))))");
  EXPECT_EQ(grouping("a == b ? c : d ? e : f", qs), "((a==b)?c:(d?e:f))");
  EXPECT_EQ(grouping("a # b", qs), "(a!=b)");
  EXPECT_EQ(grouping("- -a.b", qs), "--a.b");
}

TEST(SyntaxGrouping, FourDGoesLeftToRight) {
  EXPECT_EQ(grouping("2+3*4", dm), "((2+3)*4)");
  EXPECT_EQ(grouping("$a || $b && $c", dm), "((a||b)&&c)");
  EXPECT_EQ(grouping("$a.length=0 && $b.length=0", dm), "(((a.length==0)&&b.length)==0)");
  EXPECT_EQ(grouping("$x=Null ? 0 : $p*$q", dm), "((x==null)?0:(p*q))");
  EXPECT_EQ(grouping("2^3^2", dm), "((2^3)^2)");
  EXPECT_EQ(grouping("1+(2*3)", dm), "(1+(2*3))");
}

TEST(SyntaxGrouping, AProjectMayAskForStandardPrecedence) {
  const Tree tree = parse(UnitKind::formula, "f", "2+3*4", dm, projectNames(), {.standardPrecedence = true});
  ASSERT_NE(tree.formula, nullptr);
  EXPECT_EQ(grouping(*tree.formula->expression), "(2+(3*4))");
}

// Each text must parse without a word, and again after printing in both surfaces.
class SyntaxGrammar : public testing::TestWithParam<std::string_view> {};

TEST_P(SyntaxGrammar, QodlyScriptMethod) {
  const Tree tree = qodly(GetParam());
  EXPECT_EQ(found(tree), "");
  for (const Surface surface : {qs, dm}) {
    const std::string text = printed(tree, surface);
    const Tree again = method(text, surface);
    EXPECT_EQ(found(again), "") << text;
    EXPECT_TRUE(sameStructure(tree, again)) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SyntaxGrammar,
    testing::Values(
        "", "// only a comment", "declare()\n", "declare (a : string, b, c : integer)\n",
        "#declare -> r : object\nr = {}", "declare : object\nreturn {}",
        "declare (a : string, ... : number) : cs.Car\n", "declare (...)\n",
        "var a, b : integer\nvar c = 5\nvar d := {}\nvar e : 4D.File = file(\"/DATA/a\")\nvar $0, $1 : string",
        "x = 1\nx := 2\nx += 1\nx -= 1\nx *= 2\nx /= 2", "$x = 1\nx = $x + $1 + ${n + 1}\n$0 = x\n${2} = 3",
        "o.a.b = 1\no[\"k\"] = 1\nc[2] = 1\nt[[3]] = \"x\"\nb{0} = 255\nrow.end = row.if + o.function",
        "if (a)\nend\nif (a)\n b()\nelse\n c()\nend if", "switch\n: a == 1\n b()\n: (a == 2)\nelse\n c()\nend switch",
        "switch\nelse\n a()\nend", "while (a)\n break\n continue\nend while", "repeat\n a()\nuntil (b)",
        "for (i, 1, 10)\nend\nfor (i, 10, 1, -1)\n a()\nend for",
        "forEach (x, c)\nend\nforEach (x, c, 1, -1) while (x)\nend forEach",
        "forEach (x, c; 2) until (x.y == 1)\nend for each", "use (storage)\n storage.a = 1\nend use",
        "try\n a()\ncatch\n b(lastErrors)\nend try", "return\nreturn a ? b : c",
        "total\ntotal()\nTotal (1, 2)\nload Invoices(1)",
        "x = try(a.b())\nx = [1, \"a\", [], {}]\nx = {a: 1, \"b c\": 2, end: 3, a: 4}",
        "x = uppercase(t, *)\nx = jsonParse(t, *)",
        "f = formula(this.a + $1)\nf = formula(return a)\nf = formula(this.a = $1)\nf = formula(total)",
        "x = this.a\nsuper(1)\nsuper.f()", "x = cs.Car.new(1)\ny = 4D.File\nz = cs.X.me.f()",
        "x = null\ny = undefined\nz = true & not(false)", "x = row[\"calc\"](2).a[1](3)",
        "x = !2024-01-01! + 1\ny = ?01:00:00? * 2", "x = a *+ b\ny = a *| b\nz = 6 ?+ 1 ?- 2 ?? 3",
        "x = t % \"word\"\nx = a << 2 >> 1\nx = a ^| b",
        "x = (a + b) * c - (d - e)\nx = a - (b - c)\nx = (a ^ b) ^ c\nx = -(a + b)",
        "x = (a ? b : c).d\nx = (a + b)[[1]]\nx = (a || b)(1)\nx = (a ? b : c) ? d : e",
        "type = 1\nvar type : integer\nx = type + type(type)", "OK = 1\nx = OK",
        "C_TEXT($1, ${2})\nC_TEXT(total, $0, $1)", "x = regex(\"\\d+\\.\\w\")\nx = \"\\\\n\""));

TEST(SyntaxGrammar4D, Methods) {
  const std::string_view text =
      "//%attributes = {\"invisible\":true}\n#DECLARE($a : Text; $b : Integer)->$r : Object\n"
      "var $i; $j : Integer\nvar $o : Object:={a: 1; b: \"x\"}\nvar process : Text\n<>shared:=1\n"
      "C_TEXT($1; ${2})\nC_LONGINT(total; $0; $1)\nARRAY TEXT($list; 3)\n$list{2}:=\"x\"\nSORT ARRAY($list; >)\n"
      "$p:=->$i\n$p->:=3\n$p->+=2\n$q:=$p->{2}\n(total($p))->:=1\n$t:=->[Invoice:7]\nTRUNCATE TABLE([Invoice])\n"
      "If ($a=\"x\") & ($b#1)\n\tTRACE\nElse \n\trefreshTotals\nEnd if \n"
      "Case of \n\t// why\n\t: ($a=\"<\") | ($a=\"<=\")\n\t\t$r:=New object(\"a\"; 1)\n\tElse \n\t\t$r:=Null\nEnd case "
      "\n"
      "For ($i; 1; 10; 2)\nEnd for \nFor each ($x; $o; 0; 2) While ($i<3)\nEnd for each \nUse (Storage:C1525)\nEnd use "
      "\n"
      "Try\n\t$x:=Try(f())\nCatch\n\tthrow(1; \"x\")\nEnd try\nRepeat \n\t$i+=1\nUntil ($i>3)\n"
      "Web Form:C1735[\"ok\"].hide()\n$f:=Formula:C1597(This:C1470.isFree($1.from; $1.to)=True:C214)\n"
      "QUERY([Invoice]; & [Invoice]Total:3=1; *)\n$d:=Random:C100%10\nOBJECT SET FOO BAR(*; \"x\")\nreturn Null:C1517\n"
      "Begin SQL\n SELECT 1\nEnd SQL\n";
  const Tree tree = fourD(text);
  EXPECT_EQ(found(tree), "49:1 unknown-command");
  const std::string again = printed(tree, dm);
  const Tree second = fourD(again);
  EXPECT_TRUE(sameStructure(tree, second)) << again;
  EXPECT_EQ(printed(second, dm), again) << "printing what was printed changes nothing";
}

TEST(SyntaxGrammar4D, ConditionsWithoutParentheses) {
  const Tree bare = fourD("If $a\nElse \nEnd if \nWhile $i<3\nEnd while \nRepeat \nUntil $done\n");
  EXPECT_EQ(found(bare), "");
  const Tree usual = fourD("If ($a)\nElse \nEnd if \nWhile ($i<3)\nEnd while \nRepeat \nUntil ($done)\n");
  EXPECT_TRUE(sameStructure(bare, usual)) << printed(bare, dm);
  EXPECT_EQ(found(fourD("If \nEnd if \n")).substr(0, 1), "1");
  EXPECT_NE(found(method("if a\nend", qs)), "") << "QodlyScript wants them";
}

TEST(SyntaxGrammar4D, Classes) {
  const std::string_view text =
      "Class extends Entity\n\nproperty a; b : Text\nproperty c : Integer:=5\n\n"
      "shared singleton Class constructor($x : cs:C1710.Car)\n\tSuper:C1706($x)\n\n"
      "local exposed Function get days($event : Object) : Integer\n\treturn 1\n\n"
      "Function set days($v : Integer)\nFunction query days($event : Object)->$r : Object\nFunction orderBy days($e : "
      "Object) : Text\n"
      "Function event restrict() : cs.BookSelection\nFunction event touched name($e : Object)\n"
      "exposed onHTTPGet Function cover($id : Text) : 4D:C1709.OutgoingMessage\n"
      "exposed Alias shelf a.b.c\nFunction get\n\tclient:=1\nFunction edit(client : cs.Client)\n\tclient.save()\n";
  const Tree tree = classOf(text, dm);
  EXPECT_EQ(found(tree), "");
  EXPECT_EQ(tree.extends, "Entity");
  ASSERT_EQ(tree.members.size(), 13U);
  for (const Surface surface : {dm, qs}) {
    const Printed out = print(tree, surface, projectNames());
    const Tree again = classOf(out.text, surface);
    EXPECT_EQ(found(again), "") << out.text;
    EXPECT_EQ(out.losses.empty(), surface == dm);
    EXPECT_EQ(sameStructure(tree, again), out.losses.empty()) << out.text;
  }
}

const Name& nameIn(const Tree& tree, std::size_t statement) {
  const auto& assigned = std::get<Assignment>(tree.function->body[statement]->node);
  return std::get<Name>(assigned.value->node);
}

TEST(SyntaxNames, ScopeDecidesWhatAWordIs) {
  const Tree tree = qodly("var length\nx = length\nx = currentDate\nx = total\nx = ok\nx = unheard\nx = $length");
  EXPECT_EQ(nameIn(tree, 1).kind, NameKind::local);
  EXPECT_TRUE(nameIn(tree, 1).declared);
  EXPECT_EQ(nameIn(tree, 2).kind, NameKind::command);
  EXPECT_EQ(nameIn(tree, 3).kind, NameKind::method);
  EXPECT_EQ(nameIn(tree, 4).kind, NameKind::systemOk);
  EXPECT_EQ(nameIn(tree, 5).kind, NameKind::local);
  EXPECT_FALSE(nameIn(tree, 5).declared);
  EXPECT_EQ(nameIn(tree, 6).kind, NameKind::dollarLocal);
  EXPECT_FALSE(nameIn(tree, 6).declared) << "$length and length are two variables";
}

TEST(SyntaxNames, OfTheFourDSurface) {
  const Tree tree = fourD("var $a : Text\n$x:=$A\n$x:=a\n$x:=<>a\n$x:=Length\n");
  EXPECT_EQ(nameIn(tree, 1).kind, NameKind::local);
  EXPECT_TRUE(nameIn(tree, 1).declared);
  EXPECT_EQ(nameIn(tree, 2).kind, NameKind::process);
  EXPECT_EQ(nameIn(tree, 3).kind, NameKind::interprocess);
  EXPECT_EQ(nameIn(tree, 4).kind, NameKind::command);
}

TEST(SyntaxFormula, KeepsItsSource) {
  const Tree tree = fourD("$f:=Formula:C1597( This:C1470.total($1)+1 )");
  const auto& assigned = std::get<Assignment>(tree.function->body[0]->node);
  EXPECT_EQ(std::get<Formula>(assigned.value->node).source, "This.total($1)+1");
  EXPECT_EQ(parse(UnitKind::formula, "f", "this.a = 1", qs, projectNames()).formula->source, "this.a = 1");
  EXPECT_EQ(parse(UnitKind::formula, "f", "1 +", qs, projectNames()).formula, nullptr);
}

TEST(SyntaxMembers, TypesBelongToOneParameterButToAllVariables) {
  const Tree tree = qodly("declare (a, b : integer)\nvar c, d : date");
  EXPECT_EQ(tree.function->parameters[0].type.word, TypeWord::none);
  EXPECT_EQ(tree.function->parameters[1].type.word, TypeWord::integer);
  EXPECT_EQ(std::get<VariableDeclaration>(tree.function->body[0]->node).names.size(), 2U);
  EXPECT_TRUE(qodly("declare (a) -> string").function->result.name.empty());
}

}  // namespace
}  // namespace qodly::script::syntax::test
