// What of the model REST shows (rest.md 5.1), and where an attribute really leads: aliases resolved to the relations
// they follow and the attribute at their end.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "query/plan.h"

namespace qodly::rest {

// Hidden dataclasses and attributes behave as absent. A relation to a hidden dataclass is hidden with it.
bool isVisible(const model::Model& model, const model::Attribute& attribute);

// Class index of an exposed dataclass; noIndex when there is none of that name.
std::uint32_t visibleClass(const model::Model& model, std::string_view name);
// Attribute index of an exposed attribute; noIndex when there is none of that name.
std::uint32_t visibleAttribute(const model::Model& model, std::uint32_t dataClass, std::string_view name);

// An attribute as it is read from an entity: follow `hops`, then read `attribute` of `dataClass`. For an attribute that
// is no alias there are no hops.
struct AttributeTarget {
  std::vector<query::Hop> hops;
  std::uint32_t dataClass = model::noIndex;
  std::uint32_t attribute = model::noIndex;

  const model::Attribute& in(const model::Model& model) const { return model.classes[dataClass].attributes[attribute]; }
  bool crossesToMany() const;
};

// nullopt for an alias whose path does not resolve (or turns in a circle).
std::optional<AttributeTarget> targetOf(const model::Model& model, std::uint32_t dataClass, std::uint32_t attribute);

// Class of the entities that an attribute gives: of a relation, of a calculated attribute of entity or selection type;
// noIndex for any other.
std::uint32_t relatedClassOf(const model::Attribute& attribute);
// Whether it gives one of them, not a selection.
bool givesOne(const model::Attribute& attribute);

// The step a relation attribute makes.
query::Hop hopOf(const model::Attribute& relation);

}  // namespace qodly::rest
