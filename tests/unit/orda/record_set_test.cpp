// Members of selections: positions, set operations, and adding by the rules of orda.md 13.5.
#include "orda/record_set.h"

#include <gtest/gtest.h>

#include "orda/engine.h"

namespace qodly::orda {
namespace {

using Numbers = std::vector<RecordNumber>;

RecordSet unordered(const Numbers& numbers) { return RecordSet::unordered(Bitmap(numbers.size(), numbers.data())); }

TEST(RecordSet, UnorderedIsInNumberOrder) {
  const RecordSet set = unordered({9, 3, 70000, 3});
  EXPECT_FALSE(set.isOrdered());
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(set.at(1), 9u);
  EXPECT_EQ(set.positionOf(70000), 2);
  EXPECT_EQ(set.positionOf(4), -1);
  EXPECT_EQ(set.slice(1, 100), (Numbers{9, 70000}));
  EXPECT_TRUE(set.slice(3, 1).empty());
}

TEST(RecordSet, OrderedKeepsRepetitions) {
  const RecordSet set = RecordSet::ordered({9, 3, 9});
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(set.positionOf(9), 0);
  EXPECT_EQ(set.toVector(), (Numbers{9, 3, 9}));
  EXPECT_EQ(set.bitmap(), nullptr);
  EXPECT_EQ(set.toBitmap().cardinality(), 2u);
}

TEST(RecordSet, SetOperationsAreUnordered) {
  const RecordSet left = RecordSet::ordered({5, 1, 5, 2});
  const RecordSet right = unordered({2, 5, 8});
  EXPECT_EQ(left.intersect(right), unordered({2, 5}));
  EXPECT_EQ(left.unite(right), unordered({1, 2, 5, 8}));
  EXPECT_EQ(left.subtract(right), unordered({1}));
  EXPECT_TRUE(left.intersect(RecordSet()).empty());
}

TEST(RecordSet, AppendLeavesCopiesAlone) {
  RecordSet set = RecordSet::ordered({1});
  const RecordSet before = set;
  set = std::move(set).append(1);
  EXPECT_EQ(set.toVector(), (Numbers{1, 1}));
  EXPECT_EQ(before.toVector(), (Numbers{1}));
  RecordSet bits = unordered({1});
  const RecordSet original = bits;
  bits = bits.append(1).append(4);
  EXPECT_EQ(bits, unordered({1, 4}));
  EXPECT_EQ(original, unordered({1}));
}

TEST(RecordSet, ForEachStopsWhenAsked) {
  Numbers seen;
  unordered({4, 5, 6}).forEach([&](RecordNumber number) {
    seen.push_back(number);
    return seen.size() < 2;
  });
  EXPECT_EQ(seen, (Numbers{4, 5}));
}

TEST(Overlay, InnermostChangeWinsAndEachRecordComesOnce) {
  Overlay overlay;
  for (int level = 0; level < 2; ++level) overlay.stack().push_back(std::make_shared<ChangeSet>());
  const auto put = [&](std::size_t level, TableId table, RecordNumber number, std::uint32_t stamp) {
    storage::Change change;
    change.newStamp = stamp;
    overlay.stack()[level]->put({table, number}, std::move(change));
  };
  put(0, 1, 5, 10);
  put(0, 1, 9, 11);
  put(1, 1, 5, 20);
  put(1, 1, 7, 21);
  put(1, 2, 6, 30);
  std::vector<std::pair<RecordNumber, std::uint32_t>> seen;
  overlay.forEach(
      1, [&](RecordNumber number, const storage::Change& change) { seen.emplace_back(number, change.newStamp); });
  EXPECT_EQ(seen, (std::vector<std::pair<RecordNumber, std::uint32_t>>{{5, 20}, {7, 21}, {9, 11}}));
  EXPECT_EQ(overlay.find({1, 5})->newStamp, 20u);
  EXPECT_EQ(overlay.find({1, 9})->newStamp, 11u);
  EXPECT_EQ(overlay.find({2, 5}), nullptr);
}

}  // namespace
}  // namespace qodly::orda
