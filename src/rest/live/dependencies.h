// Which changes alter what a subscription shows: its own attributes, and what lies behind relations.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "orda/access.h"
#include "orda/record_set.h"
#include "query/plan.h"
#include "rest/attributes_filter.h"
#include "rest/live/changes.h"

namespace qodly::rest::live {

// Attributes at the end of some relations.
struct Dependency {
  std::vector<query::Hop> hops;  // from the dataclass that is shown; none: its own attributes
  std::uint32_t dataClass = model::noIndex;
  std::set<std::uint32_t> attributes;  // storage attributes
  bool anyAttribute = false;           // something calculated: any change may matter
};

// Of attributes that `access` does not let read nothing depends: that they changed is not told either.
std::vector<Dependency> dependenciesOf(const model::Model& model, const AttributeTree& tree,
                                       const orda::Access* access);

// Entities whose shown values may differ after the changes.
orda::Bitmap affected(orda::Engine& engine, const std::vector<Dependency>& dependencies, const Changes& changes);

// What decides whether an entity belongs to a query, and in which order.
struct Definition {
  std::set<std::uint32_t> foreignClasses;  // dataclasses besides its own that decide with it
  bool scripted = false;                   // code decides: it cannot be followed change by change
};
Definition definitionOf(const model::Model& model, std::uint32_t dataClass, std::string_view filter,
                        std::string_view orderby);

// Whether code of the application has a part in what a session sees of the dataclass and its attributes: then it is
// evaluated for each session by itself.
bool needsCode(const model::Model& model, std::uint32_t dataClass, const std::vector<Dependency>& dependencies,
               const Definition& definition);

}  // namespace qodly::rest::live
