// What a read or delete starts from (rest.md 10, "source"): one entity, a dataclass, an entity set, or the entities at
// the other end of a relation; then filtered, combined and sorted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orda/record_set.h"
#include "rest/call.h"

namespace qodly::rest {

// Key text of a URL or body as a value of the primary key's type; undefined when it cannot be one.
Value keyValue(const model::DataClass& dataClass, std::string_view text);

// The entity that the URL names by key, `:{attribute}(value)` or inside an entity set.
// Error: 404 / 1543 when there is none; 1802; 1500 + 1804 for an unknown attribute.
Result<storage::RecordNumber> findEntity(Call& call, std::uint32_t dataClass);
// By primary key; noRecord when there is none.
storage::RecordNumber findByKey(Call& call, std::uint32_t dataClass, std::string_view key);

struct Source {
  std::uint32_t dataClass = model::noIndex;
  orda::RecordSet members;
  std::vector<std::string_view> lists;  // attribute lists of the path
  std::string expand;                   // what $expand asks of the entities of the source
  std::string plan;                     // members that describe the filter's query, when they were asked for
};

// Members of a relation (or calculated) attribute of the entity that the URL names.
Result<orda::RecordSet> relatedMembers(Call& call, std::uint32_t dataClass, std::uint32_t attribute);

// `/Book[7]/reviews?$expand=reviews`: the URL is exactly one relation that $expand names too.
std::optional<std::uint32_t> addressedRelation(const Call& call, std::uint32_t dataClass);

// $expand without the relation of the URL itself, and without its name in front of deeper paths.
std::string expandBehind(std::string_view expand, std::string_view relation);

// Members before $logicOperator, $clean, $filter and $orderby. `dataClass`: that of the URL. Errors as above.
// Relations: only those that lead to a selection.
Result<Source> findSource(Call& call, std::uint32_t dataClass);
// The source after them, in the order of evaluation of rest.md 10.
Result<Source> evaluateSource(Call& call, std::uint32_t dataClass);
// Those of the members that $filter takes, in the order of $orderby.
Result<orda::RecordSet> filteredAndOrdered(Call& call, std::uint32_t dataClass, orda::RecordSet members);

}  // namespace qodly::rest
