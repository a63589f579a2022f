// fromObject and diff (orda.md 12.5, 12.6); toObject is in projection.cpp.
#include <algorithm>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/change_tracking.h"
#include "orda/entity_state.h"

namespace qodly::orda {

namespace {

// `{__KEY: k}` or an entity: what an N->1 property of an object names. Undefined: neither.
Value relatedValue(const Value& property) {
  if (property.isMissing()) return Value::null();
  if (Entity::from(property) != nullptr) return property;
  return property.isObject() ? property.asObject().get("__KEY") : property;
}

bool isGivenAsAttribute(const Object& filler, const model::DataClass& dataClass) {
  return dataClass.find(dataClass.key().name) != nullptr && !filler.get(dataClass.key().name).isMissing();
}

}  // namespace

Result<> Entity::fromObject(const Value& filler, NumberAsDuration numbers) {
  if (!filler.isObject()) {
    return std::unexpected(dataError(code::wrongArgument, "fromObject expects an object"));
  }
  if (!state_->followModel()) return {};
  const model::DataClass& definition = state_->definition();
  const Object& source = filler.asObject();
  // A key that cannot be converted and a related entity that does not exist leave the attribute untouched.
  const Value key = source.get("__KEY");
  if (isNew() && !key.isMissing() && !isGivenAsAttribute(source, definition)) {
    (void)set(definition.primaryKey, key, numbers);
  }
  for (const Object::Member& member : source.members()) {
    const std::uint32_t index = definition.indexOf(member.name);
    if (index == model::noIndex) continue;
    const model::Attribute& attribute = definition.attributes[index];
    if (isSystemAttribute(definition, attribute)) continue;
    if (attribute.isStorage()) {
      (void)set(index, member.value, numbers);
    } else if (attribute.isCalculated()) {
      if (attribute.readOnly) continue;
      if (auto done = set(index, member.value, numbers); !done) return done;
    } else if (attribute.kind == model::AttributeKind::relatedEntity) {
      const Value related = relatedValue(member.value);
      if (!related.isUndefined()) (void)set(index, related, numbers);
    }
  }
  return {};
}

namespace {

struct Difference {
  Collection& out;
  std::span<const std::string> only;

  bool wants(const std::string& name) const { return only.empty() || std::ranges::find(only, name) != only.end(); }

  void add(const std::string& name, Value value, Value otherValue) const {
    if (!wants(name)) return;
    auto item = Object::make();
    item->set("attributeName", Value::text(name));
    item->set("value", std::move(value));
    item->set("otherValue", std::move(otherValue));
    out.push(Value::object(item));
  }
};

}  // namespace

Result<Value> Entity::diff(Entity& other, std::span<const std::string> attributes) {
  if (!state_->followModel() || !other.state_->followModel() ||
      state_->dataClass.index() != other.state_->dataClass.index()) {
    return std::unexpected(
        dataError(code::incompatibleDataClass, fmt::format("An entity of {} cannot be compared with one of {}",
                                                           state_->dataClass.name(), other.dataClass().name())));
  }
  const model::Model& model = *state_->dataClass.schema().model;
  const auto& all = state_->definition().attributes;
  auto result = Collection::make();
  const Difference difference{*result, attributes};
  const auto differs = [&](std::uint32_t index) { return !get(index).identical(other.get(index)); };
  const auto relationChanged = [&](const model::Attribute& relation) {
    return difference.add(relation.name, get(relation.name), other.get(relation.name));
  };
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (all[i].isStorage() && !all[i].shadowed && differs(i)) {
      difference.add(all[i].name, get(i), other.get(i));
      for (const model::Attribute& relation : all) {
        if (relation.kind == model::AttributeKind::relatedEntity && relationOf(model, relation).sourceAttribute == i) {
          relationChanged(relation);
        }
      }
    }
    // A relation whose key nobody sees stands for itself.
    if (all[i].kind == model::AttributeKind::relatedEntity) {
      const std::uint32_t source = relationOf(model, all[i]).sourceAttribute;
      if (all[source].shadowed && differs(source)) relationChanged(all[i]);
    }
  }
  return Value::collection(result);
}

}  // namespace qodly::orda
