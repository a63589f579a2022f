// Text commands as plain functions (commands.md 2, 3).
#include <gtest/gtest.h>

#include "script/library/text_case.h"
#include "script/library/text_compare.h"
#include "script/library/text_edit.h"
#include "script/library/text_regex.h"
#include "script/library/text_split.h"

namespace qodly::script::library {
namespace {

Value text(std::string_view utf8) { return Value::text(utf8); }
const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

TEST(TextEdit, TakesParts) {
  const auto part = [](std::string_view source, std::int64_t first, std::int64_t count = toTheEnd) {
    return std::string(substring(text(source), first, count).asText());
  };
  EXPECT_EQ(part("harbour", 4, 2), "bo");
  EXPECT_EQ(part("harbour", 4), "bour");
  EXPECT_EQ(part("harbour", 8, 2), "");
  EXPECT_EQ(part("harbour", 7, 20), "r");
  EXPECT_EQ(part("harbour", -3, 2), "ha");
  EXPECT_EQ(part("harbour", 2, 0), "");
  EXPECT_EQ(part("harbour", 2, -1), "");
  EXPECT_EQ(part("", 1, 1), "");
  EXPECT_EQ(part("aé€b", 2, 2), "é€");
  EXPECT_EQ(part("a😀b", 4, 1), "b");
  EXPECT_EQ(part("a😀b", 2, 1) + part("a😀b", 3, 1), "😀");
  EXPECT_EQ(part("A longer text of the city of Zürich", 30, 6), "Zürich");
  EXPECT_EQ(part("harbour", 1, INT64_MAX), "harbour");
  EXPECT_EQ(part("harbour", INT64_MAX - 1, 5), "");
}

TEST(TextEdit, CodesOfCharacters) {
  EXPECT_EQ(characterOfCode(65).asText(), "A");
  EXPECT_EQ(characterOfCode(8364).asText(), "€");
  EXPECT_EQ(characterOfCode(0).asText(), "");
  EXPECT_EQ(characterOfCode(65536).asText(), "");
  EXPECT_EQ(codeOfCharacter("A"), 65);
  EXPECT_EQ(codeOfCharacter("€x"), 8364);
  EXPECT_EQ(codeOfCharacter("😀"), 0xD83D);
  EXPECT_EQ(codeOfCharacter(""), 0);
}

TEST(TextEdit, ChangesDeletesInserts) {
  EXPECT_EQ(changeString(text("Budapest"), text("ch"), 3).asText(), "Buchpest");
  EXPECT_EQ(changeString(text("abc"), text("xyz"), 3).asText(), "abx");
  EXPECT_EQ(changeString(text("abc"), text(""), 1).asText(), "abc");
  EXPECT_EQ(changeString(text("abc"), text("x"), 0).asText(), "abc");
  EXPECT_EQ(changeString(text("abc"), text("x"), 4).asText(), "abc");
  EXPECT_EQ(changeString(text("aéc"), text("ß€"), 2).asText(), "aß€");
  EXPECT_EQ(deleteString(text("harbour"), 3, 2).asText(), "haour");
  EXPECT_EQ(deleteString(text("harbour"), 0, 2).asText(), "rbour");
  EXPECT_EQ(deleteString(text("harbour"), 8, 2).asText(), "harbour");
  EXPECT_EQ(deleteString(text("harbour"), 5, 99).asText(), "harb");
  EXPECT_EQ(deleteString(text("harbour"), 5, -1).asText(), "harbour");
  EXPECT_EQ(deleteString(text("aéb"), 2, 1).asText(), "ab");
  EXPECT_EQ(insertString(text("bred"), text("oa"), 3).asText(), "broaed");
  EXPECT_EQ(insertString(text("abc"), text("x"), 9).asText(), "abcx");
  EXPECT_EQ(insertString(text("abc"), text("x"), -9).asText(), "xabc");
  EXPECT_EQ(insertString(text("abc"), text(""), 1).asText(), "abc");
}

TEST(TextCase, MapsWithAndWithoutAccents) {
  EXPECT_EQ(lowercase(text("ÇA VA"), Accents::removed).asText(), "ca va");
  EXPECT_EQ(lowercase(text("ÇA VA"), Accents::kept).asText(), "ça va");
  EXPECT_EQ(uppercase(text("garçon"), Accents::removed).asText(), "GARCON");
  EXPECT_EQ(uppercase(text("garçon"), Accents::kept).asText(), "GARÇON");
  EXPECT_EQ(uppercase(text("straße"), Accents::removed).asText(), "STRASSE");
  EXPECT_EQ(uppercase(text("øæ"), Accents::removed).asText(), "ØÆ");
  EXPECT_EQ(uppercase(text("A plain text of some length."), Accents::removed).asText(), "A PLAIN TEXT OF SOME LENGTH.");
  EXPECT_EQ(lowercase(text("[A-Z]@`{1}"), Accents::removed).asText(), "[a-z]@`{1}");
  EXPECT_EQ(lowercase(text("ΑΣ"), Accents::kept).asText(), "ας");
  EXPECT_EQ(uppercase(text("i"), Accents::kept).asText(), "I");
  EXPECT_EQ(uppercase(text("Ångström e\u0301"), Accents::removed).asText(), "ANGSTROM E");
}

TEST(TextCompare, ObeysOptions) {
  const auto compare = [](std::string_view left, std::string_view right, std::optional<std::int64_t> options = {}) {
    return compareStrings(english(), left, right, compareOptions(options).strength);
  };
  EXPECT_EQ(compare("Zoe", "zoé"), 0);
  EXPECT_NE(compare("Zoe", "zoé", 0), 0);
  EXPECT_EQ(compare("Zoe", "zoé", 2), -1);
  EXPECT_NE(compare("Zoe", "zoé", 4), 0);
  EXPECT_EQ(compare("Zoe", "Zoé", 4), 0);
  EXPECT_EQ(compare("Zoe", "zoé", 6), 0);
  EXPECT_EQ(compare("b", "B", 1), 1);
  EXPECT_EQ(compare("b", "B", 3), 0);
  EXPECT_NE(compare("é", "É", 3), 0);
  EXPECT_EQ(compare("a", "b"), -1);
  EXPECT_EQ(compare("ab", "a", 1), 1);
  EXPECT_EQ(compare("\x01", ""), 0);
  EXPECT_EQ(compare("a@", "abc"), compare("a@", "abc", 1) < 0 ? -1 : compare("a@", "abc"));
  EXPECT_EQ(compare("😀", "\uFFFD", 1), -1);  // by UTF-16 unit
  EXPECT_EQ(compare("é", "è", 1), 1);
  EXPECT_EQ(compare("a", "A", 0), -1);
}

TEST(TextCompare, FindsAndReplaces) {
  const auto find = [](std::string_view wanted, std::string_view whole, std::int64_t start = 1,
                       std::optional<std::int64_t> options = {}) {
    const FoundText found = findText(english(), wanted, text(whole), start, compareOptions(options));
    return std::to_string(found.position) + "+" + std::to_string(found.length);
  };
  EXPECT_EQ(find("ae", "præsens"), "3+1");
  EXPECT_EQ(find("AE", "praesens"), "3+2");
  EXPECT_EQ(find("", ""), "0+0");
  EXPECT_EQ(find("", "abc"), "0+0");
  EXPECT_EQ(find("a", "ba", -5), "2+1");
  EXPECT_EQ(find("a", "ba", 3), "0+0");
  EXPECT_EQ(find("b", "é€😀b"), "5+1");
  EXPECT_EQ(find("b", "é€😀bxb", 6), "7+1");
  EXPECT_EQ(find("cat", "concat cat", 1, 32), "8+3");
  EXPECT_EQ(find("CAT", "concat cat", 1, 32), "0+0");
  EXPECT_EQ(find("CAT", "concat cat", 1, 34), "8+3");

  const auto replace = [](std::string_view source, std::string_view wanted, std::string_view by,
                          std::int64_t most = INT64_MAX, SearchStrength strength = SearchStrength::letters) {
    return std::string(replaceString(english(), text(source), wanted, by, most, strength)->asText());
  };
  EXPECT_EQ(replace("Ein Fräulein", "FRAULEIN", "x"), "Ein x");
  EXPECT_EQ(replace("Ein Fräulein", "FRAULEIN", "x", INT64_MAX, SearchStrength::codes), "Ein Fräulein");
  EXPECT_EQ(replace("a-b-c", "-", ""), "abc");
  EXPECT_EQ(replace("a-b-c", "-", "+", 1), "a+b-c");
  EXPECT_EQ(replace("a-b-c", "-", "+", 0), "a-b-c");
  EXPECT_EQ(replace("a-b-c", "", "+"), "a-b-c");
  EXPECT_EQ(replace("aaa", "aa", "a"), "aa");
  EXPECT_EQ(replace("a\r\nb\r\n", "\r", ""), "a\nb\n");
  EXPECT_EQ(replace("ä\r\nb\r\n", "\r", ""), "ä\nb\n");
  EXPECT_EQ(replace("a\x01"
                    "b",
                    "\x01", "x"),
            "a\x01"
            "b");
  EXPECT_EQ(replace("a\x01"
                    "b",
                    "\x01", "x", INT64_MAX, SearchStrength::codes),
            "axb");
}

TEST(TextSplit, Splits) {
  const auto split = [](std::string_view whole, std::string_view separator, std::int64_t options = 0) {
    const auto pieces = Collection::make();
    splitString(whole, separator, options, *pieces);
    std::string shown;
    for (const Value& piece : pieces->elements()) shown += "[" + std::string(piece.asText()) + "]";
    return shown;
  };
  EXPECT_EQ(split("pear; fig;;  ;kiwi", ";", 3), "[pear][fig][kiwi]");
  EXPECT_EQ(split("pear; fig;;  ;kiwi", ";"), "[pear][ fig][][  ][kiwi]");
  EXPECT_EQ(split("pear; fig;;  ;kiwi", ";", 1), "[pear][ fig][  ][kiwi]");
  EXPECT_EQ(split("pear; fig;;  ;kiwi", ";", 2), "[pear][fig][][][kiwi]");
  EXPECT_EQ(split("abc", ""), "[a][b][c]");
  EXPECT_EQ(split("a😀é", ""), "[a][😀][é]");
  EXPECT_EQ(split("", ","), "[]");
  EXPECT_EQ(split("", ",", 1), "");
  EXPECT_EQ(split("", ""), "");
  EXPECT_EQ(split("a,b,", ","), "[a][b][]");
  EXPECT_EQ(split(",", ","), "[][]");
  EXPECT_EQ(split("a--b---c", "--"), "[a][b][-c]");
  EXPECT_EQ(split("aXbxc", "x"), "[aXb][c]");
  EXPECT_EQ(split("\ta ", ",", 2), "[\ta]");
}

TEST(TextRegex, GivesUpWhenItsWorkIsOver) {
  const std::string slow = "/" + std::string(60, 'a') + "!";
  const auto given = matchRegex("/(a+)+$", slow, 1, RegexSearch::exactlyAt, 5);
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code(), -20019);
  EXPECT_EQ(matchRegex("/(a+)+$", "/aaa", 1, RegexSearch::exactlyAt, 5).value().size(), 2U);
}

TEST(TextRegex, MatchesAsDocumented) {
  const auto match = [](std::string_view pattern, std::string_view whole, std::int64_t start, RegexSearch search) {
    const auto groups = matchRegex(pattern, whole, start, search);
    if (!groups) return "error " + std::to_string(groups.error().code());
    std::string shown;
    for (const RegexGroup& group : *groups) {
      shown += std::to_string(group.position) + "+" + std::to_string(group.length) + " ";
    }
    return shown;
  };
  using enum RegexSearch;
  EXPECT_EQ(match("[0-9]+", "A42B", 1, whole), "");
  EXPECT_EQ(match("[0-9]+", "42", 1, whole), "1+2 ");
  EXPECT_EQ(match("[0-9]+", "A42B", 1, from), "2+2 ");
  EXPECT_EQ(match("[0-9]+", "A42B", 1, exactlyAt), "");
  EXPECT_EQ(match("[0-9]+", "A42B", 2, exactlyAt), "2+2 ");
  EXPECT_EQ(match("(a)(x)?", "ba", -4, from), "2+1 2+1 0+0 ");
  EXPECT_EQ(match("b*", "a", 2, from), "2+0 ");
  EXPECT_EQ(match("b*", "a", 3, from), "");
  EXPECT_EQ(match("^b", "ab", 2, from), "");
  EXPECT_EQ(match("^b", "ab", 2, exactlyAt), "");
  EXPECT_EQ(match("(?<=a)b", "ab", 2, exactlyAt), "2+1 ");
  EXPECT_EQ(match("a.c", "a\nc", 1, whole), "");
  EXPECT_EQ(match("(?s)a.c", "a\nc", 1, whole), "1+3 ");
  EXPECT_EQ(match("(?i)É", "😀é", 1, from), "3+1 ");
  EXPECT_EQ(match("(", "a", 1, whole), "error -20022");
  EXPECT_EQ(match("[", "a", 1, from), "error -20022");
  EXPECT_EQ(match("", "", 1, whole), "1+0 ");
  EXPECT_EQ(match("(x+x+)+y", std::string(5000, 'x'), 1, whole), "error -20019");
}

}  // namespace
}  // namespace qodly::script::library
