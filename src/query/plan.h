// A query bound to a model, and planned: the data that an Engine executes and that queryPlan prints. A plan holds no
// text of the user any more: attributes, relations and values are resolved.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/collation.h"
#include "base/error.h"
#include "model/model.h"
#include "query/syntax.h"
#include "value/value.h"

namespace qodly::query {

struct ObjectStep {
  std::string name;   // empty only in a first step with `each`: the attribute's value is itself a collection
  bool each = false;  // goes into every element
  char link = 0;
};

// A storage attribute, or a property inside an object attribute.
struct AttributeRef {
  std::uint32_t dataClass = model::noIndex;
  std::uint32_t attribute = model::noIndex;
  std::vector<ObjectStep> object;
  bool length = false;  // path ended in `.length` of a collection; in an object: its property "length"

  bool insideObject() const { return !object.empty() || length; }
  bool hasLetter() const;  // some step is linked (`[a]`): negative comparators are existential then (query.md 9.3)
};

struct Hop {
  std::uint32_t relation = model::noIndex;
  bool toMany = false;         // from the one side to the many side
  std::uint32_t instance = 0;  // {n}
};

// Relations, then an attribute. `end` is the dataclass the hops lead to.
struct BoundPath {
  std::vector<Hop> hops;
  AttributeRef attribute;
  std::uint32_t instance = 0;  // {n} of a relation attribute at the end of the path
};

struct Condition {
  AttributeRef attribute;
  Operator op = Operator::equal;
  // Value converted to the attribute's type (query.md 5): numbers for an integer attribute are integers of its range,
  // for a real one reals; uuid 32 upper-case digits (or a pattern with `@`); an instant attribute compared with a day
  // holds the date. Inside objects: the value itself, no conversion. Null only for a null test.
  Value value;
  std::vector<Value> list;  // for `in`, without nulls; each like `value`
  bool nullTest = false;    // == null / != null
  // Same answer for every entity, null or not: value not convertible, null placeholder, `@@`... Look at it first: then
  // `value` is only for show.
  std::optional<bool> constant;
  bool begins = false;       // written with `begin`: `op` is equal and `value` ends with `@`
  bool dayInterval = false;  // instant attribute compared with a day, or a list with days in it (query.md 6.3)
  Value written;             // for plans: the value before it was fitted to the attribute's type; else undefined
};

struct Node {
  enum class Kind : std::uint8_t {
    all,
    none,
    condition,
    linked,   // children: conditions on one element of the same collection (`[a]`) of one object attribute
    related,  // relation attribute == null / != null; `relation`, `toMany`; `negative` = "!= null"
    join,     // entities that have a related one satisfying children[0]; `relation`, `toMany`
    conjunction,
    disjunction,
    negation,
    calculated,  // `condition` on a calculated attribute, evaluated through its `get` by the layer that runs code
    formula,     // `formula` evaluated for each candidate by that layer
  } kind = Kind::all;
  std::vector<Node> children;
  Condition condition;
  std::uint32_t dataClass = model::noIndex;  // dataclass whose entities this node selects
  Hop hop;                                   // join, related
  bool negative = false;
  bool except = false;  // negation written as EXCEPT
  Value formula;        // a function value, or the text of eval(...)
  // Conditions on a calculated attribute that gives an entity or a selection: the path walked from it.
  std::string beyond;

  bool isScripted() const { return kind == Kind::calculated || kind == Kind::formula; }
  bool needsScripts() const;  // it or something below is scripted

