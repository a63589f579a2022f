#include <random>

#include <gtest/gtest.h>

#include "base/collation.h"
#include "base/text.h"

namespace qodly {
namespace {

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

bool like(std::string_view text, std::string_view value) { return TextPattern(english(), value, true).matches(text); }

// The definition: pieces between wildcards found on keys, by trying every split.
bool likeByDefinition(std::string_view key, const std::vector<std::string>& pieces, std::size_t piece) {
  if (piece + 1 == pieces.size()) return key == pieces[piece];
  if (!key.starts_with(pieces[piece])) return false;
  const std::string_view rest = key.substr(pieces[piece].size());
  for (std::size_t skip = 0; skip <= rest.size(); ++skip) {
    if (likeByDefinition(rest.substr(skip), pieces, piece + 1)) return true;
  }
  return false;
}

TEST(TextPattern, Kinds) {
  const auto kind = [](std::string_view value) { return TextPattern(english(), value, true).kind(); };
  EXPECT_EQ(kind("a"), TextPattern::Kind::equals);
  EXPECT_EQ(kind(""), TextPattern::Kind::equals);
  EXPECT_EQ(kind("@"), TextPattern::Kind::any);
  EXPECT_EQ(kind("a@"), TextPattern::Kind::prefix);
  EXPECT_EQ(kind("@a"), TextPattern::Kind::suffix);
  EXPECT_EQ(kind("@a@"), TextPattern::Kind::contains);
  EXPECT_EQ(kind("a@b"), TextPattern::Kind::general);
  EXPECT_EQ(kind("@a@b@"), TextPattern::Kind::general);
  EXPECT_EQ(kind("a@@b"), TextPattern::Kind::never);
  EXPECT_EQ(kind("@@"), TextPattern::Kind::never);
  EXPECT_EQ(TextPattern(english(), "a@", false).kind(), TextPattern::Kind::equals);
  EXPECT_EQ(TextPattern(english(), "Ab@", true).literalKey(), english().key("ab"));
}

TEST(TextPattern, Examples) {
  EXPECT_TRUE(like("Élan", "elan"));
  EXPECT_TRUE(like("Élan vital", "el@"));
  EXPECT_TRUE(like("Œuvre", "@vre"));
  EXPECT_TRUE(like("Œuvre", "oe@"));
  EXPECT_TRUE(like("le cœur", "@coeur@"));
  EXPECT_TRUE(like("abc", "a@c"));
  EXPECT_TRUE(like("ac", "a@c"));
  EXPECT_FALSE(like("aba", "ab@ba"));
  EXPECT_TRUE(like("", "@"));
  EXPECT_FALSE(like("anything", "any@@"));
  EXPECT_FALSE(like("a@b", "acb"));
  EXPECT_TRUE(TextPattern(english(), "a@b", false).matches("A@B"));
  EXPECT_FALSE(TextPattern(english(), "a@b", false).matches("axb"));
  EXPECT_TRUE(like("", ""));
  EXPECT_FALSE(like("a", ""));
  EXPECT_TRUE(
      like("a\x01"
           "b",
           "@ab@"));
  EXPECT_TRUE(like("xa\u0301b", "@ab@"));
  EXPECT_TRUE(like("xab\u0301", "@ab"));
  EXPECT_TRUE(like("xab\u0301", "xab"));
}

TEST(TextPattern, FollowingMarksCanMakeAnotherLetter) {
  const auto swedish = Collation::forLocale("sv");
  EXPECT_FALSE(TextPattern(*swedish, "@a@", true).matches("xxa\u030Axx"));
  EXPECT_TRUE(TextPattern(*swedish, "@\u00E5@", true).matches("xxa\u030Axx"));
  EXPECT_FALSE(TextPattern(*swedish, "xa@", true).matches("xa\u030A"));
  EXPECT_TRUE(TextPattern(*swedish, "x\u00E5", true).matches("xa\u030A"));
  EXPECT_FALSE(TextPattern(*swedish, "@a", true).matches("xa\u030A"));
}

TEST(TextPattern, AgreesWithTheDefinition) {
  std::mt19937 random(11);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const std::vector<std::string> letters = {"a", "A",    "b", "B", "c", "h", "i", "I",      " ",
                                            "-", "\x01", "é", "œ", "ж", "e", "o", "e\u0301"};
  for (const char* locale : {"en", "cs", "tr", "sv"}) {
    const auto collation = Collation::forLocale(locale);
    for (int i = 0; i < 40000; ++i) {
      const std::size_t alphabet = below(3) == 0 ? letters.size() : 10;
      std::string text;
      for (std::size_t n = below(below(4) == 0 ? 70 : 20); n > 0; --n) text += letters[below(alphabet)];
      std::string value;
      for (std::size_t n = below(5); n > 0; --n) value += below(3) == 0 ? "@" : letters[below(alphabet)];
      if (below(4) == 0) value = "@" + value.substr(value.starts_with('@') ? 1 : 0) + (value.ends_with('@') ? "" : "@");
      std::vector<std::string> pieces;
      for (const std::string_view piece : split(value, '@')) pieces.push_back(collation->key(piece));
      const bool expected = value.find("@@") == std::string::npos && likeByDefinition(collation->key(text), pieces, 0);
      ASSERT_EQ(TextPattern(*collation, value, true).matches(text), expected)
          << locale << " '" << toHex(text) << "' like '" << toHex(value) << "'";
    }
  }
}

TEST(TextPattern, ContainsAtEveryPlaceAndLength) {
  for (std::size_t length = 1; length < 80; ++length) {
    for (std::size_t needle = 1; needle <= length; needle += needle < 20 ? 1 : 7) {
      std::string wanted(needle, 'n');
      wanted.front() = 'F';
      wanted.back() = 'l';
      const TextPattern pattern(english(), "@" + wanted + "@", true);
      EXPECT_FALSE(pattern.matches(std::string(length, 'n')));
      for (std::size_t at = 0; at + needle <= length; ++at) {
        std::string text(length, '.');
        text.replace(at, needle, wanted);
        ASSERT_TRUE(pattern.matches(text)) << length << " " << needle << " " << at;
        text[at] = '.';
        ASSERT_FALSE(pattern.matches(text)) << length << " " << needle << " " << at;
      }
    }
  }
}

TEST(TextPattern, Order) {
  const auto order = [](std::string_view text, std::string_view value, bool wildcards = true) {
    return TextPattern(english(), value, wildcards).order(text);
  };
  EXPECT_EQ(order("kiwi", "ki@"), std::strong_ordering::equal);
  EXPECT_EQ(order("k", "ki@"), std::strong_ordering::less);
  EXPECT_EQ(order("kj", "ki@"), std::strong_ordering::greater);
  EXPECT_EQ(order("kiwi", "ki"), std::strong_ordering::greater);
  EXPECT_EQ(order("KÏ", "ki"), std::strong_ordering::equal);
  EXPECT_EQ(order("KÏwi", "ki@"), std::strong_ordering::equal);
  EXPECT_EQ(order("a@b", "a@b"), std::strong_ordering::equal);
  EXPECT_EQ(order("axb", "a@b"), english().compare("axb", "a@b"));
  EXPECT_EQ(order("kiwi", "ki@", false), english().compare("kiwi", "ki@"));
  EXPECT_EQ(order("anything", "@"), std::strong_ordering::equal);
}

bool hasWord(std::string_view text, std::string_view word) { return WordPattern(english(), word).matches(text); }

TEST(WordPattern, WholeWords) {
  EXPECT_TRUE(hasWord("The Élan vital, again", "elan"));
  EXPECT_TRUE(hasWord("ready-made", "made"));
  EXPECT_FALSE(hasWord("readymade", "made"));
  EXPECT_FALSE(hasWord("The elan vital", "elan vital"));
  EXPECT_FALSE(hasWord("The elan vital", ""));
  EXPECT_FALSE(hasWord("The elan vital", "..."));
  EXPECT_TRUE(hasWord("don't stop", "don't"));
  EXPECT_FALSE(hasWord("don't stop", "don"));
  EXPECT_TRUE(hasWord("costs 3.14 €", "3.14"));
  EXPECT_FALSE(hasWord("costs 3.14 €", "3"));
  EXPECT_TRUE(hasWord("costs 3.14 €", "cos@"));
  EXPECT_FALSE(hasWord("costs 3.14 €", "ost@"));
  EXPECT_FALSE(hasWord("costs 3.14 €", "€"));
  EXPECT_TRUE(hasWord("le cœur a ses raisons", "coeur"));
  EXPECT_TRUE(hasWord("Москва слезам", "СЛЕЗАМ"));
  EXPECT_FALSE(hasWord("", "a"));
  EXPECT_FALSE(WordPattern(english(), "a").matchesNothing());
  EXPECT_TRUE(WordPattern(english(), "a b").matchesNothing());
  EXPECT_TRUE(WordPattern(english(), "a@").isPrefix());
}

TEST(WordPattern, KeysOfAText) {
  const std::vector<std::string> keys = wordKeys(english(), "Be bold, be Élan - be 42!");
  const std::vector<std::string> expected = {english().key("42"), english().key("be"), english().key("bold"),
                                             english().key("elan")};
  EXPECT_EQ(keys, expected);
  EXPECT_TRUE(wordKeys(english(), " ... ").empty());
}

}  // namespace
}  // namespace qodly
