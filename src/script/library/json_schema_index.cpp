#include "script/library/json_schema_index.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/json_meta_schema.h"
#include "script/library/library_errors.h"
#include "script/library/uri_reference.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumSubschemas = 100'000;

// What a keyword of draft 4 must hold.
enum class Holds : std::uint8_t {
  number,
  positive,
  flag,
  count,
  text,
  pattern,
  schema,
  schemaOrFlag,
  schemaOrList,
  schemas,
  members,
  patternMembers,
  dependencies,
  names,
  list,
  types,
};

struct Keyword {
  std::string_view name;
  Holds holds;
};

constexpr auto keywords = std::to_array<Keyword>({{"multipleOf", Holds::positive},
                                                  {"maximum", Holds::number},
                                                  {"exclusiveMaximum", Holds::flag},
                                                  {"minimum", Holds::number},
                                                  {"exclusiveMinimum", Holds::flag},
                                                  {"maxLength", Holds::count},
                                                  {"minLength", Holds::count},
                                                  {"pattern", Holds::pattern},
                                                  {"items", Holds::schemaOrList},
                                                  {"additionalItems", Holds::schemaOrFlag},
                                                  {"maxItems", Holds::count},
                                                  {"minItems", Holds::count},
                                                  {"uniqueItems", Holds::flag},
                                                  {"maxProperties", Holds::count},
                                                  {"minProperties", Holds::count},
                                                  {"required", Holds::names},
                                                  {"properties", Holds::members},
                                                  {"patternProperties", Holds::patternMembers},
                                                  {"additionalProperties", Holds::schemaOrFlag},
                                                  {"dependencies", Holds::dependencies},
                                                  {"enum", Holds::list},
                                                  {"type", Holds::types},
                                                  {"format", Holds::text},
                                                  {"allOf", Holds::schemas},
                                                  {"anyOf", Holds::schemas},
                                                  {"oneOf", Holds::schemas},
                                                  {"not", Holds::schema},
                                                  {"definitions", Holds::members}});

constexpr std::array<std::string_view, 7> typeNames{"array",  "boolean", "integer", "null",
                                                    "number", "object",  "string"};

Error invalid(std::string_view path, std::string_view why) {
  const std::string place = path.empty() ? "at its root" : fmt::format("at \"{}\"", path);
  return Error(code::invalidJsonSchema, "host", fmt::format("The JSON schema is not valid {}: {}", place, why));
}

bool isNames(const Value& value) {
  return value.isCollection() &&
         std::ranges::all_of(value.asCollection().elements(), [](const Value& name) { return name.isText(); });
}

bool isTypeName(const Value& value) {
  return value.isText() && std::ranges::find(typeNames, value.asText()) != typeNames.end();
}

// What is expected of a keyword that holds no schemas; "" when the value is right.
std::string_view scalarFault(Holds holds, const Value& value) {
  switch (holds) {
    case Holds::number:
      return value.isNumber() ? "" : "a number";
    case Holds::positive:
      return value.isNumber() && value.asNumber() > 0 ? "" : "a number greater than 0";
    case Holds::flag:
      return value.type() == Type::boolean ? "" : "true or false";
    case Holds::count:
      return value.isNumber() && value.asNumber() >= 0 && std::trunc(value.asNumber()) == value.asNumber()
                 ? ""
                 : "a whole number of at least 0";
    case Holds::text:
    case Holds::pattern:
      return value.isText() ? "" : "a string";
    case Holds::names:
      return isNames(value) ? "" : "an array of property names";
    case Holds::list:
      return value.isCollection() ? "" : "an array of values";
    case Holds::types: {
      const bool valid =
          value.isCollection() ? std::ranges::all_of(value.asCollection().elements(), isTypeName) : isTypeName(value);
      return valid ? "" : "one or several of array, boolean, integer, null, number, object and string";
    }
    case Holds::schemaOrFlag:
      return value.isObject() || value.type() == Type::boolean ? "" : "a schema, true or false";
    case Holds::schemaOrList:
      return value.isObject() || value.isCollection() ? "" : "a schema or an array of schemas";
    case Holds::schemas:
      return value.isCollection() && value.asCollection().size() > 0 ? "" : "an array of at least one schema";
    case Holds::schema:
    case Holds::members:
    case Holds::patternMembers:
    case Holds::dependencies:
      return value.isObject() ? "" : "an object";
  }
  return "";
}

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

