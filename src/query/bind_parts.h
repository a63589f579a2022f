// What the stages of binding hand to each other. Internal to query/.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "query/plan.h"

namespace qodly::query {

// One value of the right side, with what a later conversion needs to know about how it was written.
struct Element {
  Value value;
  bool literal = false;
  std::string spelling;  // number literal as typed
};

// The right side of a comparison with its placeholders filled in.
struct Values {
  bool isList = false;       // literal list, or a collection given to `in`
  bool nullLiteral = false;  // the word null: a null test
  Element single;
  std::vector<Element> list;
};

// bind_values.cpp
Result<Value> placeholderValue(const Placeholder& placeholder, const Parameters& parameters, std::uint32_t position);
Result<Path> pathOf(const std::variant<Path, Placeholder>& path, const Parameters& parameters, std::uint32_t position);
Result<Values> valuesOf(const SyntaxNode& comparison, const Parameters& parameters);
Error atPosition(int code, std::uint32_t position, std::string_view message);

// bind_condition.cpp: fills operator and value of a condition whose attribute is set. `attribute` is its definition.
struct Comparison {
  Operator op = Operator::equal;
  bool begins = false;
};
void fillCondition(Condition& condition, const model::Attribute& attribute, Comparison comparison, Values values);

// bind_numbers.cpp: makes the value of a comparison with an integer attribute an integer in the attribute's range,
// without changing which entities match.
void fitToIntegers(Condition& condition, ColumnType column);

// bind_relation.cpp: a relation attribute compared with null, an entity, a key or several (query.md 5, 7). `path` ends
// in the relation attribute; hops may be appended to it.
Node relationNode(BoundPath& path, Comparison comparison, Values values, const model::Model& model,
                  const Parameters& parameters);

// bind_calculated.cpp: a condition on a calculated attribute: the query that its `query` function gives, else a node
// that is evaluated through `get` (query.md 11).
Result<Node> calculatedNode(const AttributeRef& reference, Comparison comparison, Values values,
                            const model::Model& model, const Parameters& parameters);
// A calculated sort key, or what its `orderBy` function gives instead, in front of which the hops of `path` stand.
Result<std::vector<SortKey>> calculatedKeys(BoundPath path, bool descending, const model::Model& model,
                                            const Parameters& parameters);

// A comparison resolved: `leaf` selects entities of the class that `hops` lead to.
struct BoundComparison {
  std::vector<Hop> hops;
  Node leaf;
};

// bind_groups.cpp
Node joined(std::vector<Hop> hops, Node leaf, const model::Model& model);
Node conjunctionOf(std::uint32_t dataClass, std::vector<std::variant<BoundComparison, Node>> terms,
                   const model::Model& model);

// normalise.cpp: exact simplifications only.
Node normalise(Node node);

}  // namespace qodly::query