  // Set by optimise(). condition: how to find the entities. related: index = through the index of the foreign key.
  // join: index = find the related entities first, then follow the relation back; sequential = look from each
  // candidate.
  enum class Access : std::uint8_t { sequential, index, keywordIndex, objectIndex } access = Access::sequential;
  std::uint64_t estimate = 0;  // entities expected
};

struct SortKey {
  BoundPath path;  // N->1 hops only
  bool descending = false;
  bool calculated = false;  // path ends on a calculated attribute: read through its `get`
  std::string beyond{};     // the path walked from there, "" when it ends there
};

struct Plan {
  std::uint32_t dataClass = model::noIndex;
  Node root;
  std::vector<SortKey> order;
};

// A query that stands for a condition on a calculated attribute (query.md 11).
struct Substitute {
  std::string text;
  std::vector<Value> values;  // :1 ...
};

// What the code of the application says about calculated attributes while a query is bound. nullopt: nothing, the
// attribute is evaluated through its `get`.
class Calculations {
 public:
  virtual ~Calculations() = default;
  virtual Result<std::optional<Substitute>> query(std::uint32_t dataClass, std::uint32_t attribute, Operator op,
                                                  const Value& value) = 0;
  virtual Result<std::optional<std::string>> orderBy(std::uint32_t dataClass, std::uint32_t attribute,
                                                     bool descending) = 0;
};

inline constexpr int maximumSubstitutions = 32;  // `query` functions within each other

// Values for the placeholders of one query (query.md 10).
struct Parameters {
  std::vector<Value> values;  // :1 ... ; at most 128
  Value parameters;           // querySettings.parameters: object, or collection for :1...
  Value attributes;           // querySettings.attributes
  bool allowFormulas = true;
  bool exposedOnly = false;  // REST: hidden dataclasses and attributes do not exist
  // Compared with a relation attribute, an entity stands for its key, a selection for the collection of its keys
  // (query.md 5). Supplied by the layer that knows entities; undefined for any other handle.
  std::function<Value(const Handle&)> keyOf;
  Calculations* calculations = nullptr;  // nullptr: calculated attributes cannot be used
  int depth = 0;                         // of substitutions
};

// Resolves a syntax tree against the model: paths to relations and attributes, values to attribute types, grouping of
// conditions with the same relation path (query.md 8.2), linked elements (9.3), NOT pushed down where that is exact.
// Errors: queryUnknownAttribute (names attribute, dataclass, position), queryPlaceholderMissing, formulaNotAllowed,
// querySyntax.
Result<Plan> bind(const Syntax& syntax, const model::Model& model, std::uint32_t dataClass,
                  const Parameters& parameters);
Result<std::vector<SortKey>> bindOrder(std::span<const SyntaxSortKey> keys, const model::Model& model,
                                       std::uint32_t dataClass, const Parameters& parameters);
// Resolves one path; toMany allowed or not is the caller's question (check hops).
// A path may end in a relation attribute: then `attribute` names it. Aliases are replaced by their paths. Behind a
// calculated attribute the rest of the path stands in attribute.object.
Result<BoundPath> bindPath(const Path& path, const model::Model& model, std::uint32_t dataClass, bool exposedOnly);

// What a queryUnknownAttribute error is about, for callers that word it their own way (rest.md 22.3).
struct UnknownAttribute {
  std::string attribute, dataClass;
};
std::optional<UnknownAttribute> unknownAttribute(const Error& error);

// The dataclasses at the two ends of a hop.
std::uint32_t nearClass(const Hop& hop, const model::Model& model);
std::uint32_t farClass(const Hop& hop, const model::Model& model);

// What an engine knows about its data.
class Statistics {
 public:
  virtual ~Statistics() = default;
  virtual std::uint64_t count(std::uint32_t dataClass) const = 0;
  virtual bool hasIndex(std::uint32_t dataClass, std::uint32_t attribute, Node::Access access) const = 0;
  // Entities an indexed condition would select: exact for small ranges, a lower bound past some limit.
  virtual std::uint64_t estimate(const Condition& condition, Node::Access access) const = 0;
};

// Chooses accesses, orders the children of conjunctions (cheapest first), and turns an indexed criterion into a
// sequential one when that is cheaper. The result of the query never depends on it.
void optimise(Plan& plan, const model::Model& model, const Statistics& statistics);

// queryPlan / __queryPlan (query.md 13) and the extended form (rest.md 19).
Value describe(const Plan& plan, const model::Model& model);
Value describeExtended(const Plan& plan, const model::Model& model);
std::string itemText(const Node& node, const model::Model& model);

// What an engine did, filled while it runs, for queryPath.
struct TraceStep {
  const Node* node = nullptr;
  std::uint64_t found = 0;
  double milliseconds = 0;
  std::vector<TraceStep> steps;
};
struct Trace {
  TraceStep root;
};
Value describePath(const Trace& trace, const Plan& plan, const model::Model& model);
Value describePathExtended(const Trace& trace, const Plan& plan, const model::Model& model);

}  // namespace qodly::query