// The member or element that one token of a JSON pointer names.
const Value* step(const Value& owner, std::string_view token) {
  if (owner.isObject()) return owner.asObject().find(token);
  if (!owner.isCollection()) return nullptr;
  const auto index = parseInteger(token);
  const bool digits = index && *index >= 0 && (token == "0" || (token.front() >= '1' && token.front() <= '9'));
  const auto& elements = owner.asCollection().elements();
  return digits && static_cast<std::size_t>(*index) < elements.size() ? &elements[static_cast<std::size_t>(*index)]
                                                                      : nullptr;
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const std::string_view rest = token.substr(i);
    if (rest.starts_with("~0") || rest.starts_with("~1")) {
      name += token[++i] == '0' ? '~' : '/';
    } else {
      name += token[i];
    }
  }
  return name;
}

}  // namespace

Result<> SchemaIndex::build(const Value& root) {
  if (!root.isObject()) return std::unexpected(invalid("", "it must be an object"));
  const Value id = root.asObject().get("id");
  const std::string base = id.isText() ? std::string(splitUri(id.asText()).document) : std::string();
  identified_.emplace(base, Task{&root, "", base});
  if (!base.empty()) identified_.emplace("", Task{&root, "", base});
  open_.push_back({&root, "", base});
  return drain();
}

// Subschemas and references lead to further ones until all are known.
Result<> SchemaIndex::drain() {
  while (!open_.empty() || !references_.empty()) {
    if (!open_.empty()) {
      const Task task = std::move(open_.back());
      open_.pop_back();
      if (auto visited = visit(task); !visited) return visited;
      continue;
    }
    const Reference reference = std::move(references_.back());
    references_.pop_back();
    if (auto resolved = resolve(reference); !resolved) return resolved;
  }
  return {};
}

Result<> SchemaIndex::visit(const Task& task) {
  if (!task.schema->isObject()) return std::unexpected(invalid(task.path, "a schema must be an object"));
  const Object& schema = task.schema->asObject();
  if (bases_.contains(&schema)) return {};
  if (bases_.size() == maximumSubschemas) {
    return std::unexpected(invalid(task.path, fmt::format("it has more than {} subschemas", maximumSubschemas)));
  }
  if (const Value* reference = schema.find("$ref"); reference != nullptr && reference->isText()) {
    bases_.emplace(&schema, task.base);
    references_.push_back({&schema, std::string(reference->asText()), task.path, task.base});
    return {};  // what stands beside a reference is ignored
  }
  std::string base = task.base;
  identify(schema, task, base);
  bases_.emplace(&schema, base);
  for (const Object::Member& member : schema.members()) {
    if (auto checked = keyword(member, task.path, base); !checked) return checked;
  }
  return {};
}

void SchemaIndex::identify(const Object& schema, const Task& task, std::string& base) {
  const Value* id = schema.find("id");
  if (id == nullptr || !id->isText() || id->asText().empty()) return;
  const std::string uri = resolveUri(base, id->asText());
  const UriParts parts = splitUri(uri);
  if (parts.fragment.empty()) base = parts.document;
  identified_.emplace(parts.fragment.empty() ? std::string(parts.document) : uri, Task{task.schema, task.path, base});
}

Result<> SchemaIndex::keyword(const Object::Member& member, const std::string& path, const std::string& base) {
  const auto row = std::ranges::find(keywords, std::string_view(member.name), &Keyword::name);
  if (row == keywords.end()) return {};
  const std::string place = below(path, member.name);
  const Value& value = member.value;
  if (const std::string_view expected = scalarFault(row->holds, value); !expected.empty()) {
    return std::unexpected(invalid(place, fmt::format("expected {}", expected)));
  }
  switch (row->holds) {
    case Holds::pattern:
      return addPattern(value.asText(), place);
    case Holds::schema:
    case Holds::schemaOrFlag:
    case Holds::schemaOrList:
    case Holds::schemas:
      if (value.isObject()) open_.push_back({&value, place, base});
      if (!value.isCollection()) return {};
      for (std::size_t i = 0; i < value.asCollection().size(); ++i) {
        open_.push_back({&value.asCollection().elements()[i], fmt::format("{}[{}]", place, i), base});
      }
      return {};
    case Holds::members:
      return addMembers(value, false, place, base);
    case Holds::patternMembers:
      return addMembers(value, true, place, base);
    case Holds::dependencies:
      return addDependencies(value, place, base);
    default:
      return {};
  }
}

