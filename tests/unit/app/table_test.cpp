// Tables for people.
#include "app/output/table.h"

#include <gtest/gtest.h>

#include "app/console.h"

using namespace qodly::app;

TEST(Table, alignsAndCuts) {
  Table table({"name", "n"}, {false, true});
  table.add({"é", "5"});
  table.add({"a\nb", "1234"});
  EXPECT_EQ(table.text(0), "name     n\n────  ────\né        5\na b   1234\n");
  Table wide({"text"}, {false});
  wide.add({"abcdefghijklmnop"});
  EXPECT_EQ(wide.text(8), "text\n────────\nabcdefg…\n");
}

TEST(Table, knowsTheWidthOfCharacters) {
  EXPECT_EQ(displayWidth("日本"), 4u);
  EXPECT_EQ(displayWidth("e\xCC\x81"), 1u);
  EXPECT_EQ(cutToWidth("日本語", 5), "日本…");
  EXPECT_EQ(cutToWidth("abc", 3), "abc");
}

TEST(Console, writesNumbersForPeople) {
  EXPECT_EQ(groupedNumber(0), "0");
  EXPECT_EQ(groupedNumber(1234567), "1,234,567");
  EXPECT_EQ(groupedNumber(123), "123");
  EXPECT_EQ(readableSize(512), "512 bytes");
  EXPECT_EQ(readableSize(1536), "1.5 KB");
}
