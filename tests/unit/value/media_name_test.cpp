#include "value/media_name.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace qodly {
namespace {

struct Row {
  std::string_view type, name, expected;
};

TEST(MediaName, StandsBehindTheType) {
  for (const Row& row : std::initializer_list<Row>{
           {"image/png", "a.png", "image/png; name=\"a.png\""},
           {"image/png", "", "image/png"},
           {"", "a.txt", "; name=\"a.txt\""},
           {"image/png; name=\"old.png\"", "new.png", "image/png; name=\"new.png\""},
           {"image/png; name=\"old.png\"", "", "image/png"},
           {"text/plain; charset=UTF-8", "a b.txt", "text/plain; charset=UTF-8; name=\"a b.txt\""},
           {"image/png", "../../etc/passwd", "image/png; name=\"passwd\""},
           {"image/png", "C:\\photos\\a.png", "image/png; name=\"a.png\""},
           {"image/png", "folder/", "image/png"},
           {"image/png", "a\"b\r\nc\x7F.png", "image/png; name=\"abc.png\""},
           {"image/png", "\xC3\xBCnique.png", "image/png; name=\"\xC3\xBCnique.png\""},
       }) {
    const std::string made = withMediaName(row.type, row.name);
    EXPECT_EQ(made, row.expected);
    EXPECT_EQ(withoutMediaName(made), withoutMediaName(row.type));
  }
  EXPECT_EQ(mediaName("image/png; name=\"a.png\""), "a.png");
  EXPECT_EQ(mediaName("image/png"), "");
  EXPECT_EQ(mediaName(""), "");
  EXPECT_EQ(withoutMediaName(""), "");
}

TEST(MediaName, FitsIntoWhatIsStoredAndIsCutBetweenCharacters) {
  std::string longName;
  for (int i = 0; i < 300; ++i) longName += "\xC3\xBC";
  for (const std::size_t length : {0U, 9U, 100U, 200U, 240U, 244U, 245U, 246U, 247U, 300U}) {
    const std::string type(length, 't');
    const std::string made = withMediaName(type, longName);
    EXPECT_LE(made.size(), std::max<std::size_t>(255, length)) << length;
    EXPECT_TRUE(isValidUtf8(made)) << length;
    EXPECT_EQ(withoutMediaName(made), type);
  }
}

}  // namespace
}  // namespace qodly
