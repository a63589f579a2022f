#include "rest/function_arguments.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "rest/attribute_input.h"
#include "rest/body.h"
#include "rest/entity_json.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "rest/source.h"
#include "script/vm/process.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

using script::compile::DeclaredType;
using script::syntax::TypeWord;

constexpr int maximumDepth = 64;
// Values that JSON pointers may stand for: a few pointers to pointers stand for any number.
constexpr std::size_t maximumReferenced = 100'000;

bool isTrue(const Value& value) { return value.type() == Type::boolean && value.asBoolean(); }

// The value a JSON pointer of the input leads to; undefined when it leads nowhere.
Value pointed(const Value& root, std::string_view pointer) {
  Value at = root;
  for (std::string_view step : split(pointer, '/')) {
    if (at.isObject()) {
      at = at.asObject().get(percentDecode(step));
    } else if (at.isCollection()) {
      const auto index = parseInteger(step);
      const auto& elements = at.asCollection().elements();
      at = index && *index >= 0 && static_cast<std::size_t>(*index) < elements.size()
               ? elements[static_cast<std::size_t>(*index)]
               : Value();
    } else {
      return {};
    }
  }
  return at;
}

class Resolver {
 public:
  Resolver(Call& call, Value root) : call_(call), root_(std::move(root)) {}

  Result<Value> resolve(const Value& value, int depth = 0) {
    if (depth > maximumDepth) return std::unexpected(malformed("The arguments are nested too deeply"));
    if (behindReference_ && ++referenced_ > maximumReferenced) {
      return std::unexpected(
          malformed(fmt::format("The references of the arguments stand for more than {} values", maximumReferenced)));
    }
    if (value.isCollection()) {
      auto list = call_.scripts().newCollection();
      for (const Value& element : value.asCollection().elements()) {
        auto resolved = resolve(element, depth + 1);
        if (!resolved) return resolved;
        list.asCollection().push(std::move(*resolved));
      }
      return list;
    }
    if (!value.isObject()) return value;
    const Object& object = value.asObject();
    if (isTrue(object.get("__ENTITY"))) {
      auto entity = entityArgument(call_, object);
      if (!entity) return std::unexpected(entity.error());
      return toValue(*entity);
    }
    if (isTrue(object.get("__ENTITIES"))) return selection(object);
    if (const Value reference = object.get("$ref"); object.size() == 1 && reference.isText()) {
      if (reference.asText().starts_with("#/")) {
        const bool outer = std::exchange(behindReference_, true);
        auto resolved = resolve(pointed(root_, reference.asText().substr(2)), depth + 1);
        behindReference_ = outer;
        return resolved;
      }
    }
    auto copy = call_.scripts().newObject();
    for (const Object::Member& member : object.members()) {
      auto resolved = resolve(member.value, depth + 1);
      if (!resolved) return resolved;
      copy.asObject().set(member.name, std::move(*resolved));
    }
    return copy;
  }

 private:
  Result<Value> selection(const Object& object) {
    const Value id = object.get("__DATASET");
    if (!id.isText() || id.asText().empty()) {
      return std::unexpected(argumentError(1005, "Missing parameter '__DATASET'"));
    }
    const auto unknown = [&] {
      return std::unexpected(argumentError(1006, fmt::format("Entity selection with ID '{}' not found", id.asText())));
    };
    SessionData* session = call_.knownSession();
    if (session == nullptr) return unknown();
    const auto set = session->entitySets().find(id.asText());
    if (!set) return unknown();
    for (std::uint32_t i = 0; i < call_.model().classes.size(); ++i) {
      if (call_.model().classes[i].uuid != set->classUuid) continue;
      return toValue(orda::DataClass(call_.process(), call_.schema, i).select(set->members));
    }
    return unknown();
  }

  Call& call_;
  Value root_;
  bool behindReference_ = false;
  std::size_t referenced_ = 0;
};

std::string_view typeName(const DeclaredType& type) {
  switch (type.word) {
    case TypeWord::text:
      return "string";
    case TypeWord::real:
      return "number";
    case TypeWord::integer:
      return "integer";
    case TypeWord::boolean:
      return "boolean";
    case TypeWord::date:
      return "date";
    case TypeWord::time:
      return "time";
    case TypeWord::collection:
      return "collection";
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      return type.className;
    default:
      return "object";
  }
}

std::optional<Value> asDate(const Value& value) {
  if (value.type() == Type::date) return value;
  if (!value.isText()) return std::nullopt;
  std::string_view text = value.asText();
  if (text.starts_with("!!") && text.ends_with("!!") && text.size() > 4) text = text.substr(2, text.size() - 4);
  if (const auto date = parseDate(text)) return Value::date(*date);
  if (const auto instant = parseInstant(text)) return Value::date(dayOf(*instant));
  return std::nullopt;
}

std::optional<Value> asTime(const Value& value) {
  if (value.isNumber()) return Value::time({static_cast<std::int64_t>(value.asNumber())});
  if (value.type() == Type::time) return value;
  if (!value.isText()) return std::nullopt;
  const auto time = parseDuration(value.asText());
  return time ? std::optional(Value::time(*time)) : std::nullopt;
}

