// The query language on plain objects (classes.md 1.9).
#include "query/object_query.h"

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "value/json.h"

namespace qodly::query {
namespace {

const Collation& english() {
  static const auto collation = Collation::forLocale("en");
  return *collation;
}

Value parsed(std::string_view json) { return json::parse(json).value(); }

constexpr std::string_view kites = R"([{"k":"Kite","n":4},{"k":"kayak"},{"k":"Sail","n":null},{"n":9},7,"k"])";
constexpr std::string_view boats = R"([{"sails":[{"kind":"jib","area":12},{"kind":"main","area":30}],"tags":["red"]},)"
                                   R"({"sails":[{"kind":"jib","area":24}],"tags":[]},{"name.x":"dot"}])";

// Indexes of the matching elements, or the error's code.
std::string found(std::string_view elements, std::string_view text, Parameters parameters = {}) {
  const auto query = ObjectQuery::compile(text, parameters, english());
  if (!query) return "error " + std::to_string(query.error().code());
  const Value collection = parsed(elements);
  std::string indexes;
  for (std::size_t i = 0; i < collection.asCollection().size(); ++i) {
    if (query->matches(collection.asCollection().elements()[i])) indexes += std::to_string(i) + " ";
  }
  return indexes;
}

Parameters with(std::vector<Value> values) {
  Parameters parameters;
  parameters.values = std::move(values);
  return parameters;
}

TEST(ObjectQuery, Comparators) {
  EXPECT_EQ(found(kites, "k == 'k@'"), "0 1 ");
  EXPECT_EQ(found(kites, "n = null"), "1 2 ");
  EXPECT_EQ(found(kites, "n != null"), "0 3 ");
  EXPECT_EQ(found(kites, "n != 4"), "1 2 3 ");
  EXPECT_EQ(found(kites, "n >= 4 and not(k == kite)"), "3 ");
  EXPECT_EQ(found(kites, "n == 4 or k === 'SAIL'"), "0 2 ");
  EXPECT_EQ(found(kites, R"(k in ["sail","kite"])"), "0 2 ");
  EXPECT_EQ(found(kites, "n == '4'"), "");
  EXPECT_EQ(found(kites, "k % kite"), "0 ");
  EXPECT_EQ(found(kites, ""), "0 1 2 3 ");
}

TEST(ObjectQuery, Placeholders) {
  EXPECT_EQ(found(kites, "n > :1", with({Value::real(4)})), "3 ");
  EXPECT_EQ(found(kites, "k IN :1", with({parsed(R"(["sail","kite"])")})), "0 2 ");
  EXPECT_EQ(found(kites, ":1 = :2", with({Value::text("k"), Value::text("Sail")})), "2 ");
  EXPECT_EQ(found(kites, "n == :1", with({Value::null()})), "");
  EXPECT_EQ(found(kites, "n != :1", with({Value()})), "0 1 2 3 ");
  EXPECT_EQ(found(kites, "n == :2", with({Value::real(4)})), "error -20032");
  EXPECT_EQ(found(kites, "n == "), "error -20030");
  EXPECT_EQ(found(kites, "eval(this.n > 3)"), "error 1278");
  Parameters named;
  named.parameters = parsed(R"({"info":{"zone":9}})");
  named.attributes = parsed(R"({"path":["name.x"]})");
  EXPECT_EQ(found(kites, "n == :info.zone", named), "3 ");
  EXPECT_EQ(found(boats, ":path == 'dot'", named), "2 ");
}

TEST(ObjectQuery, CollectionsInside) {
  EXPECT_EQ(found(boats, "sails[].kind == 'jib' and sails[].area > 20"), "0 1 ");
  EXPECT_EQ(found(boats, "sails[k].kind == 'jib' and sails[K].area > 20"), "1 ");
  EXPECT_EQ(found(boats, "sails[].kind != 'main'"), "1 2 ");
  EXPECT_EQ(found(boats, "sails[k].kind != 'main'"), "0 1 ");
  EXPECT_EQ(found(boats, "tags[] == red"), "0 ");
  EXPECT_EQ(found(boats, "sails.length > 1"), "0 ");
}

TEST(ObjectQuery, NamedReferencesCompareByIdentity) {
  const Value inner = parsed(R"({"id":1})");
  const Value holder = Value::object(Object::make());
  holder.asObject().set("o", inner);
  Parameters named;
  named.parameters = Value::object(Object::make());
  named.parameters.asObject().set("same", inner);
  named.parameters.asObject().set("other", parsed(R"({"id":1})"));
  const auto matches = [&](std::string_view text) {
    return ObjectQuery::compile(text, named, english()).value().matches(holder);
  };
  EXPECT_TRUE(matches("o == :same"));
  EXPECT_FALSE(matches("o == :other"));
  EXPECT_TRUE(matches("o != :other"));
  EXPECT_FALSE(matches("o != :same"));
  EXPECT_EQ(found(R"([{"o":{}}])", "o == :1", with({inner})), "");
}

TEST(ObjectQuery, TimesCompareAsTimesAndAsMilliseconds) {
  const Value holder = Value::object(Object::make());
  holder.asObject().set("t", Value::markedTime(Duration{5000}));
  const auto matches = [&](std::string_view text, Parameters parameters = {}) {
    return ObjectQuery::compile(text, parameters, english()).value().matches(holder);
  };
  EXPECT_TRUE(matches("t == :1", with({Value::time(Duration{5000})})));
  EXPECT_TRUE(matches("t < '00:00:06'"));
  EXPECT_TRUE(matches("t == 5000 and t < 5000.5"));
  EXPECT_FALSE(matches("t == 5"));
}

TEST(ObjectQuery, OrderAtTheEnd) {
  const auto query = ObjectQuery::compile("n > 0 order by a.b desc, c", {}, english());
  ASSERT_TRUE(query);
  ASSERT_EQ(query->order().size(), 2U);
  EXPECT_EQ(query->order()[0].path, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(query->order()[0].descending);
  EXPECT_EQ(query->paths().size(), 3U);
}

}  // namespace
}  // namespace qodly::query
