// Values against conditions: text rules, numbers, dates, objects and collections. Every answer of the generic entry is
// also asked from the fast ones.
#include "query/match.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/unit/query/marina.h"
#include "value/json.h"

namespace qodly::query {
namespace {

const model::Model& marina() {
  static const model::Model model = test::marina();
  return model;
}

const Collation& collation() {
  static const auto english = Collation::forLocale("en");
  return *english;
}

Node nodeOf(std::string_view text, std::vector<Value> values = {}) {
  Parameters parameters;
  parameters.values = std::move(values);
  const auto syntax = parse(text);
  if (!syntax) ADD_FAILURE() << text << ": " << syntax.error().message();
  auto plan = bind(*syntax, marina(), test::classIndex(marina(), "Boat"), parameters);
  if (!plan) ADD_FAILURE() << text << ": " << plan.error().message();
  return std::move(plan->root);
}

bool matches(const Node& node, const Value& value) {
  const Matcher matcher(node.condition, collation());
  const bool found = matcher.matches(value);
  if (node.condition.attribute.insideObject()) {
    std::string packed;
    EXPECT_TRUE(pack(value, packed));
    EXPECT_EQ(matcher.matchesObject(PackedView(packed)), found);
    return found;
  }
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      EXPECT_EQ(matcher.matchesMissing(), found);
      break;
    case Type::boolean:
      EXPECT_EQ(matcher.matchesInteger(value.asBoolean() ? 1 : 0), found);
      break;
    case Type::integer:
      EXPECT_EQ(matcher.matchesInteger(value.asInteger()), found);
      break;
    case Type::real:
      EXPECT_EQ(matcher.matchesReal(value.asReal()), found);
      break;
    case Type::text:
      EXPECT_EQ(matcher.matchesText(value.asText()), found);
      break;
    case Type::date:
      EXPECT_EQ(matcher.matchesInteger(value.asDate().days), found);
      break;
    case Type::time:
      EXPECT_EQ(matcher.matchesInteger(value.asTime().ms), found);
      break;
    case Type::instant:
      EXPECT_EQ(matcher.matchesInteger(value.asInstant().ms), found);
      break;
    default:
      break;
  }
  return found;
}

void expectTexts(std::string_view query, std::initializer_list<const char*> yes,
                 std::initializer_list<const char*> no) {
  const Node node = nodeOf(query);
  for (const char* text : yes) EXPECT_TRUE(matches(node, Value::text(text))) << query << " / " << text;
  for (const char* text : no) EXPECT_FALSE(matches(node, Value::text(text))) << query << " / " << text;
}

TEST(Match, Texts) {
  expectTexts("name = elan", {"elan", "Élan", "ELAN"}, {"elans", "", "el"});
  expectTexts("name = 'oe'", {"Œ", "œ", "OE"}, {"o", "e"});
  expectTexts("name != elan", {"x", ""}, {"Élan"});
  expectTexts("name = A@", {"a", "Abc", "ábc"}, {"ba", ""});
  expectTexts("name = @a", {"a", "Bella"}, {"ab"});
  expectTexts("name = @mid@", {"mid", "a MID b"}, {"mi d"});
  expectTexts("name = a@z", {"az", "A to Z"}, {"abc", "za"});
  expectTexts("name = a@b@c", {"abc", "a-b-c"}, {"acb"});
  expectTexts("name = @", {"", "x"}, {});
  expectTexts("name = ''", {""}, {"x", " "});
  expectTexts("name === 'a@'", {"a@", "A@"}, {"a", "ab"});
  expectTexts("name !== 'a@'", {"a", "ab"}, {"A@"});
  expectTexts("name < kiwi", {"", "Apple", "kiw"}, {"kiwi", "KIWI", "lemon"});
  expectTexts("name <= kiwi", {"Kiwi", "a"}, {"kiwis"});
  expectTexts("name > kiwi", {"kiwis", "Lemon"}, {"kiwi", "a"});
  expectTexts("name <= 'ki@'", {"kiwi", "ki", "apple"}, {"kz"});
  expectTexts("name < 'ki@'", {"apple", "k"}, {"kiwi", "ki"});
  expectTexts("name >= 'ki@'", {"kiwi", "zoo"}, {"apple"});
  expectTexts("name > 'ki@'", {"kz"}, {"kiwi", "ki"});
  expectTexts("name in [Orr, 'v@', '@y']", {"orr", "Voss", "Ray"}, {"Smith", "orrs", ""});
  expectTexts("log % storm", {"A storm came", "Storm!", "calm-storm"}, {"stormy", "thunderstorm", ""});
  expectTexts("log % 'sto@'", {"A storm came", "stow"}, {"best"});
  expectTexts("log % 'two words'", {}, {"two words"});
  expectTexts("name begin ik", {"Ika", "ik"}, {"mika"});
}

TEST(Match, Missing) {
  for (const char* text : {"name = null", "name is null", "name != x", "name !== x", "name != 'a@@'"}) {
    EXPECT_TRUE(matches(nodeOf(text), Value::null())) << text;
    EXPECT_TRUE(matches(nodeOf(text), Value())) << text;
  }
  for (const char* text : {"name != null", "name is not null", "name = x", "name < x", "name >= x", "name in [x]",
                           "name % x", "name = @", "name = ''", "name in []"}) {
    EXPECT_FALSE(matches(nodeOf(text), Value::null())) << text;
  }
  EXPECT_FALSE(matches(nodeOf("name = null"), Value::text("")));
  EXPECT_TRUE(matches(nodeOf("name is not null"), Value::text("")));
}

void expectValues(std::string_view query, std::initializer_list<Value> yes, std::initializer_list<Value> no) {
  const Node node = nodeOf(query);
  for (const Value& value : yes) EXPECT_TRUE(matches(node, value)) << query << " / " << json::text(value);
  for (const Value& value : no) EXPECT_FALSE(matches(node, value)) << query << " / " << json::text(value);
}

TEST(Match, Numbers) {
  const auto integer = [](std::int64_t value) { return Value::integer(value); };
  const auto real = [](double value) { return Value::real(value); };
  expectValues("ID = 5", {integer(5)}, {integer(4), integer(6)});
  expectValues("ID != 5", {integer(4)}, {integer(5)});
  expectValues("ID < 5", {integer(4), integer(INT64_MIN)}, {integer(5)});
  expectValues("ID <= 5", {integer(5)}, {integer(6)});
  expectValues("ID > 5", {integer(6), integer(INT64_MAX)}, {integer(5)});
  expectValues("ID >= 5", {integer(5)}, {integer(4)});
  expectValues("ID in [3,1,2,9]", {integer(1), integer(2), integer(9)}, {integer(0), integer(4), integer(10)});
  expectValues("metres = 8.5", {real(8.5)}, {real(8.4999), real(NAN)});
  expectValues("metres != 8.5", {real(8), real(NAN)}, {real(8.5)});
  expectValues("metres < 8.5", {real(8.4), real(-INFINITY)}, {real(8.5), real(NAN), real(INFINITY)});
  expectValues("metres >= 8.5", {real(8.5), real(INFINITY)}, {real(8.4)});
  expectValues("metres in [1.5,2,3]", {real(1.5), real(2)}, {real(1), real(NAN)});
  expectValues("metres = 0", {real(0), real(-0.0)}, {real(1e-300)});
  expectValues("big = 9007199254740993", {integer(9007199254740993)}, {integer(9007199254740992)});
  expectValues("big > 9007199254740992", {integer(9007199254740993)}, {integer(9007199254740992)});
}

TEST(Match, NumbersInsideObjectsCompareAcrossKinds) {
  const auto object = [](Value value) {
    auto made = Object::make();
    made->set("a", std::move(value));
    return Value::object(made);
  };
  const auto expect = [&](std::string_view query, Value value, bool answer) {
    EXPECT_EQ(matches(nodeOf(query), object(std::move(value))), answer) << query;
  };
  expect("gear.a = 5", Value::real(5), true);
  expect("gear.a = 5.0", Value::integer(5), true);
  expect("gear.a < 5.5", Value::integer(5), true);
  expect("gear.a > 5.5", Value::integer(5), false);
  expect("gear.a > 5.5", Value::integer(6), true);
  expect("gear.a < 1e30", Value::integer(INT64_MAX), true);
  expect("gear.a > 1e30", Value::integer(INT64_MAX), false);
  expect("gear.a > -1e30", Value::integer(INT64_MIN), true);
  expect("gear.a = 9007199254740993", Value::real(9007199254740992.0), false);
  expect("gear.a < 9007199254740993", Value::real(9007199254740992.0), true);
  expect("gear.a > 9007199254740993", Value::real(9007199254740992.0), false);
  expect("gear.a >= 9223372036854775807", Value::real(9223372036854775808.0), true);
  expect("gear.a = 5", Value::text("5"), false);
  expect("gear.a = '5'", Value::integer(5), false);
  expect("gear.a != 5", Value::text("5"), true);
  expect("gear.a < 5", Value::text("4"), false);
  expect("gear.a = true", Value::boolean(true), true);
  expect("gear.a = true", Value::text("true"), false);
  expect("gear.a = true", Value::integer(1), false);
  expect("gear.a in [1,'x',true]", Value::text("X"), true);
  expect("gear.a in [1,'x',true]", Value::real(1), true);
  expect("gear.a in [1,'x',true]", Value::boolean(false), false);
  expect("gear.a = null", Value::null(), true);
  expect("gear.b = null", Value::integer(1), true);
  expect("gear.b != null", Value::integer(1), false);
  expect("gear.b != 3", Value::integer(1), true);
  expect("gear.a = x", Value::object(Object::make()), false);
}

TEST(Match, DatesAndDurations) {
  const Value day = Value::date(*Date::fromCivil(2021, 3, 9));
  const Value next = Value::date(*Date::fromCivil(2021, 3, 10));
  expectValues("built = 2021-03-09", {day}, {next, Value::date(Date::none())});
  expectValues("built < 2021-03-10", {day, Value::date(Date::none())}, {next});
  expectValues("built >= 2021-03-10", {next}, {day});
  expectValues("built in ['2021-03-09', '2021/03/10']", {day, next}, {Value::date(*Date::fromCivil(2021, 3, 11))});
  expectValues("watch > '01:00:00'", {Value::time({3600001})}, {Value::time({3600000})});
  expectValues("watch = 90", {Value::time({90000})}, {Value::time({90})});

  const std::int64_t start = startOfDay(*Date::fromCivil(2021, 3, 9)).ms;
  const std::int64_t end = startOfDay(*Date::fromCivil(2021, 3, 10)).ms - 1;
  const auto instant = [](std::int64_t ms) { return Value::instant({ms}); };
  expectValues("seen = 2021-03-09", {instant(start), instant(end)}, {instant(start - 1), instant(end + 1)});
  expectValues("seen != 2021-03-09", {instant(start - 1)}, {instant(start)});
  expectValues("seen < 2021-03-09", {instant(start - 1)}, {instant(start)});
  expectValues("seen <= 2021-03-09", {instant(end)}, {instant(end + 1)});
  expectValues("seen > 2021-03-09", {instant(end + 1)}, {instant(end)});
  expectValues("seen >= 2021-03-09", {instant(start)}, {instant(start - 1)});
  const std::int64_t exact = parseInstant("2021-03-09T10:00:00.500Z")->ms;
  expectValues("seen = 2021-03-09T10:00:00.500Z", {instant(exact)}, {instant(exact + 1)});
  expectValues("seen in [2021-03-09T10:00:00.500Z, 2021-03-20]",
               {instant(exact), instant(startOfDay(*Date::fromCivil(2021, 3, 20)).ms)}, {instant(exact + 1)});
}

TEST(Match, DatesInsideObjects) {
  const auto object = [](Value value) {
    auto made = Object::make();
    made->set("a", std::move(value));
    return Value::object(made);
  };
  const Node equal = nodeOf("gear.a = 2021-03-09");
  EXPECT_TRUE(matches(equal, object(Value::date(*Date::fromCivil(2021, 3, 9)))));
  EXPECT_TRUE(matches(equal, object(Value::text("2021-03-09"))));
  EXPECT_FALSE(matches(equal, object(Value::text("2021-03-10"))));
  EXPECT_FALSE(matches(equal, object(Value::text("09"))));
  EXPECT_FALSE(matches(equal, object(Value::integer(18695))));
  const Node before = nodeOf("gear.a < '2021-03-09'");
  EXPECT_TRUE(matches(before, object(Value::text("2021-03-08"))));
  EXPECT_FALSE(matches(before, object(Value::text("2021-03-09"))));
  EXPECT_FALSE(matches(before, object(Value::text("abc"))));
  const Node time = nodeOf("gear.a >= '01:00:00'");
  EXPECT_TRUE(matches(time, object(Value::time({3600000}))));
  EXPECT_FALSE(matches(time, object(Value::time({3599999}))));
  const Node text = nodeOf("gear.a = :1", {Value::text("2021-03-09")});
  EXPECT_TRUE(matches(text, object(Value::text("2021-03-09"))));
  EXPECT_FALSE(matches(text, object(Value::date(*Date::fromCivil(2021, 3, 9)))));
}

Value gear(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value);
  return *value;
}

