// Dotted attribute paths bound to a dataclass, as orderBy, extract, distinct, statistics and projections share them:
// relations in any number, then an attribute, then properties of an object. Aliases are replaced by their paths.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "orda/entity.h"

namespace qodly::orda {

struct ResolvedPath {
  std::vector<query::Hop> hops;
  std::uint32_t dataClass = model::noIndex;  // where the hops lead
  std::uint32_t attribute = model::noIndex;  // noIndex: the path ends on the relation of the last hop
  std::vector<query::ObjectStep> object;     // inside an object attribute

  bool endsOnRelation() const { return attribute == model::noIndex; }
  bool crossesToMany() const;
  query::BoundPath bound() const;
};

// Errors: queryUnknownAttribute; querySyntax for a path that is none.
Result<ResolvedPath> resolvePath(const model::Model& model, std::uint32_t dataClass, std::string_view path);
Result<ResolvedPath> resolvePath(const model::Model& model, std::uint32_t dataClass, const query::Path& path);

// For statistics and sorts: a storage attribute or a property of an object, over N->1 relations only. The error says
// what is wrong with the path.
Result<ResolvedPath> resolveScalarPath(const model::Model& model, std::uint32_t dataClass, std::string_view path);
Result<ResolvedPath> requireScalar(ResolvedPath path, std::string_view text);

// Whether the process may read everything along the path (roles.md 6).
bool mayRead(const DataClass& dataClass, const ResolvedPath& path);
Result<> demandReadable(const DataClass& dataClass, const ResolvedPath& path);

const model::Attribute& attributeOf(const model::Model& model, const ResolvedPath& path);

// Property at the end of the steps; `[]` steps give a collection. Undefined when there is none.
Value valueInside(const Value& object, std::span<const query::ObjectStep> steps);

// Numbers at the other end of an N->1 relation, noRecord where there is none; each key is looked up once.
std::vector<RecordNumber> followToOne(const DataClass& dataClass, std::uint32_t relation,
                                      std::span<const RecordNumber> numbers);
// Numbers at the other end of a 1->N relation, one list for each entity, in storage order.
std::vector<std::vector<RecordNumber>> followToMany(const DataClass& dataClass, std::uint32_t relation,
                                                    std::span<const RecordNumber> numbers);
// Values at the end of a path without 1->N steps, in the order of the numbers: undefined for entities that do not
// exist, null where there is no value. A path that ends on a relation gives fresh entities.
std::vector<Value> valuesAt(const DataClass& dataClass, std::span<const RecordNumber> numbers,
                            const ResolvedPath& path);
// Entities of the numbers, null references for those that do not exist.
std::vector<EntityRef> loadAll(const DataClass& dataClass, std::span<const RecordNumber> numbers);

// What makes two keys of a column the same, as bytes: texts by collation.
std::string keyBytes(const Value& key, const Collation& collation);

}  // namespace qodly::orda
