#include "rest/exposure.h"

#include <algorithm>

#include "base/text.h"

namespace qodly::rest {

namespace {

constexpr int maximumAliasDepth = 16;

bool extend(const model::Model& model, AttributeTarget& target, std::string_view path, int depth) {
  const auto steps = split(path, '.');
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& dataClass = model.classes[target.dataClass];
    target.attribute = dataClass.indexOf(steps[i]);
    if (target.attribute == model::noIndex) return false;
    const auto& attribute = dataClass.attributes[target.attribute];
    if (attribute.kind == model::AttributeKind::alias) {
      if (depth == maximumAliasDepth || !extend(model, target, attribute.aliasPath, depth + 1)) return false;
    }
    if (i + 1 == steps.size()) return true;
    const auto& relation = target.in(model);
    if (!relation.isRelation()) return false;
    target.hops.push_back(hopOf(relation));
    target.dataClass = relation.relatedClass;
  }
  return false;
}

}  // namespace

bool isVisible(const model::Model& model, const model::Attribute& attribute) {
  if (!attribute.exposed || attribute.shadowed) return false;
  return !attribute.isRelation() ||
         (attribute.relatedClass != model::noIndex && model.classes[attribute.relatedClass].exposed);
}

std::uint32_t visibleClass(const model::Model& model, std::string_view name) {
  const std::uint32_t index = model.indexOf(name);
  return index != model::noIndex && model.classes[index].exposed ? index : model::noIndex;
}

std::uint32_t visibleAttribute(const model::Model& model, std::uint32_t dataClass, std::string_view name) {
  const auto& definition = model.classes[dataClass];
  const std::uint32_t index = definition.indexOf(name);
  return index != model::noIndex && isVisible(model, definition.attributes[index]) ? index : model::noIndex;
}

bool AttributeTarget::crossesToMany() const { return std::ranges::any_of(hops, &query::Hop::toMany); }

std::optional<AttributeTarget> targetOf(const model::Model& model, std::uint32_t dataClass, std::uint32_t attribute) {
  AttributeTarget target{.hops = {}, .dataClass = dataClass, .attribute = attribute};
  const auto& definition = model.classes[dataClass].attributes[attribute];
  if (definition.kind != model::AttributeKind::alias) return target;
  if (!extend(model, target, definition.aliasPath, 0)) return std::nullopt;
  return target;
}

std::uint32_t relatedClassOf(const model::Attribute& attribute) {
  const bool calculated = attribute.isCalculated() && attribute.result != model::CalculatedResult::scalar;
  return attribute.isRelation() || calculated ? attribute.relatedClass : model::noIndex;
}

bool givesOne(const model::Attribute& attribute) {
  return attribute.kind == model::AttributeKind::relatedEntity ||
         (attribute.isCalculated() && attribute.result == model::CalculatedResult::entity);
}

query::Hop hopOf(const model::Attribute& relation) {
  return {
      .relation = relation.relation, .toMany = relation.kind == model::AttributeKind::relatedEntities, .instance = 0};
}

}  // namespace qodly::rest
