// Which changes alter what a subscription shows: its own attributes, and what lies behind relations.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "orda/access.h"
#include "orda/read_watch.h"
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

// What is shown of the entities.
struct Shown {
  std::vector<Dependency> dependencies;
  std::set<orda::CodePlace> code;         // code that answers, or filters what is behind relations
  std::set<std::uint32_t> resultClasses;  // dataclasses of the entities that code gives
};
// Of attributes that `access` does not let read nothing depends: that they changed is not told either.
Shown shownBy(const model::Model& model, const AttributeTree& tree, const orda::Access* access);

// Entities whose shown values may differ after the changes.
orda::Bitmap affected(orda::Engine& engine, const std::vector<Dependency>& dependencies, const Changes& changes);

// What decides whether an entity belongs to a query, and in which order.
struct Definition {
  std::set<std::uint32_t> foreignClasses;  // dataclasses besides its own that decide with it
  std::set<orda::CodePlace> filters;       // of these dataclasses and its own, where code filters them
  bool scripted = false;                   // code decides: it cannot be followed change by change
};
Definition definitionOf(const model::Model& model, std::uint32_t dataClass, std::string_view filter,
                        std::string_view orderby);

// The relation of an entity of `owner` decides, too.
void addRelation(const model::Model& model, std::string_view owner, std::string_view relation, Definition& definition);

// Whether code of the application has a part in what a session sees of the dataclass and its attributes: then it is
// evaluated for each session by itself.
bool needsCode(const model::Model& model, std::uint32_t dataClass, const Shown& shown, const Definition& definition);

// Code whose answers may be others after changes, and whether more than the entities' own values decides about that:
// a filter that only tests each entity by itself is followed change by change.
struct Touched {
  std::map<orda::CodePlace, bool> code;
  std::set<std::uint32_t> classes;  // among those whose entities code gives
  bool empty() const { return code.empty() && classes.empty(); }
  bool touches(const Shown& shown) const;
};
enum class Touch : std::uint8_t { none, own, more };
// `own`: the dataclass whose entities the code answers for.
Touch touchOf(const orda::Footprint& footprint, const Changes& changes, std::uint32_t own);
void addTouched(const orda::ReadWatch& watch, const Changes& changes, Touched& touched);

}  // namespace qodly::rest::live
