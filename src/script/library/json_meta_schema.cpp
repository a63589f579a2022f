#include "script/library/json_meta_schema.h"

#include <array>
#include <string>

#include "value/json.h"

namespace qodly::script::library {

namespace {

// Keyword of draft 4 and the schema of what it holds.
struct Rule {
  std::string_view keyword, schema;
};

constexpr std::string_view text = R"({"type":"string"})";
constexpr std::string_view flag = R"({"type":"boolean"})";
constexpr std::string_view number = R"({"type":"number"})";
constexpr std::string_view count = R"({"type":"integer","minimum":0})";
constexpr std::string_view names = R"({"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string"}})";
constexpr std::string_view schema = R"({"$ref":"#"})";
constexpr std::string_view schemas = R"({"type":"array","minItems":1,"items":{"$ref":"#"}})";
constexpr std::string_view members = R"({"type":"object","additionalProperties":{"$ref":"#"}})";
constexpr std::string_view schemaOrFlag = R"({"anyOf":[{"type":"boolean"},{"$ref":"#"}]})";

constexpr auto rules = std::to_array<Rule>({
    {"id", text},
    {"$schema", text},
    {"title", text},
    {"description", text},
    {"default", "{}"},
    {"multipleOf", R"({"type":"number","minimum":0,"exclusiveMinimum":true})"},
    {"maximum", number},
    {"exclusiveMaximum", flag},
    {"minimum", number},
    {"exclusiveMinimum", flag},
    {"maxLength", count},
    {"minLength", count},
    {"pattern", R"({"type":"string","format":"regex"})"},
    {"additionalItems", schemaOrFlag},
    {"items", R"({"anyOf":[{"$ref":"#"},{"type":"array","minItems":1,"items":{"$ref":"#"}}]})"},
    {"maxItems", count},
    {"minItems", count},
    {"uniqueItems", flag},
    {"maxProperties", count},
    {"minProperties", count},
    {"required", names},
    {"additionalProperties", schemaOrFlag},
    {"definitions", members},
    {"properties", members},
    {"patternProperties", members},
    {"dependencies",
     R"({"type":"object","additionalProperties":{"anyOf":[{"$ref":"#"},{"$ref":"#/properties/required"}]}})"},
    {"enum", R"({"type":"array","minItems":1,"uniqueItems":true})"},
    {"type", R"({"anyOf":[{"$ref":"#/definitions/type"},)"
             R"({"type":"array","minItems":1,"uniqueItems":true,"items":{"$ref":"#/definitions/type"}}]})"},
    {"format", text},
    {"allOf", schemas},
    {"anyOf", schemas},
    {"oneOf", schemas},
    {"not", schema},
});

}  // namespace

Value metaSchema() {
  std::string json = R"({"type":"object","definitions":{"type":{"enum":["array","boolean","integer","null","number",)"
                     R"("object","string"]}},"dependencies":{"exclusiveMaximum":["maximum"],)"
                     R"("exclusiveMinimum":["minimum"]},"properties":{)";
  for (const Rule& rule : rules) {
    if (json.back() != '{') json += ',';
    json.append("\"").append(rule.keyword).append("\":").append(rule.schema);
  }
  json += "}}";
  return json::parse(json).value_or(Value());
}

}  // namespace qodly::script::library
