// Searching by collation and by character codes (commands.md 3).
#include "base/text_search.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qodly {
namespace {

std::string found(std::string_view needle, std::string_view text, SearchStrength strength = SearchStrength::letters,
                  std::size_t from = 0) {
  const auto collation = Collation::forLocale("en");
  const TextSearch search(*collation, needle, strength);
  TextMatches matches(search, text, from);
  std::string places;
  while (const auto match = matches.next()) {
    places += std::to_string(match->offset) + "+" + std::to_string(match->length) + " ";
  }
  return places;
}

TEST(TextSearch, FindsAsciiWithoutCase) {
  EXPECT_EQ(found("bo", "harBour bo BO"), "3+2 8+2 11+2 ");
  EXPECT_EQ(found("aa", "aaaaa"), "0+2 2+2 ");
  EXPECT_EQ(found("x", "abc"), "");
  EXPECT_EQ(found("", "abc"), "");
  EXPECT_EQ(found("abc", "ab"), "");
  EXPECT_EQ(found("abc", ""), "");
  const std::string hay(100, '-');
  EXPECT_EQ(found("needle", fmt::format("{}NEEDLE{}needle", hay, hay)), "100+6 206+6 ");
  EXPECT_EQ(found("\r", "a\nb\rc"), "3+1 ");
  EXPECT_EQ(found("@", "a@b"), "1+1 ");
}

TEST(TextSearch, FindsAcrossAccentsAndExpansions) {
  EXPECT_EQ(found("FRAULEIN", "Ein Fräulein"), "4+9 ");
  EXPECT_EQ(found("Fräulein", "Ein fraulein"), "4+8 ");
  EXPECT_EQ(found("AE", "praesens"), "2+2 ");
  EXPECT_EQ(found("ae", "præsens"), "2+2 ");  // two bytes, one character
  EXPECT_EQ(found("æ", "praesens"), "2+2 ");
  EXPECT_EQ(found("e", "præsens"), "5+1 ");  // not in the middle of a character
  EXPECT_EQ(found("a", "præsens"), "");
  EXPECT_EQ(found("strasse", "Die Straße"), "4+7 ");
  EXPECT_EQ(found("e", "e\u0301x"), "0+3 ");  // the mark belongs to the match
  EXPECT_EQ(found("日本", "これは日本です"), "9+6 ");
  EXPECT_EQ(found("😀", "a😀b"), "1+4 ");
}

TEST(TextSearch, SkipsIgnorableCharacters) {
  EXPECT_EQ(found("ab",
                  "a\x01"
                  "b"),
            "0+3 ");
  EXPECT_EQ(found("a\x01"
                  "b",
                  "xab"),
            "1+2 ");
  EXPECT_EQ(found("\x01",
                  "a\x01"
                  "b"),
            "");
  EXPECT_EQ(found("ab",
                  "\x01"
                  "ab\x02"
                  "ab"),
            "1+2 4+2 ");
}

TEST(TextSearch, ObeysTheStrength) {
  using enum SearchStrength;
  EXPECT_EQ(found("a", "Aaäà", exact), "1+1 ");
  EXPECT_EQ(found("ä", "aäÄ", exact), "1+2 ");
  EXPECT_EQ(found("a", "Aaä", accents), "0+1 1+1 ");
  EXPECT_EQ(found("ä", "aäÄ", accents), "1+2 3+2 ");
  EXPECT_EQ(found("a", "Aaä", lettersAndCase), "1+1 2+2 ");
  EXPECT_EQ(found("Ä", "aäÄA", lettersAndCase), "3+2 5+1 ");
  EXPECT_EQ(found("e", "e\u0301e", exact), "3+1 ");
  EXPECT_EQ(found("a", "Aaä", codes), "1+1 ");
  EXPECT_EQ(found("aä", "AÄaäaä", codes), "3+3 6+3 ");
  EXPECT_EQ(found("aB", "ABabÄb", codesAnyCase), "0+2 2+2 ");
  EXPECT_EQ(found("\x01",
                  "a\x01"
                  "b",
                  codes),
            "1+1 ");
}

TEST(TextSearch, StartsWhereItIsTold) {
  EXPECT_EQ(found("a", "abab", SearchStrength::letters, 1), "2+1 ");
  EXPECT_EQ(found("ä", "äbäb", SearchStrength::letters, 2), "3+2 ");
  EXPECT_EQ(found("a", "abab", SearchStrength::codes, 9), "");
}

TEST(TextSearch, GoesThroughLongTexts) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "äbc def ";
  text += "Ziel";
  EXPECT_EQ(found("ziel", text), std::to_string(text.size() - 4) + "+4 ");
  const auto collation = Collation::forLocale("en");
  const TextSearch search(*collation, "c d", SearchStrength::letters);
  TextMatches matches(search, text);
  int count = 0;
  while (matches.next()) ++count;
  EXPECT_EQ(count, 50'000);
}

TEST(TextSearch, KnowsWords) {
  EXPECT_FALSE(isWholeWord("concat cat", {3, 3}));
  EXPECT_TRUE(isWholeWord("concat cat", {7, 3}));
  EXPECT_TRUE(isWholeWord("äh, cat", {5, 3}));
}

}  // namespace
}  // namespace qodly
