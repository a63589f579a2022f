#include "rest/describe/openapi_paths.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "rest/describe/json_build.h"
#include "rest/describe/openapi_schemas.h"
#include "rest/parameters.h"

namespace qodly::rest {

namespace {

// What of the parameter table (rest.md 10, appliesTo) an operation takes.
using Words = std::span<const std::string_view>;
constexpr std::array<std::string_view, 4> listWords{"R", "$filter", "entityset", "sets"};
constexpr std::array<std::string_view, 1> entityWords{"E"};
constexpr std::array<std::string_view, 5> setWords{"S", "$filter", "entityset", "sets", "access"};
constexpr std::array<std::string_view, 5> valueWords{"attribute", "attributes", "distinct", "R", "$filter"};
constexpr std::array<std::string_view, 4> relatedWords{"R", "$filter", "subentityset", "entityset"};
constexpr std::array<std::string_view, 2> mediaWords{"image", "blob"};
constexpr std::array<std::string_view, 1> updateWords{"update"};
constexpr std::array<std::string_view, 2> deleteWords{"delete", "$filter"};
constexpr std::array<std::string_view, 1> functionWords{"F"};
constexpr std::array<std::string_view, 1> uploadWords{"$upload"};
constexpr std::array<std::string_view, 1> pageWords{"$getWebForm"};
constexpr std::array<std::string_view, 1> changesWords{"$changes"};

std::vector<std::string_view> wordsOf(std::string_view appliesTo) {
  std::vector<std::string_view> words;
  for (std::string_view word : split(appliesTo, ' ')) {
    while (word.ends_with(',') || word.ends_with(';')) word.remove_suffix(1);
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

bool applies(const ParameterDefinition& definition, Words operation) {
  const auto words = wordsOf(definition.appliesTo);
  return std::ranges::any_of(operation,
                             [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); });
}

std::string parameterName(const ParameterDefinition& definition) {
  return std::string(definition.name.substr(definition.name.starts_with('$') ? 1 : 0));
}

Value parameterReference(std::string_view name) {
  return jsonObject({{"$ref", Value::text("#/components/parameters/" + std::string(name))}});
}

Value pathParameter(std::string_view name, Value schema, std::string_view text) {
  return jsonObject({{"name", Value::text(name)},
                     {"in", Value::text("path")},
                     {"required", Value::boolean(true)},
                     {"description", Value::text(text)},
                     {"schema", std::move(schema)}});
}

Value queryParameter(std::string_view name, Value schema, bool required, std::string_view text) {
  return jsonObject({{"name", Value::text(name)},
                     {"in", Value::text("query")},
                     {"required", Value::boolean(required)},
                     {"description", Value::text(text)},
                     {"schema", std::move(schema)}});
}

Value typed(std::string_view type) { return jsonObject({{"type", Value::text(type)}}); }

Value content(std::string_view mediaType, Value schema) {
  return jsonObject({{mediaType, jsonObject({{"schema", std::move(schema)}})}});
}
Value json(Value schema) { return content("application/json", std::move(schema)); }
Value binary() { return jsonObject({}); }

Value answer(std::string_view text, Value body) {
  return jsonObject({{"description", Value::text(text)}, {"content", std::move(body)}});
}

Value body(Value schema, bool required) {
  return jsonObject({{"required", Value::boolean(required)}, {"content", json(std::move(schema))}});
}

struct Operation {
  std::string id;
  std::string_view tag;
  std::string summary;
  Words words;
  std::vector<Value> parameters;  // beside those of the table
  Value requestBody;              // undefined: none
  Value success;                  // the answer 200
  bool mayBeMissing = false;      // 404
};

Value operation(const Operation& given) {
  std::vector<Value> parameters = given.parameters;
  for (const ParameterDefinition& definition : parameterTable()) {
    if (applies(definition, given.words)) parameters.push_back(parameterReference(parameterName(definition)));
  }
  const Value error = jsonObject({{"$ref", Value::text("#/components/responses/Error")}});
  const Value responses = jsonObject(
      {{"200", given.success}, {"401", error}, {"404", given.mayBeMissing ? error : Value()}, {"default", error}});
  return jsonObject({{"operationId", Value::text(given.id)},
                     {"tags", jsonTexts({given.tag})},
                     {"summary", Value::text(given.summary)},
                     {"parameters", parameters.empty() ? Value() : jsonArray(parameters)},
                     {"requestBody", given.requestBody},
                     {"responses", responses}});
}

Value setParameter() { return pathParameter("set", typed("string"), "Id of the entity set."); }

class Paths {
 public:
  explicit Paths(const ApiDescription& api) : api_(api) {}

  Value all() {
    for (const ApiClass& each : api_.classes) addClass(each);
    for (const ApiFunction& each : api_.functions) {
      addFunction(each, "/$catalog/" + percentEncode(each.name), "datastore", datastoreTag, {}, functionWordsOf(each));
    }
    for (const ApiSingleton& each : api_.singletons) addSingleton(each);
    addServices();
    return paths_;
  }

 private:
  void add(const std::string& path, std::string_view verb, const Operation& given) {
    Value item = paths_.asObject().get(path);
    if (!item.isObject()) {
      item = jsonObject({});
      paths_.asObject().set(path, item);
    }
    item.asObject().set(verb, operation(given));
  }

  static std::string id(std::string_view owner, std::string_view what) {
    return fmt::format("{}.{}", componentName(owner), componentName(what));
  }

  static Value keyParameter(const ApiClass& owner) {
    return pathParameter("key", keySchema(owner), "The primary key; texts may stand in quotes.");
  }

  void addClass(const ApiClass& owner) {
    const std::string path = "/" + percentEncode(owner.name);
    if (owner.readable) addReads(owner, path);
    addWrites(owner, path);
    for (const ApiFunction& each : owner.functions) addClassFunction(owner, each, path);
  }

  void addReads(const ApiClass& owner, const std::string& path) {
    const Value selection = schemaReference(selectionSchema(owner.name));
    const Value entity = schemaReference(entitySchema(owner.name));
    add(path, "get",
        {.id = id(owner.name, "list"),
         .tag = owner.name,
         .summary = fmt::format("Entities of {}", owner.name),
         .words = listWords,
         .parameters = {},
         .requestBody = {},
         .success = answer("A page of entities.", json(selection))});
    add(path + "({key})", "get",
        {.id = id(owner.name, "get"),
         .tag = owner.name,
         .summary = fmt::format("One entity of {}", owner.name),
         .words = entityWords,
         .parameters = {keyParameter(owner)},
         .requestBody = {},
         .success = answer("The entity; with $lock the outcome of the lock.",
                           json(jsonObject({{"anyOf", jsonArray({entity, schemaReference("rest.Lock")})}}))),
         .mayBeMissing = true});
    add(path + "/$entityset/{set}", "get",
        {.id = id(owner.name, "readSet"),
         .tag = owner.name,
         .summary = "Entities of a stored entity set",
         .words = setWords,
         .parameters = {setParameter()},
         .requestBody = {},
         .success = answer("A page of entities.", json(selection)),
         .mayBeMissing = true});
    add(path + "/{attributes}", "get",
        {.id = id(owner.name, "values"),
         .tag = owner.name,
         .summary = "Single attributes, their distinct values or an aggregate",
         .words = valueWords,
         .parameters = {pathParameter("attributes", typed("string"), "Attribute paths, separated by commas.")},
         .requestBody = {},
         .success = answer("Entities with these attributes, values, or a number.", json(jsonObject({}))),
         .mayBeMissing = true});
    for (const ApiAttribute& each : owner.attributes) {
      if (each.readable) addAttribute(owner, each, path);
    }
  }

  void addAttribute(const ApiClass& owner, const ApiAttribute& attribute, const std::string& path) {
    const std::string own = path + "({key})/" + percentEncode(attribute.name);
    const auto expand = [&] {
      return queryParameter("$expand", jsonObject({{"const", Value::text(attribute.name)}}), true,
                            "Asks for the content in place of a link.");
    };
    const ApiKind kind = attribute.type.kind;
    if (kind == ApiKind::picture || kind == ApiKind::blob) {
      add(own, "get",
          {.id = id(owner.name, "get." + attribute.name),
           .tag = owner.name,
           .summary = fmt::format("Content of {}", attribute.name),
           .words = mediaWords,
           .parameters = {keyParameter(owner), expand()},
           .requestBody = {},
           .success = answer("The bytes.", content(kind == ApiKind::picture ? "image/*" : "*/*", binary())),
           .mayBeMissing = true});
      return;
    }
    if (kind != ApiKind::entity && kind != ApiKind::selection) return;
    const bool many = kind == ApiKind::selection;
    const std::string schema =
        many ? selectionSchema(attribute.type.dataClass) : entitySchema(attribute.type.dataClass);
    add(own, "get",
        {.id = id(owner.name, "get." + attribute.name),
         .tag = owner.name,
         .summary = fmt::format("{} of {}", attribute.name, owner.name),
         .words = many ? Words(relatedWords) : Words(entityWords),
         .parameters = {keyParameter(owner), expand()},
         .requestBody = {},
         .success =
             answer(many ? "A page of the related entities." : "The related entity.", json(schemaReference(schema))),
         .mayBeMissing = true});
  }

  void addWrites(const ApiClass& owner, const std::string& path) {
    const Value input = schemaReference(inputSchema(owner.name));
    const Value saved = schemaReference(savedSchema(owner.name));
    if (owner.creatable || owner.updatable) {
      const Value several = jsonObject({{"type", Value::text("array")}, {"items", input}});
      const Value answers =
          jsonObject({{"type", Value::text("object")},
                      {"properties",
                       jsonObject({{"__ENTITIES", jsonObject({{"type", Value::text("array")}, {"items", saved}})}})}});
      add(path, "post",
          {.id = id(owner.name, "save"),
           .tag = owner.name,
           .summary = fmt::format("Create or update entities of {}", owner.name),
           .words = updateWords,
           .parameters = {},
           .requestBody = body(jsonObject({{"anyOf", jsonArray({input, several})}}), true),
           .success = answer("What is stored now.", json(jsonObject({{"anyOf", jsonArray({saved, answers})}})))});
    }
    if (owner.updatable) {
      add(path + "({key})", "patch",
          {.id = id(owner.name, "update"),
           .tag = owner.name,
           .summary = fmt::format("Update one entity of {}", owner.name),
           .words = updateWords,
           .parameters = {keyParameter(owner)},
           .requestBody = body(input, true),
           .success = answer("What is stored now.", json(saved)),
           .mayBeMissing = true});
    }
    if (!owner.droppable) return;
    const Value done = answer("Deleted.", json(schemaReference("rest.Done")));
    add(path + "({key})", "delete",
        {.id = id(owner.name, "delete"),
         .tag = owner.name,
         .summary = fmt::format("Delete one entity of {}", owner.name),
         .words = {},
         .parameters = {keyParameter(owner)},
         .requestBody = {},
         .success = done,
         .mayBeMissing = true});
    add(path, "delete",
        {.id = id(owner.name, "deleteSelection"),
         .tag = owner.name,
         .summary = "Delete the entities that a filter selects",
         .words = deleteWords,
         .parameters = {},
         .requestBody = {},
         .success = done});
  }

  static Words functionWordsOf(const ApiFunction& function) {
    const bool gives = function.result.kind == ApiKind::entity || function.result.kind == ApiKind::selection;
    if (function.appliesTo == "entityCollection") return gives ? Words(listWords) : Words(functionWords);
    if (!gives) return {};
    return function.result.kind == ApiKind::selection ? Words(listWords) : Words(entityWords);
  }

  void addClassFunction(const ApiClass& owner, const ApiFunction& function, const std::string& path) {
    const std::string own = "/" + percentEncode(function.name);
    if (function.appliesTo == "entity") {
      addFunction(function, path + "({key})" + own, owner.name, owner.name, {keyParameter(owner)},
                  functionWordsOf(function));
      return;
    }
    addFunction(function, path + own, owner.name, owner.name, {}, functionWordsOf(function));
    if (function.appliesTo != "entityCollection") return;
    addFunction(function, path + "/$entityset/{set}" + own, owner.name + ".set", owner.name, {setParameter()},
                functionWordsOf(function));
  }

  void addSingleton(const ApiSingleton& singleton) {
    for (const ApiFunction& each : singleton.functions) {
      addFunction(each, fmt::format("/$singleton/{}/{}", percentEncode(singleton.name), percentEncode(each.name)),
                  "singleton." + singleton.name, singletonTag(singleton.name), {}, functionWordsOf(each));
    }
  }

  static Value argumentsSchema(const ApiFunction& function) {
    std::vector<Value> places;
    for (const ApiParameter& each : function.parameters) {
      const Value schema = argumentSchema(each.type);
      schema.asObject().set("title", Value::text(each.name));
      places.push_back(schema);
    }
    return jsonObject({{"type", Value::text("array")},
                       {"prefixItems", places.empty() ? Value() : jsonArray(places)},
                       {"items", function.further ? argumentSchema(*function.further) : Value::boolean(false)}});
  }

  static Value functionAnswer(const ApiFunction& function) {
    switch (function.result.kind) {
      case ApiKind::nothing:
        return answer("Done.", json(schemaReference("rest.Done")));
      case ApiKind::picture:
        return answer("The picture.", content("image/*", binary()));
      case ApiKind::blob:
      case ApiKind::message:
        return answer("What the function made.", content("*/*", binary()));
      default:
        break;
    }
    const Value wrapped = jsonObject({{"type", Value::text("object")},
                                      {"properties", jsonObject({{"result", resultSchema(function.result)}})},
                                      {"required", jsonTexts({"result"})}});
    if (function.result.kind == ApiKind::entity) {
      const Value none = jsonObject({{"type", Value::text("object")},
                                     {"properties", jsonObject({{"result", typed("null")}})},
                                     {"required", jsonTexts({"result"})}});
      return answer(
          "The entity, or null.",
          json(jsonObject({{"anyOf", jsonArray({schemaReference(entitySchema(function.result.dataClass)), none})}})));
    }
    if (function.result.kind == ApiKind::selection) {
      return answer("A page of entities.", json(schemaReference(selectionSchema(function.result.dataClass))));
    }
    return answer("What the function gives.", json(wrapped));
  }

  void addFunction(const ApiFunction& function, const std::string& path, std::string_view owner, std::string_view tag,
                   const std::vector<Value>& parameters, Words words) {
    const Value schema = argumentsSchema(function);
    Operation given{.id = id(owner, "call." + function.name),
                    .tag = tag,
                    .summary = fmt::format("{} ({})", function.name, function.appliesTo),
                    .words = words,
                    .parameters = parameters,
                    .requestBody = body(schema, false),
                    .success = functionAnswer(function),
                    .mayBeMissing = !parameters.empty()};
    add(path, "post", given);
    if (!function.onHttpGet) return;
    given.id += ".get";
    given.requestBody = {};
    given.words = {};
    given.parameters.push_back(jsonObject({{"name", Value::text("$params")},
                                           {"in", Value::text("query")},
                                           {"description", Value::text("The arguments.")},
                                           {"content", json(schema)}}));
    add(path, "get", given);
  }

  void addServices() {
    const Value anything = jsonObject({});
    add("/$catalog", "get", service("catalog", "The dataclasses", json(anything)));
    add("/$catalog/$all", "get", service("catalogAll", "The dataclasses with their attributes", json(anything)));
    Operation one = service("catalogSome", "Some dataclasses with their attributes", json(anything));
    one.parameters = {pathParameter("dataclasses", typed("string"), "Names, separated by commas.")};
    one.mayBeMissing = true;
    add("/$catalog/{dataclasses}", "get", one);
    add("/$info", "get", service("info", "Sessions, entity sets and what the server runs", json(anything)));
    add("/$info/privileges", "get", service("privileges", "Privileges of the session", json(anything)));
    add("/$openapi", "get", service("openapi", "This document", json(anything)));
    const Value result =
        jsonObject({{"type", Value::text("object")}, {"properties", jsonObject({{"result", typed("boolean")}})}});
    add("/$catalog/__logout", "post", service("logout", "End the login of the session", json(result)));
    Operation upload = service("upload", "Send a file, to be stored by a save", json(schemaReference("rest.Upload")));
    upload.words = uploadWords;
    upload.requestBody = jsonObject({{"required", Value::boolean(true)}, {"content", content("*/*", binary())}});
    add("/$upload", "post", upload);
    const Value request = jsonObject({{"type", Value::text("object")},
                                      {"properties", jsonObject({{"method", typed("string")},
                                                                 {"path", typed("string")},
                                                                 {"headers", typed("object")},
                                                                 {"body", anything}})},
                                      {"required", jsonTexts({"method", "path"})}});
    Operation batch = service("batch", "Several requests in one transaction", json(typed("array")));
    batch.requestBody = body(jsonObject({{"type", Value::text("array")}, {"items", request}}), true);
    add("/$batch", "post", batch);
    Operation changes = service("changes", "Changes that anybody makes, as server-sent events",
                                content("text/event-stream", typed("string")));
    changes.words = changesWords;
    add("/$changes", "get", changes);
    Operation page = service("page", "A page of the application", json(anything));
    page.words = pageWords;
    page.mayBeMissing = true;
    add("/$getWebForm", "get", page);
  }

  static Operation service(std::string_view name, std::string summary, Value body) {
    return {.id = id("rest", name),
            .tag = serviceTag,
            .summary = std::move(summary),
            .words = {},
            .parameters = {},
            .requestBody = {},
            .success = answer("The answer.", std::move(body))};
  }

  const ApiDescription& api_;
  Value paths_ = jsonObject({});
};

Value parameterSchema(ParameterType type) {
  switch (type) {
    case ParameterType::flag:
      return typed("boolean");
    case ParameterType::integer:
      return jsonObject({{"type", Value::text("integer")}, {"minimum", Value::integer(0)}});
    default:
      return typed("string");
  }
}

Value parameter(const ParameterDefinition& definition) {
  const Value described = jsonObject({{"name", Value::text(definition.name)},
                                      {"in", Value::text("query")},
                                      {"description", Value::text(definition.documentation)}});
  if (definition.type == ParameterType::json) {
    described.asObject().set("content", json(typed("array")));
  } else {
    described.asObject().set("schema", parameterSchema(definition.type));
  }
  return described;
}

}  // namespace

std::string singletonTag(std::string_view singleton) { return fmt::format("Singleton {}", singleton); }

Value allPaths(const ApiDescription& api) { return Paths(api).all(); }

Value allParameters() {
  const Value parameters = jsonObject({});
  for (const ParameterDefinition& each : parameterTable()) {
    parameters.asObject().set(parameterName(each), parameter(each));
  }
  return parameters;
}

}  // namespace qodly::rest
