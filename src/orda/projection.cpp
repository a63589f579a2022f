#include "orda/projection.h"

#include <algorithm>

#include "base/text.h"
#include "orda/attribute_paths.h"
#include "orda/entity_state.h"
#include "value/copied.h"

namespace qodly::orda {

namespace {

constexpr int maximumDepth = 64;

// A filter path as its steps; "[]" of a step is dropped, blanks anywhere are ignored.
std::vector<std::vector<std::string>> pathsOf(std::span<const std::string> filter) {
  std::vector<std::vector<std::string>> paths;
  const auto take = [&](std::string_view text) {
    std::string bare;
    for (const char c : text) {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') bare += c;
    }
    if (bare.empty()) return;
    std::vector<std::string> steps;
    for (std::string_view step : split(bare, '.')) {
      if (step.ends_with("[]")) step.remove_suffix(2);
      steps.emplace_back(step);
    }
    paths.push_back(std::move(steps));
  };
  for (std::string_view text : filter) {
    while (true) {
      const std::size_t end = text.find_first_of(",;");
      take(text.substr(0, end));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }
  return paths;
}

class Builder {
 public:
  explicit Builder(const model::Model& model) : model_(model) {}

  void addDefaults(Projection& projection, std::uint32_t dataClass) {
    const auto& attributes = model_.classes[dataClass].attributes;
    for (std::uint32_t i = 0; i < attributes.size(); ++i) {
      if (attributes[i].isStorage() && !attributes[i].shadowed) part(projection, dataClass, i).whole = true;
    }
    for (std::uint32_t i = 0; i < attributes.size(); ++i) {
      if (attributes[i].kind == model::AttributeKind::relatedEntity) part(projection, dataClass, i);
    }
  }

  void add(Projection& projection, std::uint32_t dataClass, std::span<const std::string> steps, int depth = 0) {
    if (steps.empty() || depth == maximumDepth) return;
    if (steps.front() == "*") return addDefaults(projection, dataClass);
    const std::uint32_t index = model_.classes[dataClass].indexOf(steps.front());
    if (index == model::noIndex) return;
    const model::Attribute& attribute = model_.classes[dataClass].attributes[index];
    const auto rest = steps.subspan(1);
    if (const std::uint32_t related = relatedClass(dataClass, attribute); related != model::noIndex) {
      Projection::Part& added = part(projection, dataClass, index);
      if (rest.empty()) return;
      if (!added.child) added.child = std::make_unique<Projection>();
      return add(*added.child, related, rest, depth + 1);
    }
    if (!rest.empty() && attribute.type != model::AttributeType::object) return;
    Projection::Part& added = part(projection, dataClass, index);
    if (rest.empty() || rest.front() == "*") {
      added.whole = true;
    } else {
      added.inside.emplace_back(rest.begin(), rest.end());
    }
  }

 private:
  Projection::Part& part(Projection& projection, std::uint32_t dataClass, std::uint32_t index) {
    const auto known = std::ranges::find(projection.parts, index, &Projection::Part::attribute);
    if (known != projection.parts.end()) return *known;
    Projection::Part& added = projection.parts.emplace_back();
    added.name = model_.classes[dataClass].attributes[index].name;
    added.attribute = index;
    return added;
  }

  // Dataclass a relation, or an alias of one, leads to.
  std::uint32_t relatedClass(std::uint32_t dataClass, const model::Attribute& attribute) const {
    if (attribute.isRelation()) return attribute.relatedClass;
    if (attribute.isCalculated() && attribute.result != model::CalculatedResult::scalar) return attribute.relatedClass;
    if (attribute.kind != model::AttributeKind::alias) return model::noIndex;
    const auto target = resolvePath(model_, dataClass, attribute.aliasPath);
    return target && target->endsOnRelation() ? target->dataClass : model::noIndex;
  }

  const model::Model& model_;
};

}  // namespace

Projection Projection::of(const model::Model& model, std::uint32_t dataClass, std::span<const std::string> filter) {
  Projection projection;
  Builder builder(model);
  const auto paths = pathsOf(filter);
  if (paths.empty()) builder.addDefaults(projection, dataClass);
  for (const auto& steps : paths) builder.add(projection, dataClass, steps);
  return projection;
}

namespace {

void copyInside(const Object& from, std::span<const std::string> steps, Object& to);

// One property of `from`, or of every element of a collection, laid into what `to` holds of it already.
Value narrowed(const Value& from, std::span<const std::string> steps, const Value& soFar) {
  if (steps.empty()) return from;
  if (from.isObject()) {
    auto result = soFar.isObject() ? soFar.objectRef() : Object::make();
    copyInside(from.asObject(), steps, *result);
    return Value::object(result);
  }
  if (!from.isCollection()) return {};
  auto result = Collection::make();
  const auto& elements = from.asCollection().elements();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const bool known = soFar.isCollection() && i < soFar.asCollection().size();
    result->push(narrowed(elements[i], steps, known ? soFar.asCollection().elements()[i] : Value()));
  }
  return Value::collection(result);
}

void copyInside(const Object& from, std::span<const std::string> steps, Object& to) {
  const Value value = from.get(steps.front());
  if (value.isUndefined()) return;
  Value kept = narrowed(value, steps.subspan(1), to.get(steps.front()));
  if (!kept.isUndefined()) to.set(steps.front(), std::move(kept));
}

}  // namespace

Value narrowed(const Projection::Part& part, const Value& value) {
  if (part.whole || part.inside.empty() || !value.isObject()) return value;
  auto result = Object::make();
  for (const auto& steps : part.inside) copyInside(value.asObject(), steps, *result);
  return Value::object(result);
}

Value simpleForm(Value key) {
  auto object = Object::make();
  object->set("__KEY", std::move(key));
  return Value::object(object);
}

void addSystemMembers(Object& object, ToObjectOptions options, const Value& key, std::uint32_t stamp) {
  if (options.withPrimaryKey) object.set("__KEY", key);
  if (options.withStamp) object.set("__STAMP", Value::integer(stamp));
}

// A value that holds entities, as the objects of their projection.
Value projectHandle(const Value& value, const Projection* child, ToObjectOptions options) {
  if (Entity* entity = Entity::from(value)) {
    return child != nullptr ? project(*entity, *child, options) : simpleForm(entity->getKey());
  }
  EntitySelection* selection = EntitySelection::from(value);
  if (selection == nullptr) return value;
  auto result = Collection::make();
  const auto dataClass = selection->dataClass().current();
  if (!dataClass) return Value::collection(result);
  const std::vector<RecordNumber> numbers = selection->members().toVector();
  if (child != nullptr) {
    for (Value& row : project(*dataClass, numbers, *child, options)) {
      if (!row.isUndefined()) result->push(std::move(row));
    }
    return Value::collection(result);
  }
  ResolvedPath key;
  key.dataClass = dataClass->index();
  key.attribute = dataClass->definition().primaryKey;
  for (Value& found : valuesAt(*dataClass, numbers, key)) {
    if (!found.isUndefined()) result->push(simpleForm(std::move(found)));
  }
  return Value::collection(result);
}

Value project(Entity& entity, const Projection& projection, ToObjectOptions options) {
  auto object = Object::make();
  // A key is only shown, never generated by showing it.
  const std::uint32_t key = entity.dataClass().definition().primaryKey;
  addSystemMembers(*object, options, entity.get(key), entity.getStamp());
  for (const Projection::Part& part : projection.parts) {
    const Value value = entity.get(part.attribute);
    object->set(part.name, value.type() == Type::handle ? projectHandle(value, part.child.get(), options)
                                                        : narrowed(part, copied(value)));
  }
  return Value::object(object);
}

Value Entity::toObject(std::span<const std::string> filter, ToObjectOptions options) {
  if (!state_->followModel()) return Value::object(Object::make());
  const Projection projection = Projection::of(*state_->dataClass.schema().model, state_->dataClass.index(), filter);
  return project(*this, projection, options);
}

}  // namespace qodly::orda
