#include "query/picture_keywords.h"

#include <gtest/gtest.h>

#include "query/match.h"
#include "tests/unit/query/marina.h"

namespace qodly::query {
namespace {

std::string number(std::size_t value, int width) {
  std::string bytes;
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

std::string record(int dataSet, std::string_view data) {
  return fmt::format("\x1C\x02{}{}{}", number(static_cast<std::size_t>(dataSet), 1), number(data.size(), 2), data);
}

std::string segment(char type, std::string_view payload) {
  return fmt::format("\xFF{}{}{}", type, number(payload.size() + 2, 2), payload);
}

// A JPEG with these IPTC records behind another block and another segment.
std::string jpeg(std::string_view records) {
  std::string blocks("Photoshop 3.0\0", 14);
  blocks += "8BIM" + number(0x03ED, 2) + number(0, 2) + number(3, 4) + "abc" + number(0, 1);
  blocks += "8BIM" + number(0x0404, 2) + number(0, 2) + number(records.size(), 4);
  blocks += records;
  std::string file("\xFF\xD8");
  file += segment('\xE0', "JFIF");
  file += segment('\xED', blocks);
  return file + segment('\xDA', "");
}

std::vector<std::string> keywordsOf(std::string_view picture) {
  std::vector<std::string> found;
  anyPictureKeyword(picture, [&](std::string_view keyword) {
    found.emplace_back(keyword);
    return false;
  });
  return found;
}

TEST(PictureKeywords, AreRead) {
  const std::string picture =
      jpeg(record(25, "Sunset") + record(5, "Title") + record(25, "old harbour") + record(25, "caf\xE9"));
  EXPECT_EQ(keywordsOf(picture), (std::vector<std::string>{"Sunset", "old harbour", "café"}));
  EXPECT_TRUE(anyPictureKeyword(picture, [](std::string_view keyword) { return keyword == "Sunset"; }));
}

TEST(PictureKeywords, EveryCutIsHarmless) {
  const std::string picture = jpeg(record(25, "Sunset") + record(25, "reef"));
  for (std::size_t size = 0; size < picture.size(); ++size) {
    EXPECT_LE(keywordsOf(std::string_view(picture).substr(0, size)).size(), 2U);
  }
  EXPECT_TRUE(keywordsOf("PNG").empty());
  EXPECT_TRUE(keywordsOf("").empty());
}

TEST(PictureKeywords, ServeTheKeywordComparator) {
  const model::Model model = test::marina();
  const auto collation = Collation::forLocale("en");
  const Value picture = Value::picture(jpeg(record(25, "Old harbour")), "image/jpeg");
  const auto matches = [&](std::string_view query) {
    const auto plan = bind(*parse(query), model, test::classIndex(model, "Boat"), {});
    return Matcher(plan->root.condition, *collation).matches(picture);
  };
  EXPECT_TRUE(matches("photo % HARBOUR"));
  EXPECT_TRUE(matches("photo % 'harb@'"));
  EXPECT_FALSE(matches("photo % harb"));
  EXPECT_FALSE(matches("photo % 'old harbour'"));
  EXPECT_FALSE(matches("photo = harbour"));
}

}  // namespace
}  // namespace qodly::query
