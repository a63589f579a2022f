// JSON Schema draft 4: codes, paths, references; and the published suite of cases where the tests have installed it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/error_codes.h"
#include "script/library/json_schema.h"
#include "script/library/json_symbols.h"
#include "script/library/json_values.h"
#include "script/library/library_errors.h"
#include "script/library/uri_reference.h"
#include "value/json.h"

namespace qodly::script::library {
namespace {

Value parsed(std::string_view json) { return json::parse(json).value(); }

// "code jsonPath schemaPath" of each fault.
std::string faults(std::string_view schema, std::string_view value) {
  auto compiled = JsonSchema::compile(parsed(schema));
  if (!compiled) return "invalid: " + compiled.error().message();
  const auto found = compiled->validate(parsed(value));
  if (!found) return "error: " + found.error().message();
  std::string text;
  for (const SchemaFault& fault : *found) {
    if (!text.empty()) text += "; ";
    text += std::to_string(fault.code) + " " + fault.jsonPath + " " + fault.schemaPath;
  }
  return text;
}

struct FaultCase {
  std::string_view schema, value, faults;
};

class SchemaFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(SchemaFaults, HaveCodeAndPlaces) { EXPECT_EQ(faults(GetParam().schema, GetParam().value), GetParam().faults); }

INSTANTIATE_TEST_SUITE_P(
    All, SchemaFaults,
    testing::Values(
        FaultCase{R"({"multipleOf":0.01})", "4.35", ""}, FaultCase{R"({"multipleOf":2})", "7", "2  multipleOf"},
        FaultCase{R"({"properties":{"a":{"maximum":3}}})", R"({"a":4})", "3 a properties.a.maximum"},
        FaultCase{R"({"maximum":3,"exclusiveMaximum":true})", "3", "4  maximum"},
        FaultCase{R"({"minimum":3})", "2.5", "5  minimum"},
        FaultCase{R"({"minimum":3,"exclusiveMinimum":true})", "3", "6  minimum"},
        FaultCase{R"({"maxLength":2})", R"("abc")", "7  maxLength"},
        FaultCase{R"({"maxLength":2})", R"("\ud83d\ude00\ud83d\ude00")", ""},
        FaultCase{R"({"minLength":2})", R"("a")", "8  minLength"},
        FaultCase{R"({"pattern":"^\\d+$"})", R"("12a")", "9  pattern"},
        FaultCase{R"({"items":[{}],"additionalItems":false})", "[1,2]", "10  items"},
        FaultCase{R"({"maxItems":1})", "[1,2]", "11  maxItems"}, FaultCase{R"({"minItems":1})", "[]", "12  minItems"},
        FaultCase{R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1.0}])", "13  uniqueItems"},
        FaultCase{R"({"maxProperties":0})", R"({"a":1})", "14  maxProperties"},
        FaultCase{R"({"minProperties":1})", "{}", "15  minProperties"},
        FaultCase{R"({"required":["a","b"]})", R"({"b":1})", "16  required"},
        FaultCase{R"({"additionalProperties":false})", R"({"a":1,"b":2})", "17  additionalProperties"},
        FaultCase{R"({"dependencies":{"a":["b"]}})", R"({"a":1})", "18  dependencies.a"},
        FaultCase{R"({"enum":[1,"x"]})", R"("X")", "19  enum"}, FaultCase{R"({"type":"integer"})", "1.5", "20  type"},
        FaultCase{R"({"type":["string","null"]})", "1", "20  type"},
        FaultCase{R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3", "21  oneOf"},
        FaultCase{R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "0", "22  oneOf"},
        FaultCase{R"({"anyOf":[{"minimum":1},{"type":"string"}]})", "0", "22  anyOf"},
        FaultCase{R"({"allOf":[{"minimum":1},{"type":"string"}]})", "0", "5  allOf[0].minimum; 20  allOf[1].type"},
        FaultCase{R"({"not":{"minimum":1}})", "3", "23  not"},
        FaultCase{R"({"format":"email"})", R"("x")", "24  format"},
        FaultCase{R"({"properties":{"a":{"type":"array","items":{"$ref":"#/definitions/n"}}},)"
                  R"("definitions":{"n":{"type":"object","required":["id"]}}})",
                  R"({"a":[{"id":1},{},3]})", "16 a[1] definitions.n.required; 20 a[2] definitions.n.type"}));

TEST(JsonSchema, RefusesWhatIsNoSchema) {
  for (const std::string_view schema :
       {R"({"type":"text"})", R"({"required":"a"})", R"({"properties":{"a":3}})", R"({"maximum":"3"})",
        R"({"pattern":"("})", R"({"items":{"minLength":-1}})", R"({"$ref":"#/nothing"})",
        R"({"$ref":"http://example.com/other.json"})", R"({"exclusiveMaximum":3})", "3"}) {
    const auto compiled = JsonSchema::compile(parsed(schema));
    ASSERT_FALSE(compiled) << schema;
    EXPECT_EQ(compiled.error().code(), code::invalidJsonSchema);
  }
}

TEST(JsonSchema, FollowsRecursionAsDeepAsTheValue) {
  std::string value = "1";
  for (int i = 0; i < 300; ++i) value = R"({"a":)" + value + "}";
  EXPECT_EQ(faults(R"({"properties":{"a":{"$ref":"#"}}})", value), "");
  EXPECT_TRUE(faults(R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/a"}}})", "1")
                  .starts_with("error: "));
}

TEST(JsonSchema, SuiteOfDraft4) {
  const char* folder = std::getenv("QODLY_JSON_SCHEMA_SUITE");
  const std::filesystem::path root =
      folder != nullptr
          ? std::filesystem::path(folder)
          : std::filesystem::path(QODLY_SOURCE_DIR "/build/json-schema-suite/node_modules/json-schema-test-suite");
  if (!std::filesystem::exists(root / "tests" / "draft4")) GTEST_SKIP() << "the suite is not installed";
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "tests" / "draft4")) {
    // Remote references are refused. All numbers of the language are reals, so 1.0 is an integer.
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".json") || name == "refRemote.json" || name == "zeroTerminatedFloats.json") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    const Value groups = parsed(text.str());
    for (const Value& group : groups.asCollection().elements()) {
      const std::string where = name + ": " + json::text(group.asObject().get("description"));
      const auto schema = JsonSchema::compile(group.asObject().get("schema"));
      ASSERT_TRUE(schema) << where << ": " << schema.error().message();
      const Value tests = group.asObject().get("tests");
      for (const Value& test : tests.asCollection().elements()) {
        ++count;
        const auto found = schema->validate(test.asObject().get("data"));
        ASSERT_TRUE(found) << where;
        EXPECT_EQ(found->empty(), test.asObject().get("valid").asBoolean())
            << where << ", " << json::text(test.asObject().get("description"));
      }
    }
  }
  EXPECT_GT(count, 200U);
}

TEST(JsonSymbols, TellWherePropertiesStand) {
  Heap heap;
  const std::string_view json =
      "{\n    \"alpha\": 4552,\n  \"b\": [\n { \"e\": 45, \"d\\u0041\": \"x,{\" }, {\"e\": [[{\"z\": 1}]]}]}";
  EXPECT_EQ(
      json::text(jsonSymbols(json, heap)),
      R"({"alpha":{"line":2,"offset":4},"b":{"line":3,"offset":2},"b[0].e":{"line":4,"offset":3},)"
      R"("b[0].dA":{"line":4,"offset":12},"b[1].e":{"line":4,"offset":33},"b[1].e[0][0].z":{"line":4,"offset":41}})");
}

TEST(UriReference, ResolvesLikeTheStandard) {
  const std::string_view base = "http://a/b/c/d;p?q";
  EXPECT_EQ(resolveUri(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolveUri(base, "/g"), "http://a/g");
  EXPECT_EQ(resolveUri(base, "//g"), "http://g");
  EXPECT_EQ(resolveUri(base, "?y"), "http://a/b/c/d;p?y");
  EXPECT_EQ(resolveUri(base, "#s"), "http://a/b/c/d;p?q#s");
  EXPECT_EQ(resolveUri(base, "../g"), "http://a/b/g");
  EXPECT_EQ(resolveUri(base, "../../../g"), "http://a/g");
  EXPECT_EQ(resolveUri(base, "./"), "http://a/b/c/");
  EXPECT_EQ(resolveUri("", "#/definitions/a"), "#/definitions/a");
}

TEST(JsonNumbers, AreShort) {
  const auto text = [](double value) {
    std::string out;
    appendJsonNumber(value, out);
    return out;
  };
  EXPECT_EQ(text(0.1 + 0.2), "0.3");
  EXPECT_EQ(text(1e14), "100000000000000");
  EXPECT_EQ(text(-2), "-2");
  EXPECT_EQ(text(1.5e300), "1.5e+300");
  EXPECT_EQ(text(1.0 / 3), "0.333333333333333");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(-123456789.5), "-123456789.5");
  EXPECT_EQ(text(1234567890123456789.0), "1.23456789012346e+18");
  EXPECT_EQ(text(1e20), "1e+20");
  EXPECT_EQ(text(INFINITY), "null");
}

}  // namespace
}  // namespace qodly::script::library