// A parameter declared as the class of a dataclass's entities (`suffix` Entity) or selections, or of any dataclass's.
bool isClassOf(const model::Model& model, const DeclaredType& type, std::string_view suffix, std::string_view builtIn) {
  if (type.word == TypeWord::builtInClass) return type.className == builtIn;
  std::string_view name = type.className;
  if (type.word != TypeWord::userClass || !name.ends_with(suffix)) return false;
  name.remove_suffix(suffix.size());
  return std::ranges::any_of(model.classes, [name](const auto& dataClass) { return dataClass.name == name; });
}

bool isNamed(const DeclaredType& type, std::string_view dataClass, std::string_view suffix) {
  return type.word == TypeWord::builtInClass || type.className == std::string(dataClass).append(suffix);
}

bool isEntityOf(const DeclaredType& type, const Value& value) {
  const auto* entity = orda::Entity::from(value);
  return entity != nullptr && isNamed(type, entity->dataClass().name(), "Entity");
}

bool isSelectionOf(const DeclaredType& type, const Value& value) {
  const auto* selection = orda::EntitySelection::from(value);
  return selection != nullptr && isNamed(type, selection->dataClass().name(), "Selection");
}

// The argument as the parameter takes it; nullopt when it cannot.
std::optional<Value> fitted(const model::Model& model, const DeclaredType& type, const Value& value) {
  if (type.isVariant()) return value;
  if (value.isMissing()) return Value();  // the default of the type
  const auto when = [&](bool fits) { return fits ? std::optional(value) : std::nullopt; };
  switch (type.word) {
    case TypeWord::text:
      return when(value.isText());
    case TypeWord::real:
    case TypeWord::integer:
      return when(value.isNumber());
    case TypeWord::boolean:
      return when(value.type() == Type::boolean);
    case TypeWord::date:
      return asDate(value);
    case TypeWord::time:
      return asTime(value);
    case TypeWord::collection:
      return when(value.isCollection());
    case TypeWord::object:
      return when(value.isObject() || value.type() == Type::handle);
    case TypeWord::userClass:
    case TypeWord::builtInClass:
      if (isClassOf(model, type, "Entity", "Entity")) return when(isEntityOf(type, value));
      if (isClassOf(model, type, "Selection", "EntitySelection")) return when(isSelectionOf(type, value));
      return when(value.isObject() || value.type() == Type::handle);
    default:
      return value;
  }
}

}  // namespace

Result<FunctionInput> functionInput(Call& call) {
  FunctionInput input;
  std::string text;
  if (call.request.isRead()) {
    text = std::string(trim(call.parameters.text(Parameter::params)));
    if (text.size() > 1 && text.front() == '\'' && text.back() == '\'') text = text.substr(1, text.size() - 2);
  } else {
    text = jsonText(call.request.body(), call.request.header("Content-Type"));
  }
  if (trim(text).empty()) return input;
  auto parsed = parseJson(text);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->isCollection()) {
    input.arguments = parsed->asCollection().elements();
    return input;
  }
  if (parsed->isObject() && parsed->asObject().find("__this") != nullptr) {
    input.self = parsed->asObject().get("__this");
    const Value list = parsed->asObject().get("params");
    if (list.isCollection()) input.arguments = list.asCollection().elements();
    return input;
  }
  input.arguments.push_back(std::move(*parsed));
  return input;
}

Result<> applyEntityArgument(Call& call, orda::Entity& entity, const Object& object) {
  std::vector<std::string> uploads;
  if (auto set = setAttributes(call, entity, object, uploads); !set) return set;
  const auto stamp = givenStamp(object);
  if (!stamp) return std::unexpected(stamp.error());
  if (*stamp && !entity.isNew()) entity.expectStamp(**stamp);
  return {};
}

Result<orda::EntityRef> entityArgument(Call& call, const Object& object) {
  const Value name = object.get("__DATACLASS");
  const std::uint32_t index = name.isText() ? visibleClass(call.model(), name.asText()) : model::noIndex;
  if (index == model::noIndex) {
    return std::unexpected(name.isText() ? dataClassNotFound(name.asText())
                                         : argumentError(1005, "Missing parameter '__DATACLASS'"));
  }
  const orda::DataClass dataClass(call.process(), call.schema, index);
  const std::string key = keyText(object.get("__KEY"));
  orda::EntityRef entity;
  if (key.empty()) {
    auto made = dataClass.newEntity();
    if (!made) return std::unexpected(made.error());
    entity = std::move(*made);
  } else {
    const Value wanted = keyValue(dataClass.definition(), key);
    if (!wanted.isUndefined()) entity = dataClass.get(wanted);
    if (!entity) return std::unexpected(argumentError(1003, fmt::format("Entity with key '{}' not found", key)));
  }
  if (auto done = applyEntityArgument(call, *entity, object); !done) return std::unexpected(done.error());
  return entity;
}

Result<> resolveArguments(Call& call, const script::compile::Code& code, std::vector<Value>& arguments) {
  auto whole = Collection::make();
  whole->elements() = arguments;
  Resolver resolver(call, Value::collection(whole));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto resolved = resolver.resolve(arguments[i]);
    if (!resolved) return std::unexpected(resolved.error());
    if (i < code.parameters.size()) {
      const auto& parameter = code.parameters[i];
      auto fits = fitted(call.model(), parameter.type, *resolved);
      if (!fits) {
        return std::unexpected(argumentError(1002, fmt::format("Invalid parameter type for '{}'. Expected '{}'.",
                                                               parameter.name, typeName(parameter.type))));
      }
      *resolved = std::move(*fits);
    }
    arguments[i] = std::move(*resolved);
  }
  return {};
}

}  // namespace qodly::rest
