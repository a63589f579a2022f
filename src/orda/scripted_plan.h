// Plans that need the code of the application - formulas, calculated attributes without a query - are taken apart: what
// the engine can answer it answers, the rest is evaluated entity by entity on what is left (query.md 11, 12, 18). Code
// runs on the process's own thread, outside any Reader.
#pragma once

#include "orda/entity.h"

namespace qodly::orda {

bool needsScripts(const query::Plan& plan);

// What such a plan did: steps also name nodes of the plans that were made for its parts.
struct ScriptedTrace {
  query::Trace trace;
  std::vector<std::shared_ptr<const query::Plan>> parts;
};
// As Engine::run for a plan that needs scripts; `arguments`: $1 of formulas. trace: nullptr unless wanted.
Result<RecordSet> runScripted(const DataClass& dataClass, const query::Plan& plan, const RecordSet* within,
                              const Value& arguments, ScriptedTrace* trace);

bool needsScripts(std::span<const query::SortKey> keys);
// As Engine::sort, for keys of which some are calculated.
Result<RecordSet> sortScripted(const DataClass& dataClass, const RecordSet& members,
                               std::span<const query::SortKey> keys);
// As Engine::aggregate and Engine::distinct, for a path that ends on a calculated attribute.
Result<Aggregate> aggregateScripted(const DataClass& dataClass, const RecordSet& members, const query::BoundPath& path);
Result<std::vector<DistinctValue>> distinctScripted(const DataClass& dataClass, const RecordSet& members,
                                                    const query::BoundPath& path, bool exact);
// Stable; one value a member, undefined for members that do not exist.
RecordSet sortByValues(std::span<const RecordNumber> numbers, const std::vector<std::vector<Value>>& columns,
                       std::span<const bool> descending, const Collation& collation);

}  // namespace qodly::orda
