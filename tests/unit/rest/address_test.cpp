#include "rest/address.h"

#include <gtest/gtest.h>

namespace qodly::rest {
namespace {

Address parsed(std::string_view path) {
  auto address = parseAddress(path);
  EXPECT_TRUE(address.has_value()) << path << ": " << address.error().text();
  return address.value_or(Address{});
}

TEST(Address, DataClass) {
  for (const auto* path : {"/Book", "/Book/", "Book", "//Book//"}) {
    const Address address = parsed(path);
    EXPECT_EQ(address.dataClass, "Book") << path;
    EXPECT_FALSE(address.hasKey);
    EXPECT_TRUE(address.segments.empty());
    EXPECT_FALSE(address.isService());
  }
}

struct KeyCase {
  const char* path;
  const char* key;
  bool quoted;
};

class AddressKey : public testing::TestWithParam<KeyCase> {};

TEST_P(AddressKey, IsRead) {
  const Address address = parsed(GetParam().path);
  EXPECT_EQ(address.dataClass, "Book");
  EXPECT_TRUE(address.hasKey);
  EXPECT_EQ(address.key.text, GetParam().key);
  EXPECT_EQ(address.key.quoted, GetParam().quoted);
  EXPECT_TRUE(address.keyAttribute.empty());
}

INSTANTIATE_TEST_SUITE_P(Forms, AddressKey,
                         testing::Values(KeyCase{"/Book[7]", "7", false}, KeyCase{"/Book(7)", "7", false},
                                         KeyCase{"/Book%5B7%5D", "7", false}, KeyCase{"/Book%5b7%5d/", "7", false},
                                         KeyCase{"/Book%287%29", "7", false}, KeyCase{"/Book[\"7\"]", "7", true},
                                         KeyCase{"/Book('a')", "a", true}, KeyCase{"/Book[%22a]b%22]", "a]b", true},
                                         KeyCase{"/Book(\"a)b\")", "a)b", true}, KeyCase{"/Book[a/b]", "a/b", false},
                                         KeyCase{"/Book[a%2Fb]", "a/b", false}, KeyCase{"/Book[a%5Db]", "a]b", false},
                                         KeyCase{"/Book[a(b]", "a(b", false}, KeyCase{"/Book[]", "", false},
                                         KeyCase{"/Book[\"a]", "\"a", false}, KeyCase{"/Book[%C3%A9]", "é", false}));

TEST(Address, AttributeReference) {
  const Address address = parsed("/Author:name(\"I. Sorel\")/country");
  EXPECT_EQ(address.dataClass, "Author");
  EXPECT_EQ(address.keyAttribute, "name");
  EXPECT_EQ(address.key.text, "I. Sorel");
  EXPECT_EQ(address.segments, std::vector<std::string>{"country"});
  EXPECT_EQ(parsed("/Author:name[x]").key.text, "x");
}

TEST(Address, EntitySetInEitherOrder) {
  for (const auto* path : {"/Book/title,price/$entityset/AB12", "/Book/$entityset/AB12/title,price"}) {
    const Address address = parsed(path);
    EXPECT_TRUE(address.hasEntitySet) << path;
    EXPECT_EQ(address.entitySet, "AB12") << path;
    EXPECT_EQ(address.segments, std::vector<std::string>{"title,price"}) << path;
  }
}

TEST(Address, EntityOfASet) {
  const Address address = parsed("/Book/$entityset/AB12[7]/title");
  EXPECT_EQ(address.entitySet, "AB12");
  EXPECT_TRUE(address.hasSetKey);
  EXPECT_EQ(address.setKey.text, "7");
  EXPECT_TRUE(address.isEntity());
  EXPECT_FALSE(address.hasKey);
}

TEST(Address, EmptyEntitySet) {
  const Address address = parsed("/Book/total/$entityset/");
  EXPECT_TRUE(address.hasEntitySet);
  EXPECT_EQ(address.entitySet, "");
  EXPECT_EQ(address.segments, std::vector<std::string>{"total"});
}

TEST(Address, Services) {
  const Address catalog = parsed("/$catalog/$all/");
  EXPECT_TRUE(catalog.isService());
  EXPECT_EQ(catalog.service, "$catalog");
  EXPECT_EQ(catalog.segments, std::vector<std::string>{"$all"});
  EXPECT_EQ(parsed("/%24info").service, "$info");
  EXPECT_EQ(parsed("/$singleton/Desk/checkIn").segments.size(), 2U);
}

TEST(Address, SegmentsAreDecoded) {
  EXPECT_EQ(parsed("/Book[7]/title%2Cprice").segments, std::vector<std::string>{"title,price"});
}

TEST(Address, NotClosed) {
  for (const auto* path : {"/Book[7", "/Book(7", "/Author:name(x", "/Book/$entityset/A[7", "/Book%5B7"}) {
    const auto address = parseAddress(path);
    ASSERT_FALSE(address.has_value()) << path;
    EXPECT_EQ(address.error().component(), "rest");
  }
}

TEST(Address, AttributeReferenceWithoutValue) { EXPECT_FALSE(parseAddress("/Author:name").has_value()); }

TEST(Address, TooManySegments) {
  std::string path = "/Book";
  for (std::size_t i = 0; i <= maximumSegments; ++i) path += "/a";
  EXPECT_FALSE(parseAddress(path).has_value());
}

}  // namespace
}  // namespace qodly::rest