struct ObjectRow {
  const char* query;
  const char* object;
  bool answer;
};

TEST(Match, Collections) {
  constexpr const char* boatA =
      R"({"sails":[{"kind":"jib","area":12},{"kind":"main","area":30}],"tags":["red",3,null]})";
  constexpr const char* boatB = R"({"sails":[{"kind":"jib","area":24}],"tags":[]})";
  const ObjectRow rows[] = {
      {"gear.sails[].kind = jib", boatA, true},
      {"gear.sails[].kind = spi", boatA, false},
      {"gear.sails[].kind != main", boatA, false},
      {"gear.sails[].kind != main", boatB, true},
      {"gear.sails[].kind != main", "{}", true},
      {"gear.sails[].kind != main", R"({"sails":[]})", true},
      {"gear.sails[k].kind != main", boatA, true},
      {"gear.sails[k].kind != jib", boatB, false},
      {"gear.sails[k].kind != jib", "{}", false},
      {"gear.sails[k].size != 3", boatB, true},
      {"gear.sails[].area > 20", boatA, true},
      {"gear.sails[].area > 30", boatA, false},
      {"gear.sails.length = 2", boatA, true},
      {"gear.sails.length > 0", "{}", false},
      {"gear.sails.length = null", "{}", true},
      {"gear.sails.length != null", boatA, true},
      {"gear.box.length = 7", R"({"box":{"length":7}})", true},
      {"gear.tags[] = red", boatA, true},
      {"gear.tags[] = 'RED'", boatA, true},
      {"gear.tags[] = 3", boatA, true},
      {"gear.tags[] = '3'", boatA, false},
      {"gear.tags[] = null", boatA, true},
      {"gear.tags[] = null", boatB, false},
      {"gear.tags[] != null", boatB, true},
      {"gear.tags[] != red", boatA, false},
      {"gear.tags[] in [x,red]", boatA, true},
      {"gear.tags = red", boatA, false},
      {"gear.sails.kind = jib", boatA, false},
      {"gear.sails[] = null", boatA, false},
      {"gear.kind[] = jib", R"({"kind":"jib"})", false},
      {"gear.a[].b[].c = 3", R"({"a":[{"b":[{"c":1}]},{"b":[{"c":2},{"c":3}]}]})", true},
      {"gear.a[].b[].c != 3", R"({"a":[{"b":[{"c":1}]},{"b":[{"c":2},{"c":3}]}]})", false},
      {"gear.a[x].b[].c != 3", R"({"a":[{"b":[{"c":1}]},{"b":[{"c":2},{"c":3}]}]})", true},
      {"gear.a[x].b[].c != 3", R"({"a":[{"b":[{"c":3}]}]})", false},
      {"gear.a[].b[y].c != 3", R"({"a":[{"b":[{"c":3},{"c":4}]}]})", true},
      {"gear.m[][].n = 1", "{}", false},
  };
  for (const ObjectRow& row : rows) {
    if (std::string_view(row.query).find("[][]") != std::string_view::npos) continue;
    EXPECT_EQ(matches(nodeOf(row.query), gear(row.object)), row.answer) << row.query << " / " << row.object;
  }
  EXPECT_TRUE(matches(nodeOf("gear[].kind = jib"), gear(R"([{"kind":"jib"}])")));
  EXPECT_TRUE(matches(nodeOf("gear.length = 2"), gear("[1,2]")));
  EXPECT_TRUE(matches(nodeOf("gear.sails[].kind != main"), Value::null()));
  EXPECT_FALSE(matches(nodeOf("gear.sails[k].kind != main"), Value::null()));
  EXPECT_TRUE(matches(nodeOf("gear.a = null"), Value::null()));
}

