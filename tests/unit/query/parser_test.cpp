// Every row of the grammar, the lexical rules of values, REST mode, and the position of every error.
#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "tests/unit/query/show.h"

namespace qodly::query {
namespace {

struct Row {
  const char* text;
  const char* tree;
};

std::string treeOf(std::string_view text, bool rest = false) {
  const auto syntax = parse(text, {.rest = rest});
  if (syntax) return test::show(*syntax);
  return fmt::format("error {}: {}", syntax.error().where()->column, syntax.error().message());
}

void expectTrees(std::initializer_list<Row> rows, bool rest = false) {
  for (const Row& row : rows) EXPECT_EQ(treeOf(row.text, rest), row.tree) << row.text;
}

TEST(Parser, Comparators) {
  expectTrees({{"a = 1", "a == 1"},
               {"a == 1", "a == 1"},
               {"a === 1", "a === 1"},
               {"a # 1", "a != 1"},
               {"a != 1", "a != 1"},
               {"a !== 1", "a !== 1"},
               {"a < 1", "a < 1"},
               {"a <= 1", "a <= 1"},
               {"a > 1", "a > 1"},
               {"a >= 1", "a >= 1"},
               {"a % storm", "a % \"storm\""},
               {"a is 1", "a === 1"},
               {"a IS Not 1", "a !== 1"},
               {"a is null", "a === null"},
               {"a is not null", "a !== null"},
               {"a is nothing", "a === \"nothing\""},
               {"a is:1", "a === :1"},
               {"a in [1,2]", "a IN [1,2]"},
               {"a IN :1", "a IN :1"},
               {"a in []", "a IN []"},
               {"a in ['x', \"y\" ,z,:2]", "a IN [\"x\",\"y\",\"z\",:2]"},
               {"a begin b", "a begin \"b\""},
               {"a BEGIN 'b'", "a begin \"b\""}});
}

TEST(Parser, BlanksAreOptionalAroundSymbols) {
  expectTrees({{":1=:2", ":1 == :2"},
               {"name =:2", "name == :2"},
               {"kind= 'x'", "kind == \"x\""},
               {"metres>=8", "metres >= 8"},
               {"metres>-5", "metres > -5"},
               {"a=1&b=2|c=3", "(or (and a == 1 b == 2) c == 3)"},
               {"a=1&&b=2||c=3", "(or (and a == 1 b == 2) c == 3)"},
               {"(a=1)and(b=2)", "(and a == 1 b == 2)"},
               {"  a\t=\n1  ", "a == 1"},
               {"a . b [ ] . c = 1", "a.b[].c == 1"},
               {"a='x'and b='y'", "(and a == \"x\" b == \"y\")"}});
}

TEST(Parser, Precedence) {
  expectTrees({{"a=1 and b=2 or c=3", "(or (and a == 1 b == 2) c == 3)"},
               {"a=1 or b=2 and c=3", "(or a == 1 (and b == 2 c == 3))"},
               {"a=1 and (b=2 or c=3)", "(and a == 1 (or b == 2 c == 3))"},
               {"not a=1 and b=2", "(and (not a == 1) b == 2)"},
               {"not (a=1 and b=2)", "(not (and a == 1 b == 2))"},
               {"not(a in :1)", "(not a IN :1)"},
               {"not not a=1", "a == 1"},
               {"NOT a=1 OR b=2", "(or (not a == 1) b == 2)"},
               {"a=1 except b=2", "(and a == 1 (except b == 2))"},
               {"a=1 except b=2 and c=3 or d=4", "(or (and a == 1 (except b == 2) c == 3) d == 4)"},
               {"a=1 EXCEPT not b=2", "(and a == 1 (except (not b == 2)))"},
               {"((((a=1))))", "a == 1"}});
}

TEST(Parser, ConstantValues) {
  expectTrees({{"a = true", "a == true"},
               {"a = false", "a == false"},
               {"a = True", "a == \"True\""},
               {"a = TRUE", "a == \"TRUE\""},
               {"a = 'true'", "a == \"true\""},
               {"a = null", "a == null"},
               {"a = NULL", "a == null"},
               {"a = Null", "a == null"},
               {"a = 'null'", "a == \"null\""},
               {"a = nullable", "a == \"nullable\""},
               {"a = 12", "a == 12"},
               {"a = -12", "a == -12"},
               {"a = 1.5", "a == 1.5"},
               {"a = 1e3", "a == 1000"},
               {"a = 1.5E-2", "a == 0.015"},
               {"a = 007", "a == 7"},
               {"a = 9007199254740993", "a == 9007199254740993"},
               {"a = 9223372036854775807", "a == 9223372036854775807"},
               {"a = '12'", "a == \"12\""},
               {"a = 12abc", "a == \"12abc\""},
               {"a = 1.", "a == \"1.\""},
               {"a = .5", "a == \".5\""},
               {"a = +5", "a == \"+5\""},
               {"a = 1,5",
                "error 6: Query syntax error at position 6: expected `and`, `or`, `order by` or the end, found `,5`"},
               {"a = 2021-03-09", "a == \"2021-03-09\""},
               {"a = !2021-03-09!", "a == \"!2021-03-09!\""},
               {"a = 2021-03-09T10:00:00.000Z", "a == \"2021-03-09T10:00:00.000Z\""},
               {"a = 12:30:00", "a == \"12:30:00\""}});
}

TEST(Parser, UnquotedAndQuotedText) {
  expectTrees({{"last = O'Neil", "last == \"O'Neil\""},
               {"a = x@y.z/w-v:u", "a == \"x@y.z/w-v:u\""},
               {"a = @mid@", "a == \"@mid@\""},
               {"a = Éire and b = 1", "(and a == \"Éire\" b == 1)"},
               {"é_à$1 = 1", "é_à$1 == 1"},
               {"a = '' ", "a == \"\""},
               {"a = 'two words'", "a == \"two words\""},
               {"a = \"it's\"", "a == \"it's\""},
               {"a = \"say \\\"hi\\\"\"", "a == \"say \\\"hi\\\"\""},
               {"a = 'back\\slash'", "a == \"back\\\\slash\""},
               {"a = 'x) or (b = 1'", "a == \"x) or (b = 1\""}});
}

TEST(Parser, Paths) {
  expectTrees({{"a.b.c = 1", "a.b.c == 1"},
               {"a.b{2}.c = 1", "a.b{2}.c == 1"},
               {"a.b[].c = 1", "a.b[].c == 1"},
               {"a.b[K].c = 1", "a.b[k].c == 1"},
               {"a.b[].c[z] = 1", "a.b[].c[z] == 1"},
               {"order = 1", "order == 1"},
               {"in in [1]", "in IN [1]"},
               {"not = 1", "not == 1"},
               {"is is null", "is === null"},
               {"begin begin x", "begin begin \"x\""},
               {"eval = 1", "eval == 1"},
               {"$a_1 = 1", "$a_1 == 1"}});
}

TEST(Parser, PlaceholdersAndFormulas) {
  expectTrees({{"a = :name", "a == :name"},
               {"a = :form.name", "a == :form.name"},
               {":att = :val", ":att == :val"},
               {":1 is not :2", ":1 !== :2"},
               {":1", "eval :1"},
               {":1 and a = 2", "(and eval :1 a == 2)"},
               {"not(:f)", "(not eval :f)"},
               {"eval(this.a > 1)", "eval{this.a > 1}"},
               {"EVAL ( f(this, ')') ) and a=1", "(and eval{ f(this, ')') } a == 1)"}});
}

TEST(Parser, OrderBy) {
  expectTrees({{"", "all"},
               {"  \t", "all"},
               {"order by name", "all by name"},
               {"Order  By name DESC, a.b asc,c", "all by name desc, a.b, c"},
               {"a = Ika order by name desc", "a == \"Ika\" by name desc"},
               {"a = 'x' order by :1, :key desc", "a == \"x\" by :1, :key desc"},
               {"(a=1)order by b", "a == 1 by b"},
               {"order by desc desc", "all by desc desc"}});
}

TEST(Parser, OrderAlone) {
  const auto keys = parseOrder("pages desc, title");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_TRUE((*keys)[0].descending);
  EXPECT_EQ((*keys)[1].position, 12U);
  EXPECT_TRUE(parseOrder("")->empty());
  EXPECT_TRUE(parseOrder("order by a").has_value());
  EXPECT_EQ(parseOrder("a down").error().where()->column, 3U);
  EXPECT_EQ(parseOrder("a,").error().where()->column, 3U);
}

TEST(Parser, PathAlone) {
  EXPECT_EQ(pathText(*parsePath("gear.sails[].kind")), "gear.sails[].kind");
  EXPECT_FALSE(parsePath("gear.").has_value());
  EXPECT_FALSE(parsePath("gear sails").has_value());
  EXPECT_FALSE(parsePath("").has_value());
}

TEST(Parser, LoosePaths) {
  EXPECT_EQ((*parseLoosePath("gear.Mast weight"))[1].name, "Mast weight");
  const auto path = parseLoosePath("crew{3}.a.b[].c[Q]");
  ASSERT_TRUE(path);
  EXPECT_EQ(pathText(*path), "crew{3}.a.b[].c[q]");
  EXPECT_EQ(parseLooseStep("Mast 2.0")->name, "Mast 2.0");
  EXPECT_EQ(parseLooseStep("x=(1) {a}")->name, "x=(1) {a}");
  EXPECT_FALSE(parseLoosePath("a..b").has_value());
  EXPECT_FALSE(parseLoosePath("").has_value());
  EXPECT_FALSE(parseLooseStep("crew{0}").has_value());
  EXPECT_FALSE(parseLooseStep("[]").has_value());
}

TEST(Parser, RestValues) {
  expectTrees({{"name=ika AND metres>8.5", "(and name == \"ika\" metres > 8.5)"},
               {"author.name=I. Sorel AND pages>100", "(and author.name == \"I. Sorel\" pages > 100)"},
               {"name=O'Hara", "name == \"O'Hara\""},
               {"name='O'Hara'", "name == \"O'Hara\""},
               {"name='O'Hara' and b='rock 'n' roll'", "(and name == \"O'Hara\" b == \"rock 'n' roll\")"},
               {"(name='O'Hara')", "name == \"O'Hara\""},
               {"(name=New York or a=1)", "(or name == \"New York\" a == 1)"},
               {"name=Foo (bar) and a=1", "(and name == \"Foo (bar)\" a == 1)"},
               {"a=1 EXCEPT b=two words", "(and a == 1 (except b == \"two words\"))"},
               {"name begin new yo order by name desc", "name begin \"new yo\" by name desc"},
               {"a=2021-03-09  AND b=null", "(and a == \"2021-03-09\" b == null)"},
               {"a=Orr, Ray", "a == \"Orr, Ray\""},
               {"a in [New York, 'O'Hara',3]", "a IN [\"New York\",\"O'Hara\",3]"},
               {"state=OR", "state == \"OR\""},
               {"state=OR AND a=1", "(and state == \"OR\" a == 1)"},
               {"a=android b", "a == \"android b\""},
               {"a=x\\u0027y", "a == \"x'y\""},
               {"a=\\u0027x y\\u0027", "a == \"x y\""},
               {"a=\\u0022x\\u0022", "a == \"x\""},
               {"title=tid*", "title == \"tid@\""},
               {"title=*tid*", "title == \"@tid@\""},
               {"title=*", "title == \"@\""},
               {"title=a*b", "title == \"a*b\""},
               {"title='tid*'", "title == \"tid*\""},
               {"title===tid*", "title === \"tid*\""},
               {"a=:1 and b=:x.y", "(and a == :1 b == :x.y)"},
               {"a=1&b=2", "(and a == 1 b == 2)"}},
              true);
  expectTrees({{"title=tid*", "title == \"tid*\""}, {"a=x\\u0027y", "a == \"x\\\\u0027y\""}});
}

struct Failure {
  const char* text;
  std::uint32_t column;
  const char* message;  // part of it
};

TEST(Parser, ErrorsNameTheirPlace) {
  const Failure failures[] = {
      {"name", 5, "expected a comparator"},
      {"name Ika", 6, "expected a comparator"},
      {"name =", 7, "expected a value, found the end"},
      {"name = = 3", 8, "expected a value, found `=`"},
      {"a <> b", 4, "expected a value"},
      {"= 3", 1, "expected an attribute name"},
      {"1a = 3", 1, "expected an attribute name"},
      {"a = 1 and", 10, "expected an attribute name"},
      {"a = 1 b = 2", 7, "expected `and`, `or`"},
      {"(a = 1", 7, "parenthesis opened at position 1"},
      {"a = 1)", 6, "closes nothing"},
      {"()", 2, "expected an attribute name"},
      {"name = 'Ika", 8, "not closed"},
      {"name = \"Ika", 8, "not closed"},
      {"name == 'Jo's'", 12, "placeholder"},
      {"(name == 'Jo's')", 13, "placeholder"},
      {"a.b{0}.c = 1", 5, "starts at 1"},
      {"a.b{x}.c = 1", 5, "class index"},
      {"a.b{12345678901}.c = 1", 5, "class index"},
      {"a.b[0].c = 1", 5, "brackets"},
      {"a.b[ab].c = 1", 5, "brackets"},
      {"a.b[é].c = 1", 5, "brackets"},
      {"a. = 1", 4, "after the dot"},
      {"a in 3", 6, "expected a list"},
      {"a in [1", 8, "`,` or `]`"},
      {"a in [1,]", 9, "expected a value"},
      {"a in [1 2]", 9, "`,` or `]`"},
      {"a = [1]", 5, "expected a value"},
      {"a is not", 9, "expected a value"},
      {"a = :", 5, "a placeholder is"},
      {"a = :a.", 8, "after the dot"},
      {"eval(1", 6, "not closed"},
      {"order by", 9, "attribute name"},
      {"order by a up", 12, "expected `asc`"},
      {"order by a, ", 13, "attribute name"},
      {"order by a and b = 1", 12, "expected `asc`"},
      {"not", 4, "expected an attribute name"},
      {"a == one two", 10, "expected `and`, `or`"},
  };
  for (const Failure& failure : failures) {
    const auto syntax = parse(failure.text);
    ASSERT_FALSE(syntax) << failure.text;
    EXPECT_EQ(syntax.error().code(), code::querySyntax) << failure.text;
    EXPECT_EQ(syntax.error().where()->column, failure.column) << failure.text << ": " << syntax.error().message();
    EXPECT_NE(syntax.error().message().find(failure.message), std::string::npos)
        << failure.text << ": " << syntax.error().message();
  }
}

TEST(Parser, RestErrors) {
  const Failure failures[] = {
      {"name= AND a=1", 7, "expected a value"},
      {"name='Ika and a=1", 6, "not closed"},
      {"(name=Ika", 10, "parenthesis"},
      {"name=Ika and", 13, "attribute name"},
      {"name=Salt and Pepper", 21, "expected a comparator"},
  };
  for (const Failure& failure : failures) {
    const auto syntax = parse(failure.text, {.rest = true});
    ASSERT_FALSE(syntax) << failure.text;
    EXPECT_EQ(syntax.error().where()->column, failure.column) << failure.text << ": " << syntax.error().message();
    EXPECT_NE(syntax.error().message().find(failure.message), std::string::npos) << syntax.error().message();
  }
}

TEST(Parser, Bounds) {
  EXPECT_TRUE(parse(fmt::format("{:(>103}{:)>100}", "a=1", "")).has_value());
  const auto deep = parse(std::string(100000, '('));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().where()->column, 101U);
  std::string nots;
  for (int i = 0; i < 100000; ++i) nots += "not ";
  EXPECT_EQ(treeOf(nots + "a=1"), "a == 1");
  EXPECT_FALSE(parse("a=1", {.maximumLength = 2}).has_value());
  EXPECT_FALSE(parse("a=1 and b=2", {.maximumConditions = 1}).has_value());
  EXPECT_FALSE(parse("a in [1,2,3]", {.maximumListSize = 2}).has_value());
  std::string path = "a";
  for (int i = 0; i < 200; ++i) path += ".a";
  EXPECT_FALSE(parse(path + "=1").has_value());
  EXPECT_FALSE(parseLoosePath(path).has_value());
  std::string keys = "a";
  for (int i = 0; i < 200; ++i) keys += ",a";
  EXPECT_FALSE(parseOrder(keys).has_value());
}

TEST(Parser, PositionsOfNodes) {
  const auto syntax = parse("a = 1 and  (b = 2 or c = 3)");
  ASSERT_TRUE(syntax);
  EXPECT_EQ(syntax->criteria->children[0].position, 0U);
  EXPECT_EQ(syntax->criteria->children[1].children[1].position, 21U);
}

}  // namespace
}  // namespace qodly::query
