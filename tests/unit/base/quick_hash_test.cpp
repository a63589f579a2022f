#include "base/quick_hash.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace qodly {
namespace {

TEST(QuickHash, EveryByteAndTheLengthCount) {
  std::set<std::uint64_t> seen;
  std::size_t made = 0;
  for (const std::size_t length : {0u, 1u, 7u, 8u, 9u, 63u, 64u, 65u, 128u, 200u}) {
    const std::string plain(length, 'a');
    seen.insert(quickHash(plain));
    ++made;
    for (std::size_t i = 0; i < length; ++i) {
      for (const char other : {'b', '\0', '\xFF'}) {
        std::string changed = plain;
        changed[i] = other;
        seen.insert(quickHash(changed));
        ++made;
      }
    }
  }
  EXPECT_EQ(seen.size(), made);
}

TEST(QuickHash, OrderAndSeedCount) {
  const std::string one = std::string(64, 'a') + std::string(64, 'b'),
                    other = std::string(64, 'b') + std::string(64, 'a');
  EXPECT_NE(quickHash(one), quickHash(other));
  EXPECT_NE(quickHash(one), quickHash(one, 1));
  EXPECT_EQ(quickHash(one), quickHash(std::string(one)));
}

TEST(QuickHash, ManyShortTextsDiffer) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200'000; ++i) seen.insert(quickHash("/rest/City?$skip=" + std::to_string(i)));
  EXPECT_EQ(seen.size(), 200'000u);
}

}  // namespace
// Names chosen for a table that hashes them in the usual way are spread like any others.
TEST(KeyedHash, SpreadsNamesThatWereChosenToCollide) {
  constexpr std::size_t slots = 256, wanted = 512;
  std::vector<std::string> chosen;
  for (int i = 0; chosen.size() < wanted; ++i) {
    const std::string name = "name" + std::to_string(i);
    if (std::hash<std::string_view>{}(name) % slots == 0) chosen.push_back(name);
  }
  std::set<std::uint64_t> taken;
  for (const std::string& name : chosen) taken.insert(keyedHash(name) % slots);
  EXPECT_GT(taken.size(), slots / 2);
}

TEST(KeyedHash, DependsOnEveryByteAndOnTheLength) {
  std::set<std::uint64_t> seen;
  for (std::size_t length = 0; length <= 40; ++length) {
    const std::string zeros(length, '\0');
    EXPECT_EQ(keyedHash(zeros), keyedHash(zeros));
    seen.insert(keyedHash(zeros));
    for (std::size_t at = 0; at < length; ++at) {
      std::string changed = zeros;
      changed[at] = 'x';
      seen.insert(keyedHash(changed));
    }
  }
  EXPECT_EQ(seen.size(), 41U + 40U * 41U / 2);
}

}  // namespace qodly
