// query and indices (classes.md 1.9): the query language on the elements.
#include <algorithm>
#include <map>

#include "query/object_query.h"
#include "script/library/collection_functions.h"
#include "script/library/collection_order.h"
#include "script/library/collection_support.h"
#include "script/vm/codes.h"

namespace qodly::script::library::collection {

namespace {

constexpr std::size_t stepsBetweenChecks = 65'536;

// The values behind the query text; a plain object at the end is the querySettings.
query::Parameters parametersOf(const vm::Call& call) {
  query::Parameters parameters;
  std::span<const Value> values = call.from(1);
  if (!values.empty() && values.back().isObject()) {
    parameters.parameters = values.back().asObject().get("parameters");
    parameters.attributes = values.back().asObject().get("attributes");
    values = values.first(values.size() - 1);
  }
  parameters.values.assign(values.begin(), values.end());
  return parameters;
}

// A plain stand-in for an element whose members are computed: only what the paths of the query name is read.
class Projection {
 public:
  explicit Projection(vm::Process& process) : process_(process), members_(process) {}

  using Paths = std::span<const std::vector<std::string>>;

  Result<Value> of(const Value& element, Paths paths) {
    Value plain = project(element, paths, 0);
    if (members_.error) return std::unexpected(*members_.error);
    return plain;
  }

 private:
  bool isComputed(const Value& value) const { return value.type() == Type::handle || members_.computes(value); }

  // The value as far as those paths go from their step `depth` on.
  Value project(const Value& value, Paths paths, std::size_t depth) {
    if (value.isCollection() && mayCompute(Elements(value.asCollection()).span())) {
      Value elements = process_.newCollection();
      const Elements held(value.asCollection(), true);
      for (const Value& element : held.span()) elements.asCollection().push(project(element, paths, depth));
      return elements;
    }
    if (!isComputed(value)) return value;
    std::map<std::string_view, std::vector<std::vector<std::string>>> members;
    for (const std::vector<std::string>& path : paths) {
      if (depth < path.size()) members[path[depth]].push_back(path);
    }
    if (members.empty()) return value;  // compared as a whole
    Value plain = process_.newObject();
    for (const auto& [name, below] : members) {
      const Value member = members_.member(value, name);
      if (!member.isUndefined()) plain.asObject().set(name, project(member, below, depth + 1));
    }
    return plain;
  }

  vm::Process& process_;
  MachineMembers members_;
};

struct Found {
  std::vector<std::uint32_t> positions;
  Elements elements;
  query::ObjectQuery query;
};

Result<> checkpoint(const vm::Call& call, std::size_t step) {
  return step % stepsBetweenChecks == stepsBetweenChecks - 1 ? call.process().checkpoint() : Result<>();
}

// As long as members are plain values. An element that computes some ends it: false, the search has to begin anew.
Result<bool> searchPlain(const vm::Call& call, Found& found) {
  constexpr std::size_t lookedAtOnce = 128;  // what is asked about computing is still at hand when it is compared
  const std::span<const Value> elements = found.elements.span();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i % lookedAtOnce == 0 && mayCompute(elements.subspan(i, std::min(lookedAtOnce, elements.size() - i)))) {
      return false;
    }
    if (auto allowed = checkpoint(call, i); !allowed) return std::unexpected(allowed.error());
    if (found.query.matches(elements[i])) found.positions.push_back(static_cast<std::uint32_t>(i));
  }
  return true;
}

Result<> searchComputed(const vm::Call& call, Found& found) {
  Projection projection(call.process());
  for (std::size_t i = 0; i < found.elements.size(); ++i) {
    if (auto allowed = checkpoint(call, i); !allowed) return allowed;
    const Value& element = found.elements[i];
    if (!element.isObject() && element.type() != Type::handle) continue;
    const auto standIn = projection.of(element, found.query.paths());
    if (!standIn) return std::unexpected(standIn.error());
    if (found.query.matches(*standIn)) found.positions.push_back(static_cast<std::uint32_t>(i));
  }
  return {};
}

Result<Found> search(const vm::Call& call) {
  if (!call.at(0).isText()) {
    return std::unexpected(hostError(qodly::code::queryExpected, "Expecting a text: the query of a collection"));
  }
  auto compiled = query::ObjectQuery::compile(call.text(0), parametersOf(call), collationOf(call));
  if (!compiled) return std::unexpected(compiled.error());
  Found found{{}, Elements(receiver(call)), std::move(*compiled)};
  const auto plain = searchPlain(call, found);
  if (!plain) return std::unexpected(plain.error());
  if (*plain) return found;
  found.positions.clear();
  found.elements = Elements(receiver(call), true);
  if (auto done = searchComputed(call, found); !done) return std::unexpected(done.error());
  return found;
}

// Brings the positions into the order that the query asks for.
Result<> order(const vm::Call& call, Found& found) {
  std::vector<Value> matching;
  matching.reserve(found.positions.size());
  for (const std::uint32_t position : found.positions) matching.push_back(found.elements[position]);
  PathValues paths(call.process(), matching);
  std::vector<SortLevel> levels;
  for (const query::ObjectQuery::OrderKey& key : found.query.order()) {
    auto values = paths.at(key.path);
    if (!values) return std::unexpected(values.error());
    levels.push_back({{}, std::move(*values), key.descending});
  }
  std::vector<std::uint32_t> sorted;
  sorted.reserve(found.positions.size());
  for (const std::uint32_t place : sortedPositions(levels, matching.size(), collationOf(call))) {
    sorted.push_back(found.positions[place]);
  }
  found.positions = std::move(sorted);
  return {};
}

}  // namespace

Result<Value> query(vm::Call& call) {
  auto found = search(call);
  if (!found) return std::unexpected(found.error());
  if (!found->query.order().empty()) {
    if (auto sorted = order(call, *found); !sorted) return std::unexpected(sorted.error());
  }
  std::vector<Value> result;
  result.reserve(found->positions.size());
  for (const std::uint32_t position : found->positions) result.push_back(found->elements[position]);
  return likeReceiver(call, std::move(result));
}

Result<Value> indices(vm::Call& call) {
  const auto found = search(call);
  if (!found) return std::unexpected(found.error());
  std::vector<Value> result;
  result.reserve(found->positions.size());
  for (const std::uint32_t position : found->positions) result.push_back(Value::real(position));
  return plainResult(call.process(), std::move(result));
}

}  // namespace qodly::script::library::collection
