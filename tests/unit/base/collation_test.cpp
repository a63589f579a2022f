#include "base/collation.h"

#include <memory>
#include <random>

#include <gtest/gtest.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/collation_tables.h"
#include "base/text.h"

namespace qodly {
namespace {

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

struct CollatorDeleter {
  void operator()(UCollator* collator) const { ucol_close(collator); }
};

// ICU's own comparison at primary strength, the reference.
class Reference {
 public:
  explicit Reference(const std::string& locale) {
    UErrorCode status = U_ZERO_ERROR;
    collator_.reset(ucol_open(locale.c_str(), &status));
    ucol_setAttribute(collator_.get(), UCOL_STRENGTH, UCOL_PRIMARY, &status);
    ucol_setAttribute(collator_.get(), UCOL_ALTERNATE_HANDLING, UCOL_NON_IGNORABLE, &status);
    ucol_setAttribute(collator_.get(), UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
    EXPECT_TRUE(U_SUCCESS(status));
  }
  int compare(std::string_view left, std::string_view right) const {
    UErrorCode status = U_ZERO_ERROR;
    return ucol_strcollUTF8(collator_.get(), left.data(), static_cast<int>(left.size()), right.data(),
                            static_cast<int>(right.size()), &status);
  }

 private:
  std::unique_ptr<UCollator, CollatorDeleter> collator_;
};

std::string normalised(std::string_view text, bool compose) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = compose ? unorm2_getNFCInstance(&status) : unorm2_getNFDInstance(&status);
  std::u16string wide;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    const std::size_t length = utf16Prefix(rest, 1).empty() ? 4 : utf16Prefix(rest, 1).size();
    std::array<char16_t, 4> units{};
    int count = 0;
    u_strFromUTF8(units.data(), 4, &count, rest.data(), static_cast<int>(length), &status);
    wide.append(units.data(), static_cast<std::size_t>(count));
    at += length - 1;
  }
  std::u16string result(wide.size() * 20 + 20, u'\0');
  const int written = unorm2_normalize(form, wide.data(), static_cast<int>(wide.size()), result.data(),
                                       static_cast<int>(result.size()), &status);
  std::string utf8(static_cast<std::size_t>(written) * 3 + 1, '\0');
  int bytes = 0;
  u_strToUTF8(utf8.data(), static_cast<int>(utf8.size()), &bytes, result.data(), written, &status);
  EXPECT_TRUE(U_SUCCESS(status));
  utf8.resize(static_cast<std::size_t>(bytes));
  return utf8;
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Random texts over alphabets that meet in practice and at the seams of the implementation.
class RandomText {
 public:
  explicit RandomText(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string next(std::size_t longest) {
    static const std::vector<std::vector<char32_t>> alphabets = {
        {U'a', U'b', U'c', U'd', U'e', U'h', U'i', U'l', U's', U'z'},
        {U'A', U'C', U'H', U'I', U'L', U'Z', U'0', U'9', U' ', U'-', U'\'', U'_', U'@', U'.'},
        {U'\0', U'\x01', U'\t', U'\n', U'\x1F', U'\x7F'},
        {U'é', U'è', U'ñ', U'ö', U'å', U'Å', U'ø', U'ß', U'œ', U'Æ', U'ı', U'İ', U'ł', U'Ž', U'ǆ', U'ǉ', U'·', U'½'},
        {U'α', U'ά', U'Σ', U'ς', U'ж', U'й', U'Й', U'ё', U'ї', U'ѐ', U'ѿ'},
        {0x300, 0x301, 0x308, 0x30A, 0x327, 0x306, 0x345},
        {0x1E9E, 0x1EA5, 0x1F84, 0x2019, 0x2014, 0x20AC, 0x2026, 0x200B, 0x2160},
        {U'你', U'字', U'カ', U'が', U'ー', U'각', U'ก', U'เ', U'ا', U'א', 0x1F600, 0xFFFD, 0xFF21},
    };
    std::string text;
    const std::size_t kinds = 1 + below(2);
    std::array<std::size_t, 2> chosen = {below(alphabets.size()), below(alphabets.size())};
    if (below(3) != 0) chosen[0] = below(2);
    const std::size_t length = below(longest + 1);
    for (std::size_t i = 0; i < length; ++i) {
      const auto& alphabet = alphabets[chosen[below(kinds)]];
      appendCodePoint(alphabet[below(alphabet.size())], text);
    }
    return text;
  }

 private:
  std::mt19937 random_;
};

const std::vector<std::string> locales = {"en",
                                          "fr",
                                          "de",
                                          "sv",
                                          "es",
                                          "es@collation=traditional",
                                          "cs",
                                          "da",
                                          "ru",
                                          "el",
                                          "tr",
                                          "hu",
                                          "hr",
                                          "uk",
                                          "ja",
                                          "zh",
                                          "ko",
                                          "th",
                                          "ar",
                                          "ca",
                                          "fi",
                                          "et",
                                          "pl",
                                          "vi",
                                          "de@collation=phonebook"};

TEST(Collation, IgnoresCaseDiacriticsAndLigatures) {
  const Collation& c = english();
  EXPECT_TRUE(c.equals("Élan", "elan"));
  EXPECT_TRUE(c.equals("Œ", "oe"));
  EXPECT_TRUE(c.equals("Straße", "STRASSE"));
  EXPECT_TRUE(c.equals("e\u0301", "é"));
  EXPECT_FALSE(c.equals("elan", "elan "));
  EXPECT_FALSE(c.equals("e-mail", "email"));
  EXPECT_FALSE(c.equals("a", "b"));
  EXPECT_TRUE(c.equals("", std::string_view("\0\x01\x1F", 3)));
  EXPECT_FALSE(c.equals("", "\t"));
  EXPECT_TRUE(c.compare("a b", "ab") < 0);
  EXPECT_TRUE(c.compare("Zebra", "Ω") < 0);
  EXPECT_TRUE(c.compare("9", "a") < 0);
  EXPECT_TRUE(c.compare("côte", "cotex") < 0);
}

TEST(Collation, LocalesDiffer) {
  EXPECT_TRUE(english().equals("ö", "o"));
  EXPECT_TRUE(english().compare("ö", "z") < 0);
  EXPECT_TRUE(Collation::forLocale("sv")->compare("ö", "z") > 0);
  EXPECT_TRUE(Collation::forLocale("cs")->compare("ch", "cz") > 0);
  EXPECT_TRUE(english().compare("ch", "cz") < 0);
  EXPECT_FALSE(Collation::forLocale("es")->equals("ñ", "n"));
  EXPECT_FALSE(Collation::forLocale("tr")->equals("I", "i"));
  EXPECT_EQ(Collation::forLocale("xx-unknown")->compare("a", "B"), std::strong_ordering::less);
  EXPECT_EQ(Collation::forLocale("en-au")->compare("a", "É"), std::strong_ordering::less);
}

TEST(Collation, UnitsAreAsDrawn) {
  const std::string key = english().key("aB é\u0436\u5B57");
  ASSERT_EQ(key.size(), 4U + 4U + 7U);
  for (std::size_t i = 0; i < 5; ++i) {
    const auto unit = static_cast<unsigned char>(key[i]);
    EXPECT_LT(unit, 0xC0);
    EXPECT_EQ(unit % 2, i < 4 ? 1 : 0);
  }
  for (std::size_t i = 5; i < 8; ++i) EXPECT_GE(static_cast<unsigned char>(key[i]), 0xC0);
  EXPECT_LT(static_cast<unsigned char>(key[8]), 0xC0);
}

TEST(Collation, OrderIsThatOfIcuInEveryLocale) {
  for (const std::string& locale : locales) {
    const auto collation = Collation::forLocale(locale);
    const Reference reference(locale);
    RandomText random(4711);
    for (int i = 0; i < 6000; ++i) {
      const std::string left = normalised(random.next(8), true);
      std::string right = normalised(random.next(8), true);
      if (random.below(3) == 0) right = left.substr(0, utf16Prefix(left, random.below(8)).size()) + right;
      right = normalised(right, true);
      const int expected = reference.compare(left, right);
      ASSERT_EQ(sign(collation->compare(left, right)), expected)
          << locale << ": " << toHex(left) << " against " << toHex(right);
      ASSERT_EQ(sign(collation->key(left).compare(collation->key(right)) <=> 0), expected)
          << locale << ": " << toHex(left) << " against " << toHex(right);
      ASSERT_EQ(collation->equals(left, right), expected == 0);
    }
  }
}

TEST(Collation, TablesAndIcuMakeTheSameKeys) {
  for (const std::string& locale : locales) {
    const auto collation = Collation::forLocale(locale);
    RandomText random(99);
    std::size_t fast = 0;
    for (int i = 0; i < 4000; ++i) {
      const std::string text = random.next(40);
      std::string fastKey;
      std::string slowKey;
      if (!collation->tables().appendFast(text, fastKey, SIZE_MAX)) continue;
      ++fast;
      collation->tables().appendSlow(text, slowKey, SIZE_MAX);
      ASSERT_EQ(toHex(fastKey), toHex(slowKey)) << locale << ": " << toHex(text);
    }
    EXPECT_GT(fast, 500U) << locale;
  }
}

TEST(Collation, CanonicalEquivalentsAreEqual) {
  for (const std::string& locale : locales) {
    const auto collation = Collation::forLocale(locale);
    RandomText random(5);
    for (int i = 0; i < 3000; ++i) {
      const std::string text = random.next(12);
      const std::string decomposed = normalised(text, false);
      ASSERT_EQ(toHex(collation->key(text)), toHex(collation->key(decomposed))) << locale << ": " << toHex(text);
      ASSERT_TRUE(collation->equals(text, decomposed)) << locale << ": " << toHex(text);
    }
  }
}

TEST(Collation, InvalidBytesCountAsReplacementCharacters) {
  EXPECT_EQ(english().key("a\xFFz"), english().key("a\uFFFDz"));
  EXPECT_TRUE(english().equals("\xE2\x82", "\uFFFD"));
}

TEST(Collation, LimitCutsAtUnits) {
  for (const std::string& text : {std::string("plain ascii text"), std::string("жжжжжжжж"), std::string("字字字字字"),
                                  std::string("a\u0301bc\u0302defg"), std::string("œœœœœœ")}) {
    const std::string whole = english().key(text);
    for (std::size_t limit = 0; limit <= whole.size() + 1; ++limit) {
      std::string cut = "x";
      const bool complete = english().appendKey(text, cut, limit);
      EXPECT_EQ(complete, limit >= whole.size());
      EXPECT_LE(cut.size() - 1, limit);
      EXPECT_GT(cut.size() - 1 + 7, std::min(limit, whole.size()));
      EXPECT_TRUE(whole.starts_with(std::string_view(cut).substr(1)));
      if (cut.size() - 1 < whole.size()) {
        EXPECT_LT(static_cast<unsigned char>(whole[cut.size() - 1]), 0xC0);
      }
    }
  }
}

TEST(Collation, LongTexts) {
  std::string latin;
  std::string chinese;
  for (int i = 0; i < 60000; ++i) {
    latin += i % 7 == 0 ? "é" : "x";
    chinese += i % 5 == 0 ? " " : "字が";
  }
  const std::string latinKey = english().key(latin);
  EXPECT_EQ(latinKey.size(), 60000U);
  const std::string whole = english().key(chinese);
  std::string cut;
  EXPECT_FALSE(english().appendKey(chinese, cut, 480));
  EXPECT_TRUE(whole.starts_with(cut));
  EXPECT_GT(cut.size(), 473U);
  EXPECT_EQ(english().key(chinese + chinese), whole + whole);
}

}  // namespace
}  // namespace qodly
