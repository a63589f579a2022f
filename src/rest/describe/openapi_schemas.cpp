#include "rest/describe/openapi_schemas.h"

#include <fmt/format.h>

#include "rest/describe/json_build.h"

namespace qodly::rest {

namespace {

constexpr std::string_view dayPattern = R"(^!!\d{4}-\d{2}-\d{2}!!$)";
constexpr std::string_view uuidPattern = "^[0-9A-F]{32}$";

Value typed(std::string_view type) { return jsonObject({{"type", Value::text(type)}}); }
Value formatted(std::string_view type, std::string_view format) {
  return jsonObject({{"type", Value::text(type)}, {"format", Value::text(format)}});
}
Value described(std::string_view type, std::string_view text) {
  return jsonObject({{"type", Value::text(type)}, {"description", Value::text(text)}});
}
Value anyOf(const std::vector<Value>& schemas) { return jsonObject({{"anyOf", jsonArray(schemas)}}); }
Value arrayOf(Value items) { return jsonObject({{"type", Value::text("array")}, {"items", std::move(items)}}); }

// The value of an attribute of that type, null left aside.
Value plainSchema(const ApiType& type) {
  switch (type.kind) {
    case ApiKind::text:
      return typed("string");
    case ApiKind::uuid:
      return jsonObject({{"type", Value::text("string")}, {"pattern", Value::text(uuidPattern)}});
    case ApiKind::integer:
      return formatted("integer", "int64");
    case ApiKind::number:
      return typed("number");
    case ApiKind::boolean:
      return typed("boolean");
    case ApiKind::date:
      return jsonObject({{"type", Value::text("string")},
                         {"pattern", Value::text(dayPattern)},
                         {"examples", jsonTexts({"!!2024-05-31!!"})}});
    case ApiKind::instant:
      return formatted("string", "date-time");
    case ApiKind::duration:
      return described("integer", "Milliseconds.");
    case ApiKind::object:
      return typed("object");
    case ApiKind::collection:
      return typed("array");
    case ApiKind::picture:
    case ApiKind::blob:
      return schemaReference("rest.Media");
    case ApiKind::entity:
      return anyOf({schemaReference("rest.Deferred"), schemaReference(entitySchema(type.dataClass))});
    case ApiKind::selection:
      return anyOf({schemaReference("rest.Deferred"), schemaReference(selectionSchema(type.dataClass))});
    default:
      return jsonObject({});
  }
}

// The schema that takes null as well.
Value nullable(const Value& schema) {
  Object& object = schema.asObject();
  if (object.size() == 0) return schema;
  if (const Value type = object.get("type"); type.isText()) {
    object.set("type", jsonTexts({type.asText(), "null"}));
    return schema;
  }
  if (const Value list = object.get("anyOf"); list.isCollection()) {
    list.asCollection().push(typed("null"));
    return schema;
  }
  return anyOf({schema, typed("null")});
}

void addNumber(Object& schema, std::string_view name, const std::optional<double>& value) {
  if (value) schema.set(name, Value::real(*value));
}

void addRules(const ApiAttribute& attribute, const Value& schema) {
  Object& object = schema.asObject();
  if (attribute.type.kind == ApiKind::integer || attribute.type.kind == ApiKind::number) {
    addNumber(object, "minimum", attribute.minimum);
    addNumber(object, "maximum", attribute.maximum);
    addNumber(object, "default", attribute.defaultValue);
  }
  if (attribute.type.kind == ApiKind::text && attribute.maximumLength > 0) {
    object.set("maxLength", Value::integer(attribute.maximumLength));
  }
  std::string text = attribute.comment;
  if (!attribute.path.empty()) text += fmt::format("{}Alias of {}.", text.empty() ? "" : " ", attribute.path);
  if (!text.empty()) object.set("description", Value::text(text));
}

Value readSchema(const ApiAttribute& attribute) {
  const Value schema = plainSchema(attribute.type);
  addRules(attribute, schema);
  if (attribute.readOnly) schema.asObject().set("readOnly", Value::boolean(true));
  return attribute.nullable ? nullable(schema) : schema;
}

// What may be given for an attribute (rest.md 7.2).
Value writeSchema(const ApiAttribute& attribute) {
  switch (attribute.type.kind) {
    case ApiKind::picture:
      return nullable(anyOf({schemaReference("rest.Upload"), schemaReference("rest.Media")}));
    case ApiKind::blob:
      return nullable(anyOf({schemaReference("rest.Upload"), schemaReference("rest.Media"),
                             described("string", "The bytes in Base64.")}));
    case ApiKind::entity:
      return nullable(anyOf({schemaReference("rest.Key"), schemaReference("rest.Reference")}));
    case ApiKind::date:
      return nullable(described("string", "A day: 2024-05-31 or !!2024-05-31!!."));
    default: {
      const Value schema = plainSchema(attribute.type);
      addRules(attribute, schema);
      return attribute.required && !attribute.generated ? schema : nullable(schema);
    }
  }
}

Value stamps() {
  return jsonObject({{"__KEY", described("string", "The primary key.")},
                     {"__STAMP", described("integer", "Version of the entity: 1 when created, one more at each save.")},
                     {"__TIMESTAMP", formatted("string", "date-time")}});
}

Value entityProperties(const ApiClass& dataClass) {
  const Value properties = stamps();
  properties.asObject().set("__DATACLASS", typed("string"));
  for (const ApiAttribute& attribute : dataClass.attributes) {
    if (attribute.readable) properties.asObject().set(attribute.name, readSchema(attribute));
  }
  return properties;
}

Value entity(const ApiClass& dataClass) {
  return jsonObject({{"type", Value::text("object")},
                     {"description", jsonTextIfAny(dataClass.comment)},
                     {"properties", entityProperties(dataClass)},
                     {"required", jsonTexts({"__KEY", "__STAMP"})}});
}

Value input(const ApiClass& dataClass) {
  const Value properties = jsonObject({{"__KEY", schemaReference("rest.Key")},
                                       {"__STAMP", described("integer", "Saved only if this is still the version.")}});
  for (const ApiAttribute& attribute : dataClass.attributes) {
    if (attribute.readOnly || !(attribute.creatable || attribute.updatable)) continue;
    properties.asObject().set(attribute.name, writeSchema(attribute));
  }
  return jsonObject({{"type", Value::text("object")},
                     {"description", Value::text("Without __KEY a new entity. Only the attributes named are changed.")},
                     {"properties", properties}});
}

Value saved(const ApiClass& dataClass) {
  const Value more = jsonObject({{"__STATUS", schemaReference("rest.Status")},
                                 {"uri", typed("string")},
                                 {"__ERROR", schemaReference("rest.Errors")}});
  return jsonObject({{"allOf", jsonArray({schemaReference(entitySchema(dataClass.name)),
                                          jsonObject({{"type", Value::text("object")}, {"properties", more}})})}});
}

Value selection(const ApiClass& dataClass) {
  return jsonObject(
      {{"type", Value::text("object")},
       {"properties",
        jsonObject({{"__ENTITYSET", described("string", "Address of the entity set, when one was asked for.")},
                    {"__DATACLASS", typed("string")},
                    {"__entityModel", typed("string")},
                    {"__GlobalStamp", typed("integer")},
                    {"__COUNT", described("integer", "Entities of the whole selection.")},
                    {"__FIRST", described("integer", "Place of the first one sent.")},
                    {"__ENTITIES",
                     arrayOf(anyOf({schemaReference(entitySchema(dataClass.name)), schemaReference("rest.Deleted")}))},
                    {"__SENT", described("integer", "Entities in this answer.")}})},
       {"required", jsonTexts({"__COUNT", "__FIRST", "__ENTITIES", "__SENT"})}});
}

Value deferred(Value inner) {
  return jsonObject({{"type", Value::text("object")},
                     {"properties", jsonObject({{"__deferred", std::move(inner)}})},
                     {"required", jsonTexts({"__deferred"})}});
}

Value errorItem() {
  return jsonObject({{"type", Value::text("object")},
                     {"properties", jsonObject({{"message", typed("string")},
                                                {"componentSignature", typed("string")},
                                                {"errCode", typed("integer")}})},
                     {"required", jsonTexts({"message", "componentSignature", "errCode"})}});
}

Value objectWith(std::initializer_list<JsonMember> properties, std::initializer_list<std::string_view> required) {
  return jsonObject(
      {{"type", Value::text("object")}, {"properties", jsonObject(properties)}, {"required", jsonTexts(required)}});
}

void addCommon(Object& schemas) {
  const auto add = [&schemas](std::string_view name, Value schema) { schemas.set(name, std::move(schema)); };
  add("rest.Key",
      jsonObject({{"description", Value::text("A primary key.")}, {"type", jsonTexts({"string", "integer"})}}));
  add("rest.Reference", objectWith({{"__KEY", schemaReference("rest.Key")}}, {"__KEY"}));
  add("rest.Deferred", deferred(objectWith({{"uri", typed("string")}, {"__KEY", typed("string")}}, {"uri"})));
  add("rest.Media", deferred(objectWith({{"uri", typed("string")}, {"image", typed("boolean")}}, {"uri"})));
  add("rest.Deleted", objectWith({{"__STAMP", jsonObject({{"const", Value::integer(0)}})}}, {"__STAMP"}));
  add("rest.Upload",
      objectWith({{"ID", jsonObject({{"type", Value::text("string")}, {"pattern", Value::text(uuidPattern)}})}},
                 {"ID"}));
  add("rest.Errors", arrayOf(errorItem()));
  add("rest.Error", objectWith({{"__ERROR", schemaReference("rest.Errors")}}, {"__ERROR"}));
  add("rest.Status", objectWith({{"success", typed("boolean")},
                                 {"status", described("integer",
                                                      "2 stamp has changed, 3 locked, 4 other error, "
                                                      "5 entity does not exist.")},
                                 {"statusText", typed("string")},
                                 {"lockKind", typed("integer")},
                                 {"lockKindText", typed("string")},
                                 {"lockInfo", typed("object")}},
                                {"success"}));
  add("rest.Lock",
      objectWith({{"result", typed("boolean")}, {"__STATUS", schemaReference("rest.Status")}}, {"result"}));
  add("rest.Done", objectWith({{"ok", typed("boolean")}, {"__ERROR", schemaReference("rest.Errors")}}, {"ok"}));
  add("rest.EntityArgument",
      jsonObject({{"type", Value::text("object")},
                  {"description", Value::text("An entity: with __KEY the stored one, else a new one; attributes given "
                                              "are assigned before the call.")},
                  {"properties", jsonObject({{"__DATACLASS", typed("string")},
                                             {"__ENTITY", jsonObject({{"const", Value::boolean(true)}})},
                                             {"__KEY", schemaReference("rest.Key")},
                                             {"__STAMP", typed("integer")}})},
                  {"required", jsonTexts({"__DATACLASS", "__ENTITY"})}}));
  add("rest.SelectionArgument",
      jsonObject({{"type", Value::text("object")},
                  {"description", Value::text("A selection: the id of a stored entity set.")},
                  {"properties", jsonObject({{"__ENTITIES", jsonObject({{"const", Value::boolean(true)}})},
                                             {"__DATASET", typed("string")},
                                             {"__DATACLASS", typed("string")}})},
                  {"required", jsonTexts({"__ENTITIES", "__DATASET"})}}));
}

}  // namespace

std::string componentName(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (plain) {
      key += c;
    } else {
      key += fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
  }
  return key;
}

Value schemaReference(std::string_view name) {
  return jsonObject({{"$ref", Value::text("#/components/schemas/" + componentName(name))}});
}

std::string entitySchema(std::string_view dataClass) { return componentName(dataClass); }
std::string inputSchema(std::string_view dataClass) { return componentName(dataClass) + ".input"; }
std::string savedSchema(std::string_view dataClass) { return componentName(dataClass) + ".saved"; }
std::string selectionSchema(std::string_view dataClass) { return componentName(dataClass) + ".selection"; }

Value argumentSchema(const ApiType& type) {
  switch (type.kind) {
    case ApiKind::entity:
      return nullable(schemaReference("rest.EntityArgument"));
    case ApiKind::selection:
      return nullable(schemaReference("rest.SelectionArgument"));
    case ApiKind::date:
      return nullable(described("string", "A day: 2024-05-31 or !!2024-05-31!!."));
    case ApiKind::picture:
    case ApiKind::blob:
    case ApiKind::message:
      return jsonObject({});
    default:
      return nullable(plainSchema(type));
  }
}

Value resultSchema(const ApiType& type) {
  if (type.kind == ApiKind::date) return nullable(formatted("string", "date-time"));
  if (type.kind == ApiKind::entity) return nullable(schemaReference(entitySchema(type.dataClass)));
  if (type.kind == ApiKind::selection) return nullable(schemaReference(selectionSchema(type.dataClass)));
  return nullable(plainSchema(type));
}

Value keySchema(const ApiClass& dataClass) {
  const ApiAttribute* key = dataClass.key();
  return typed(key != nullptr && key->type.kind == ApiKind::integer ? "integer" : "string");
}

Value allSchemas(const ApiDescription& api) {
  const Value schemas = jsonObject({});
  Object& object = schemas.asObject();
  for (const ApiClass& each : api.classes) {
    object.set(entitySchema(each.name), entity(each));
    object.set(inputSchema(each.name), input(each));
    object.set(savedSchema(each.name), saved(each));
    object.set(selectionSchema(each.name), selection(each));
  }
  addCommon(object);
  return schemas;
}

}  // namespace qodly::rest
