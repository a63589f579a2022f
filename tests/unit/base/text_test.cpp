#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "base/json_writer.h"

namespace qodly {
namespace {

std::string real(double value) {
  std::string out;
  appendReal(value, out);
  return out;
}

std::string jsonString(std::string_view text) {
  std::string out;
  json::appendString(text, out);
  return out;
}

TEST(Reals, FewDecimalsAreWrittenAsTheShortestForm) {
  const auto shortest = [](double value) {
    std::array<char, 400> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
    return std::string(digits.data(), end.ptr);
  };
  for (const double value : {0.1, -0.5, 25.22462, 55.26888, 0.000001, 0.0000015, 1e-5, 999999999.999999, 1234567890.5,
                             123456789012.25, 0.1 + 0.2, 1.0 / 3, 2.5e-6, 1e15 + 0.5, -179.999999, 4.35, 1.005}) {
    EXPECT_EQ(real(value), shortest(value)) << value;
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double scale = std::pow(10.0, static_cast<double>(random() % 8));
    const double value = static_cast<double>(static_cast<std::int64_t>(random() % 2'000'000'000'000)) / scale - 1e3;
    if (value == std::trunc(value) || std::abs(value) < 1e-6) continue;
    ASSERT_EQ(real(value), shortest(value));
  }
}

TEST(Integers, AreWrittenWithAllTheirDigits) {
  const auto written = [](std::int64_t value) {
    std::string out;
    appendInteger(value, out);
    return out;
  };
  for (const std::int64_t value : {INT64_MIN, INT64_MIN + 1, INT64_MAX})
    EXPECT_EQ(written(value), std::to_string(value));
  for (std::int64_t power = 1; power <= 100'000'000'000'000'000; power *= 10) {
    for (const std::int64_t value : {power - 1, power, power + 1, 5 * power, 7 * power + 3}) {
      EXPECT_EQ(written(value), std::to_string(value));
      EXPECT_EQ(written(-value), std::to_string(-value));
    }
  }
}

TEST(Utf8, Validity) {
  for (const char* text : {"", "abc", "é", "€", "😀", "abcdefghé", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(isValidUtf8(text)) << text;
    EXPECT_EQ(repairUtf8(text), text);
  }
  for (const char* text : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "abcdefgh\xFF", "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(isValidUtf8(text));
    EXPECT_TRUE(isValidUtf8(repairUtf8(text)));
  }
  EXPECT_EQ(repairUtf8("a\xE2\x82z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repairUtf8("\xFF\xFE"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(isAscii("plain text of some length"));
  EXPECT_FALSE(isAscii("plain text of some lengté"));
  EXPECT_FALSE(isAscii("é"));
}

TEST(Utf16, CountsUnits) {
  EXPECT_EQ(utf16Length("aé€😀"), 5U);
  EXPECT_EQ(utf16Prefix("aé€😀b", 3), "aé€");
  EXPECT_EQ(utf16Prefix("aé€😀b", 4), "aé€");
  EXPECT_EQ(utf16Prefix("aé€😀b", 5), "aé€😀");
  EXPECT_EQ(utf16Prefix("ab", 9), "ab");
  EXPECT_EQ(utf16Prefix("ab", 0), "");
  for (const auto& [unit, byte] :
       std::map<std::size_t, std::size_t>{{0, 0}, {1, 1}, {2, 3}, {3, 6}, {4, 10}, {5, 10}, {6, 11}}) {
    EXPECT_EQ(utf16Offset("aé€😀b", unit), byte) << unit;
  }
  EXPECT_EQ(utf16Offset("plain text of ASCII", 9), 9U);
  EXPECT_EQ(utf16Offset("plain text of ASCII", 99), 19U);
}

TEST(CodePoints, Appended) {
  std::string out;
  for (const char32_t c : {U'a', U'é', U'€', U'😀', char32_t{0xD800}, char32_t{0x110000}}) appendCodePoint(c, out);
  EXPECT_EQ(out, "aé€😀\uFFFD\uFFFD");
}

TEST(Text, SmallTools) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_TRUE(equalsIgnoringAsciiCase("HeLLo", "hEllO"));
  EXPECT_FALSE(equalsIgnoringAsciiCase("a", "ab"));
  EXPECT_FALSE(equalsIgnoringAsciiCase("[", "{"));
  EXPECT_EQ(lowerAscii("ÀBC"), "Àbc");
}

TEST(Numbers, Integers) {
  EXPECT_EQ(parseInteger("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parseInteger("+7"), 7);
  for (const char* text : {"", "+", "-", "1 ", " 1", "1.0", "9223372036854775808", "+-1", "0x1"}) {
    EXPECT_FALSE(parseInteger(text)) << text;
  }
}

TEST(Numbers, Reals) {
  EXPECT_EQ(parseReal("1.5e3"), 1500.0);
  EXPECT_EQ(parseReal("-.5"), -0.5);
  EXPECT_EQ(parseReal("+5."), 5.0);
  EXPECT_EQ(parseReal("1e-400"), 0.0);
  for (const char* text : {"", ".", "-", "e5", "1e", "1e+", "1e400", "inf", "nan", "0x1p3", "1,5", "1 "}) {
    EXPECT_FALSE(parseReal(text)) << text;
  }
}

TEST(Numbers, WrittenShortest) {
  EXPECT_EQ(real(3.0), "3");
  EXPECT_EQ(real(-0.0), "0");
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(100000), "100000");
  EXPECT_EQ(real(1e20), "100000000000000000000");
  EXPECT_EQ(real(1e21), "1e+21");
  EXPECT_EQ(real(1.5e300), "1.5e+300");
  EXPECT_EQ(real(0.000001), "0.000001");
  EXPECT_EQ(real(1.5e-7), "1.5e-07");
  EXPECT_EQ(real(162.33203125), "162.33203125");
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(parseReal(real(value)), value);
  }
}

TEST(Encodings, Percent) {
  EXPECT_EQ(percentDecode("a%20b+c%zz%4"), "a b+c%zz%4");
  EXPECT_EQ(percentDecode("%C3%A9"), "é");
  EXPECT_EQ(percentEncode("a b/é~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(escapeHtml("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
}

TEST(Encodings, HexAndBase64) {
  EXPECT_EQ(toHex(std::string_view("\x00\xFFz", 3)), "00FF7A");
  EXPECT_EQ(fromHex("00ff7A"), std::string("\x00\xFFz", 3));
  EXPECT_FALSE(fromHex("0"));
  EXPECT_FALSE(fromHex("0g"));
  for (const auto& [plain, encoded] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}}) {
    EXPECT_EQ(toBase64(plain), encoded);
    EXPECT_EQ(fromBase64(encoded), plain);
  }
  EXPECT_EQ(fromBase64("Zm9v\r\nYg"), "foob");
  for (const char* text : {"Z", "Zg=", "Zg===", "Zm9v=", "Z=g=", "Zm!v"}) EXPECT_FALSE(fromBase64(text)) << text;
}

TEST(Uuid, NormalisedAndRandom) {
  EXPECT_EQ(normaliseUuid("{0e984725-c51c-4bf4-9960-e1c80e27aba0}"), "0E984725C51C4BF49960E1C80E27ABA0");
  EXPECT_FALSE(normaliseUuid("0e984725"));
  EXPECT_FALSE(normaliseUuid("0e984725-c51c-4bf4-9960-e1c80e27aba01"));
  EXPECT_FALSE(normaliseUuid("0e984725-c51c-4bf4-9960-e1c80e27abag"));
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = newUuid();
    EXPECT_EQ(normaliseUuid(uuid), uuid);
    EXPECT_EQ(uuid[12], '4');
    EXPECT_TRUE(seen.insert(uuid).second);
  }
  EXPECT_EQ(randomHex(20).size(), 40U);
}

TEST(JsonWriter, EscapesAtEveryOffset) {
  EXPECT_EQ(jsonString("a\"b\\c\b\f\n\r\t\x01\x1F\x7Fé/"), "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\x7Fé/\"");
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string plain(length, '\xFF');
    EXPECT_EQ(jsonString(plain), "\"" + plain + "\"");
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '\0';
      std::string expected(length, 'x');
      expected.replace(at, 1, "\\u0000");
      EXPECT_EQ(jsonString(text), "\"" + expected + "\"");
    }
  }
}

TEST(JsonWriter, Numbers) {
  std::string out;
  json::appendNumber(3.0, out);
  out += ' ';
  json::appendNumber(std::nan(""), out);
  out += ' ';
  json::appendNumber(-HUGE_VAL, out);
  out += ' ';
  json::appendNumber(INT64_MIN, out);
  out += ' ';
  json::appendBoolean(true, out);
  EXPECT_EQ(out, "3 null null -9223372036854775808 true");
}

}  // namespace
}  // namespace qodly
