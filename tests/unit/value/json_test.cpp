#include "value/json.h"

#include <gtest/gtest.h>

#include "base/error_codes.h"

namespace qodly {
namespace {

std::string again(std::string_view text, const json::ParseOptions& options = {}) {
  const auto value = json::parse(text, options);
  return value ? json::text(*value) : value.error().text();
}

TEST(JsonParse, Values) {
  for (const char* text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "\"\"", "\"é😀\"",
        "[]", "{}", "[1,[2,[]],{\"a\":{}}]", "{\"a\":1,\"b\":[null,true],\"\":\"x\"}"}) {
    EXPECT_EQ(again(text), text);
  }
  EXPECT_EQ(again(" \t\r\n[ 1 , 2 ] "), "[1,2]");
  EXPECT_EQ(again("3.0"), "3");
  EXPECT_EQ(again("1e2"), "100");
  EXPECT_EQ(again("-0"), "0");
  EXPECT_EQ(again(R"("\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00")"), "\"\\\"\\\\/\\b\\f\\n\\r\\té😀\"");
  EXPECT_EQ(again(R"("\ud83d x\udc00\ud83d\u0041")"), "\"\uFFFD x\uFFFD\uFFFDA\"");
  EXPECT_EQ(again(R"("a\u0000b")"), R"("a\u0000b")");
  EXPECT_EQ(again(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(JsonParse, NumberTypes) {
  EXPECT_EQ(json::parse("9223372036854775807")->type(), Type::integer);
  EXPECT_EQ(json::parse("9223372036854775808")->type(), Type::real);
  EXPECT_EQ(json::parse("123456789012345678901234567890")->asReal(), 123456789012345678901234567890.0);
  EXPECT_EQ(json::parse("1.0")->type(), Type::real);
  EXPECT_EQ(json::parse("1e0")->type(), Type::real);
  EXPECT_EQ(json::parse("1e-400")->asReal(), 0.0);
}

TEST(JsonParse, MistakesArePlaced) {
  struct Row {
    const char* text;
    std::uint32_t line, column;
    const char* expected;
  };
  for (const Row& row : std::vector<Row>{
           {"", 1, 1, "a value"},
           {"  ", 1, 3, "a value"},
           {"{\n  \"a\": 1\n  \"b\": 2}", 3, 3, "',' or '}' after the member \"a\""},
           {"[1 2]", 1, 4, "',' or ']'"},
           {"[1,]", 1, 3, "no ','"},
           {"{\"a\":1,}", 1, 7, "no ','"},
           {"{a:1}", 1, 2, "member name"},
           {"{\"a\" 1}", 1, 6, "':' after the name \"a\""},
           {"{\"a\":}", 1, 6, "a value"},
           {"\"abc", 1, 5, "'\"'"},
           {"\"a\nb\"", 1, 3, "escape"},
           {"\"\\x\"", 1, 3, "after a backslash"},
           {"\"\\u12G4\"", 1, 6, "hexadecimal"},
           {"\"é€😀\xFF\"", 1, 6, "UTF-8"},
           {"01", 1, 2, "leading 0"},
           {"-", 1, 2, "a digit"},
           {"1.", 1, 3, "decimal point"},
           {"1e+", 1, 4, "exponent"},
           {"1e999", 1, 1, "1.7e308"},
           {"nul", 1, 1, "a value"},
           {"NaN", 1, 1, "a value"},
           {"true false", 1, 6, "the end of the text"},
           {"[1] // x", 1, 5, "the end of the text"},
           {"\xEF\xBB\xBF[]", 1, 1, "a value"},
           {"[\r\n1,\r\n?]", 3, 1, "a value"},
           {"[", 1, 2, "a value"},
           {"{", 1, 2, "member name"},
       }) {
    const auto value = json::parse(row.text);
    ASSERT_FALSE(value) << row.text;
    EXPECT_EQ(value.error().code(), code::malformedJson);
    ASSERT_TRUE(value.error().where());
    EXPECT_EQ(value.error().where()->line, row.line) << row.text;
    EXPECT_EQ(value.error().where()->column, row.column) << row.text;
    EXPECT_NE(value.error().message().find(row.expected), std::string::npos) << value.error().message();
  }
}

TEST(JsonParse, Tolerant) {
  const json::ParseOptions tolerant{.tolerant = true};
  EXPECT_EQ(again("\xEF\xBB\xBF{ // one\n \"a\" /* two */ : [1, 2, ], \"b\": {\"c\":1,},\n}\n// end", tolerant),
            R"({"a":[1,2],"b":{"c":1}})");
  EXPECT_EQ(again("\"// no /* comment */\"", tolerant), "\"// no /* comment */\"");
  for (const char* text : {"[,]", "{,}", "[1,,2]", "/* open", "[1 / 2]", "// only a comment", "{a:1}"}) {
    EXPECT_FALSE(json::parse(text, tolerant)) << text;
  }
  const auto mistake = json::parse("\xEF\xBB\xBF[x]", tolerant);
  ASSERT_FALSE(mistake);
  EXPECT_EQ(mistake.error().where()->column, 2U);
}

TEST(JsonParse, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    std::string text(depth, '[');
    text.append(depth, ']');
    return text;
  };
  EXPECT_TRUE(json::parse(nested(512)));
  EXPECT_FALSE(json::parse(nested(513)));
  EXPECT_TRUE(json::parse(nested(200'000), {.maximumDepth = 200'000}));
  EXPECT_FALSE(json::parse(std::string(1'000'000, '[')));
}

TEST(JsonWrite, Forms) {
  const auto object = Object::make();
  object->set("undefined", Value());
  object->set("date", Value::date(Date::fromCivil(2021, 3, 9).value()));
  object->set("instant", Value::instant({0}));
  object->set("time", Value::time({3'600'000}));
  object->set("picture", Value::picture("x"));
  object->set("blob", Value::blob("x"));
  const auto list = Collection::make();
  list->push(Value());
  list->push(Value::real(2.5));
  object->set("list", Value::collection(list));
  object->set("empty", Value::object(Object::make()));
  const Value value = Value::object(object);
  EXPECT_EQ(json::text(value),
            R"({"date":"2021-03-09","instant":"1970-01-01T00:00:00.000Z","time":3600000,"picture":"[object Picture]",)"
            R"("blob":"[object Blob]","list":[null,2.5],"empty":{}})");
  EXPECT_EQ(json::text(object->get("date"), {.legacyDates = true}), "\"!!2021-03-09!!\"");
  const auto small = Object::make();
  small->set("a", Value::collection(list));
  small->set("b", Value::object(Object::make()));
  EXPECT_EQ(json::text(Value::object(small), {.pretty = true}),
            "{\n\t\"a\": [\n\t\tnull,\n\t\t2.5\n\t],\n\t\"b\": {}\n}");
}

TEST(JsonWrite, DeepAndCyclicEnd) {
  Value deep = Value::integer(1);
  for (int i = 0; i < 300'000; ++i) {
    const auto list = Collection::make();
    list->push(std::move(deep));
    deep = Value::collection(list);
  }
  EXPECT_EQ(json::text(deep).size(), 600'001U);
  const auto object = Object::make();
  object->set("self", Value::object(object));
  object->set("n", Value::integer(1));
  EXPECT_EQ(json::text(Value::object(object)), R"({"self":null,"n":1})");
  object->remove("self");

  const auto ring = Object::make();
  Value inner = Value::object(ring);
  for (int i = 0; i < 100; ++i) {
    const auto list = Collection::make();
    list->push(std::move(inner));
    inner = Value::collection(list);
  }
  ring->set("loop", inner);
  std::string expected(100, '[');
  expected += "{\"loop\":null}";
  expected.append(100, ']');
  EXPECT_EQ(json::text(inner), expected);
  ring->remove("loop");
}

}  // namespace
}  // namespace qodly