Result<> SchemaIndex::addPattern(std::string_view pattern, const std::string& path) {
  const std::string text(pattern);
  if (patterns_.contains(text)) return {};
  auto compiled = JsonPattern::compile(pattern);
  if (!compiled) return std::unexpected(invalid(path, compiled.error().message()));
  patterns_.emplace(text, std::move(*compiled));
  return {};
}

Result<> SchemaIndex::addMembers(const Value& members, bool patterns, const std::string& path,
                                 const std::string& base) {
  for (const Object::Member& member : members.asObject().members()) {
    if (patterns) {
      if (auto added = addPattern(member.name, path); !added) return added;
    }
    open_.push_back({&member.value, below(path, member.name), base});
  }
  return {};
}

Result<> SchemaIndex::addDependencies(const Value& members, const std::string& path, const std::string& base) {
  for (const Object::Member& member : members.asObject().members()) {
    const std::string place = below(path, member.name);
    if (member.value.isObject()) {
      open_.push_back({&member.value, place, base});
    } else if (!isNames(member.value)) {
      return std::unexpected(invalid(place, "expected a schema or an array of property names"));
    }
  }
  return {};
}

// The subschema that a reference names: one with that identifier, or the place in one that a JSON pointer leads to.
Result<SchemaIndex::Task> SchemaIndex::locate(const Reference& reference) const {
  const std::string uri = resolveUri(reference.base, reference.uri);
  const UriParts parts = splitUri(uri);
  if (const auto known = identified_.find(parts.fragment.empty() ? std::string(parts.document) : uri);
      known != identified_.end()) {
    return known->second;
  }
  const auto document = identified_.find(std::string(parts.document));
  if (document == identified_.end()) {
    return std::unexpected(invalid(reference.path, fmt::format("the reference \"{}\" leads out of the schema, and "
                                                               "references to other documents are refused",
                                                               reference.uri)));
  }
  Task place = document->second;
  const std::string fragment = percentDecode(parts.fragment);
  if (fragment.starts_with('/')) {
    for (const std::string_view token : split(std::string_view(fragment).substr(1), '/')) {
      const std::string name = unescaped(token);
      const bool element = place.schema->isCollection();
      place.schema = step(*place.schema, name);
      if (place.schema == nullptr) break;
      place.path = element ? fmt::format("{}[{}]", place.path, name) : below(place.path, name);
      if (!place.schema->isObject()) continue;
      const auto base = bases_.find(&place.schema->asObject());
      if (base != bases_.end()) place.base = base->second;
    }
    if (place.schema != nullptr) return place;
  }
  return std::unexpected(invalid(reference.path, fmt::format("the reference \"{}\" leads to nothing", reference.uri)));
}

Result<> SchemaIndex::resolve(const Reference& reference) {
  if (splitUri(resolveUri(reference.base, reference.uri)).document == metaSchemaUri && metaSchema_.isUndefined()) {
    metaSchema_ = metaSchema();
    identified_.emplace(std::string(metaSchemaUri), Task{&metaSchema_, "", std::string(metaSchemaUri)});
  }
  auto place = locate(reference);
  if (!place) return std::unexpected(place.error());
  targets_.emplace(reference.owner, Place{place->schema, place->path});
  open_.push_back(std::move(*place));
  return {};
}

const SchemaIndex::Place* SchemaIndex::target(const Object& schema) const {
  const auto found = targets_.find(&schema);
  return found != targets_.end() ? &found->second : nullptr;
}

}  // namespace qodly::script::library
