// Tokens: literals, comments, continuation, what a character means where it stands, names of several words.
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::syntax::test {
namespace {

template <class Node>
const Node* only(const Tree& tree) {
  if (tree.function->body.size() != 1) return nullptr;
  const auto* assigned = std::get_if<Assignment>(&tree.function->body[0]->node);
  return assigned == nullptr ? nullptr : std::get_if<Node>(&assigned->value->node);
}

// The value of "x = text".
template <class Node>
Node value(std::string_view text) {
  const Tree tree = qodly("x = " + std::string(text));
  EXPECT_EQ(found(tree), "") << text;
  const Node* node = only<Node>(tree);
  EXPECT_NE(node, nullptr) << text;
  return node == nullptr ? Node{} : *node;
}

Date day(int year, int month, int dayOfMonth) { return *Date::fromCivil(year, month, dayOfMonth); }

TEST(SyntaxLexer, Numbers) {
  EXPECT_EQ(value<NumberLiteral>("42").value, 42);
  EXPECT_TRUE(value<NumberLiteral>("42").integral);
  EXPECT_EQ(value<NumberLiteral>("1.25").value, 1.25);
  EXPECT_FALSE(value<NumberLiteral>("1.0").integral);
  EXPECT_EQ(value<NumberLiteral>("1.5e3").value, 1500);
  EXPECT_EQ(value<NumberLiteral>("2E-2").value, 0.02);
  EXPECT_EQ(value<NumberLiteral>("0x0F00").value, 3840);
  EXPECT_EQ(value<NumberLiteral>("0xFFFFFFFF").value, -1);
  EXPECT_FALSE(value<NumberLiteral>("2147483648").integral);
}

TEST(SyntaxLexer, MalformedNumbersAreErrorsAtTheirPlace) {
  EXPECT_EQ(found(qodly("x = .5")), "1:5 invalid-number");
  EXPECT_EQ(found(qodly("x = 5.")), "1:5 invalid-number");
  EXPECT_EQ(found(qodly("x = 12ab")), "1:5 invalid-number");
  EXPECT_EQ(found(qodly("x = 0x123456789")), "1:5 invalid-number");
}

TEST(SyntaxLexer, TextsAndEscapes) {
  const Tree tree = qodly(R"(x = "a\n\T\"\\ \d")");
  ASSERT_EQ(found(tree), "");
  EXPECT_EQ(only<TextLiteral>(tree)->value, "a\n\t\"\\ \\d");
  EXPECT_EQ(found(qodly("x = \"// no comment /* here\"")), "");
  EXPECT_EQ(found(qodly("x = \"open\ny = 1")), "1:5 unterminated-text");
}

TEST(SyntaxLexer, DatesInEveryOrder) {
  EXPECT_EQ(value<DateLiteral>("!2024-01-31!").value, day(2024, 1, 31));
  EXPECT_EQ(value<DateLiteral>("!2024/1/3!").value, day(2024, 1, 3));
  EXPECT_EQ(value<DateLiteral>("!31/12/2024!").value, day(2024, 12, 31));
  EXPECT_EQ(value<DateLiteral>("!12-31-2024!").value, day(2024, 12, 31));
  EXPECT_EQ(value<DateLiteral>("!02/03/2024!").value, day(2024, 2, 3));
  EXPECT_EQ(value<DateLiteral>("!02-03-2024!").value, day(2024, 3, 2));
  EXPECT_EQ(value<DateLiteral>("!24-03-02!").value, day(2024, 3, 2));
  EXPECT_EQ(value<DateLiteral>("!03/02/99!").value, day(1999, 3, 2));
  EXPECT_EQ(value<DateLiteral>("!29-01-01!").value, day(2029, 1, 1));
  EXPECT_TRUE(value<DateLiteral>("!00-00-00!").value.isNone());
  EXPECT_EQ(found(qodly("x = !2023-02-30!")), "1:5 invalid-date");
}

TEST(SyntaxLexer, Times) {
  EXPECT_EQ(value<TimeLiteral>("?01:02:03?").value.ms, 3723000);
  EXPECT_EQ(value<TimeLiteral>("?596000:00:00?").value.ms, 596000LL * 3600 * 1000);
  EXPECT_EQ(found(qodly("x = ?00:60:00?")), "1:5 invalid-time");
  EXPECT_EQ(found(qodly("x = ?596001:00:00?")), "1:5 invalid-time");
}

TEST(SyntaxLexer, PlaceDecidesWhatACharacterMeans) {
  EXPECT_EQ(grouping("a != b", Surface::qodlyScript), "(a!=b)");
  EXPECT_EQ(grouping("a ? ?00:00:01? : b", Surface::qodlyScript), "(a??:b)");
  EXPECT_EQ(grouping("a ?? 2", Surface::qodlyScript), "(a??2)");
  EXPECT_EQ(grouping("a ?- 2", Surface::qodlyScript), "(a?-2)");
  EXPECT_EQ(grouping("a ? -1 : 1", Surface::qodlyScript), "(a?-1:1)");
  EXPECT_EQ(grouping("17 \\ 5", Surface::qodlyScript), "(17\\5)");
  EXPECT_EQ(found(qodly("x = t[[idx[0]]]\ny = c[d[1]]\nz = [[1, 2], [3]]")), "");
  EXPECT_EQ(found(qodly("return [[1], [2]]")), "");
  EXPECT_EQ(found(qodly("return !2024-01-01!")), "");
}

TEST(SyntaxLexer, LinesAndContinuation) {
  EXPECT_EQ(found(qodly("x = 1 + \\\n 2\r\ny = 2\rz = 3")), "");
  EXPECT_EQ(qodly("x = 1 + \\  // note\n 2").function->body.size(), 1U);
  EXPECT_EQ(qodly("x = 1 + \\ /* note */\n 2").function->body.size(), 1U);
  EXPECT_EQ(qodly("x = [1, \\\n // inside\n 2]").function->body.size(), 1U);
  EXPECT_EQ(found(qodly("x = [1,\n2]")), "1:8 unexpected-token; 2:2 unexpected-token");
  EXPECT_EQ(qodly("// a comment with a \\\nx = 1").function->body.size(), 1U);
}

TEST(SyntaxLexer, Comments) {
  const Tree tree = qodly("x = 1 // one\n/* two /* nested */ */ y = 2\n` three\nz = 3 /* a\nb */ w = 4");
  EXPECT_EQ(found(tree), "");
  ASSERT_EQ(tree.comments.size(), 4U);
  EXPECT_FALSE(tree.comments[0].ownLine);
  EXPECT_TRUE(tree.comments[2].ownLine);
  EXPECT_EQ(tree.function->body.size(), 4U) << "a comment over a line end ends the statement";
  EXPECT_EQ(found(qodly("x = 1\n/* open")), "2:1 unterminated-comment");
}

TEST(SyntaxLexer, ByteOrderMarkAndBadBytes) {
  EXPECT_EQ(found(qodly("\xEF\xBB\xBFx = 1")), "");
  EXPECT_EQ(found(qodly("x = \"\xFF\"")), "1:1 invalid-utf8");
  EXPECT_EQ(found(qodly("x = \"\xC3\xA9\xF0\x9F\x98\x80\" + )")), "1:13 unexpected-token") << "UTF-16 columns";
}

TEST(SyntaxLexer, NamesOfSeveralWordsAndTokenSuffixes) {
  const auto nameOf = [](std::string_view text, Surface surface) {
    const Tree tree = method("x" + std::string(surface == Surface::fourD ? ":=" : "=") + std::string(text), surface);
    const Name* name = only<Name>(tree);
    return name == nullptr ? "none " + found(tree) : std::string(name->canonical);
  };
  EXPECT_EQ(nameOf("current date", Surface::fourD), "currentDate");
  EXPECT_EQ(nameOf("Current date:C33", Surface::fourD), "currentDate");
  EXPECT_EQ(nameOf("Aktuelles Datum:C33", Surface::fourD), "currentDate");
  EXPECT_EQ(nameOf("CURRENTDATE", Surface::fourD), "currentDate");
  EXPECT_EQ(nameOf("Is text", Surface::qodlyScript), "kString");
  EXPECT_EQ(nameOf("4D REST digest", Surface::fourD), "k4DRESTDigest");
  EXPECT_EQ(nameOf("load Invoices", Surface::fourD), "Load invoices");
  EXPECT_EQ(nameOf("00_Start", Surface::fourD), "00_Start");
  EXPECT_EQ(nameOf("Form event code:C388", Surface::fourD), "Form event code");
  EXPECT_EQ(nameOf("Desktop:K41:16", Surface::fourD), "Desktop");
}

TEST(SyntaxLexer, SuffixesDoNotCountInColumns) {
  EXPECT_EQ(found(fourD("$a:=Current date:C33+)")), "1:18 unexpected-token");
  EXPECT_EQ(found(fourD("$a:=$f ? Null:C1517 : C12")), "");
  EXPECT_EQ(found(qodly("x = f ? a:C12")), "") << "a ternary of .4qs";
}

TEST(SyntaxLexer, ReturnDoesNotSwallowAVariable) {
  const Tree tree = qodly("var key\nreturn key");
  ASSERT_EQ(found(tree), "");
  EXPECT_NE(std::get_if<Return>(&tree.function->body[1]->node), nullptr);
}

}  // namespace
}  // namespace qodly::script::syntax::test