bool linked(std::string_view query, std::string_view object) {
  const Node node = nodeOf(query);
  EXPECT_EQ(node.kind, Node::Kind::linked) << query;
  const LinkedMatcher matcher(node, collation());
  const Value value = gear(object);
  std::string packed;
  EXPECT_TRUE(pack(value, packed));
  const bool found = matcher.matches(value);
  EXPECT_EQ(matcher.matchesObject(PackedView(packed)), found);
  return found;
}

TEST(Match, LinkedElements) {
  constexpr const char* boatA = R"({"sails":[{"kind":"jib","area":12},{"kind":"main","area":30}]})";
  constexpr const char* boatB = R"({"sails":[{"kind":"jib","area":24}]})";
  EXPECT_FALSE(linked("gear.sails[k].kind = jib and gear.sails[k].area > 20", boatA));
  EXPECT_TRUE(linked("gear.sails[k].kind = jib and gear.sails[k].area > 20", boatB));
  EXPECT_TRUE(linked("gear.sails[k].kind != jib and gear.sails[k].area > 20", boatA));
  EXPECT_FALSE(linked("gear.sails[k].kind != jib and gear.sails[k].area > 20", boatB));
  EXPECT_FALSE(linked("gear.sails[k].kind = jib and gear.sails[k].area > 20", "{}"));
  constexpr const char* nested = R"({"a":[{"d":1,"b":[{"c":1,"e":2}]},{"d":2,"b":[{"c":1,"e":1},{"c":2,"e":2}]}]})";
  EXPECT_TRUE(linked("gear.a[x].d = 1 and gear.a[x].b[y].c = 1 and gear.a[x].b[y].e = 2", nested));
  EXPECT_FALSE(linked("gear.a[x].d = 2 and gear.a[x].b[y].c = 1 and gear.a[x].b[y].e = 2", nested));
  EXPECT_TRUE(linked("gear.a[x].d = 2 and gear.a[x].b[].c = 1 and gear.a[x].b[].e = 2", nested));
  EXPECT_TRUE(linked("gear.a[x].d = 2 and gear.a[x].b[y].c = 1 and gear.a[x].b[z].e = 2", nested));
  EXPECT_FALSE(linked("gear.a[x].d = 2 and gear.a[x].b[].c != 1", nested));
  EXPECT_TRUE(linked("gear.a[x].d = 2 and gear.a[x].b[y].c != 1", nested));
}

TEST(Match, LargeLists) {
  std::vector<Value> keys;
  for (int i = 0; i < 5000; ++i) keys.push_back(Value::integer(i * 2));
  auto list = Collection::make();
  for (const Value& key : keys) list->push(key);
  const Node node = nodeOf("ID in :1", {Value::collection(list)});
  const Matcher matcher(node.condition, collation());
  for (int i = 0; i < 10000; ++i) EXPECT_EQ(matcher.matchesInteger(i), i % 2 == 0);
  EXPECT_FALSE(matcher.matchesInteger(-2));
  EXPECT_FALSE(matcher.matchesInteger(10000));
}

}  // namespace
}  // namespace qodly::query
