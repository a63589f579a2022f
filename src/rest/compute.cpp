#include "rest/compute.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "orda/scripted_plan.h"
#include "query/syntax.h"
#include "rest/attributes_filter.h"
#include "rest/errors.h"
#include "rest/filter.h"
#include "rest/scalar_json.h"

namespace qodly::rest {

namespace {

struct NamedPath {
  std::string_view name;
  query::BoundPath path;
};

std::vector<std::string_view> requestedNames(const Call& call, const Source& source) {
  std::vector<std::string_view> names;
  for (const std::string_view list : source.lists) {
    for (const std::string_view name : listItems(list)) names.push_back(name);
  }
  for (const std::string_view name : listItems(call.parameters.text(Parameter::attributes))) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

Result<NamedPath> bindName(const Call& call, std::uint32_t dataClass, std::string_view name) {
  const auto path = query::parsePath(name);
  if (!path) return std::unexpected(attributeNotFound(name, call.model().classes[dataClass].name));
  if (auto unknown = unknownStep(call.model(), dataClass, *path)) return std::unexpected(*unknown);
  auto bound = query::bindPath(*path, call.model(), dataClass, true);
  if (!bound) return std::unexpected(attributeNotFound(name, call.model().classes[dataClass].name));
  if (std::ranges::any_of(bound->hops, &query::Hop::toMany) || bound->attribute.attribute == model::noIndex) {
    return std::unexpected(malformed(fmt::format(
        "\"{}\" leads to several entities: expected a storage attribute, or a path through related entities", name)));
  }
  if (auto named = demandSteps(call, dataClass, *path); !named) return std::unexpected(named.error());
  if (auto readable = demandReadable(call, dataClass, *bound); !readable) return std::unexpected(readable.error());
  return NamedPath{.name = name, .path = std::move(*bound)};
}

bool isCalculated(const Call& call, const NamedPath& named) {
  const auto& end = named.path.attribute;
  return call.model().classes[end.dataClass].attributes[end.attribute].isCalculated();
}

// What may be computed of a value, by its type (rest.md 10.11).
enum class Domain : std::uint8_t { number, text, date, other, any };

Domain domainOf(const Call& call, const NamedPath& named) {
  if (!named.path.attribute.object.empty()) return Domain::any;
  const auto& end = named.path.attribute;
  const auto& attribute = call.model().classes[end.dataClass].attributes[end.attribute];
  if (model::isNumeric(attribute.type)) return Domain::number;
  switch (attribute.type) {
    case model::AttributeType::duration:
      return Domain::number;
    case model::AttributeType::string:
    case model::AttributeType::text:
    case model::AttributeType::uuid:
      return Domain::text;
    case model::AttributeType::date:
      return Domain::date;
    default:
      return Domain::other;
  }
}

enum class Keyword : std::uint8_t { count, sum, average, min, max };

struct KeywordRow {
  std::string_view name;
  Keyword keyword;
  std::uint8_t domains;  // bit = Domain
};

constexpr std::uint8_t bit(Domain domain) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(domain)); }
constexpr std::uint8_t numbers = bit(Domain::number) | bit(Domain::any);
constexpr std::uint8_t ordered = numbers | bit(Domain::text) | bit(Domain::date);
constexpr std::uint8_t everything = ordered | bit(Domain::other);

// In the order of $compute=$all.
constexpr std::array keywords{
    KeywordRow{"count", Keyword::count, everything},  KeywordRow{"sum", Keyword::sum, numbers},
    KeywordRow{"average", Keyword::average, numbers}, KeywordRow{"min", Keyword::min, ordered},
    KeywordRow{"max", Keyword::max, ordered},
};

// Dates as instants at midnight UTC, even those without time.
void appendExtreme(const Value& value, std::string& out) {
  if (value.type() != Type::date) {
    appendValue(value, out);
    return;
  }
  out += '"';
  appendDate(value.asDate(), out);
  out += "T00:00:00.000Z\"";
}

void appendResult(Keyword keyword, const orda::Aggregate& aggregate, std::string& out) {
  switch (keyword) {
    case Keyword::count:
      json::appendNumber(static_cast<std::int64_t>(aggregate.count), out);
      return;
    case Keyword::sum:
      json::appendNumber(aggregate.sum, out);
      return;
    case Keyword::average:
      if (aggregate.numbers == 0) {
        out += "null";
      } else {
        json::appendNumber(aggregate.sum / static_cast<double>(aggregate.numbers), out);
      }
      return;
    case Keyword::min:
      appendExtreme(aggregate.minimum, out);
      return;
    case Keyword::max:
      appendExtreme(aggregate.maximum, out);
      return;
  }
}

// $skip and $top restrict the source only when they are given.
orda::RecordSet restricted(const Call& call, const orda::RecordSet& members) {
  if (!call.parameters.integer(Parameter::skip) && !call.parameters.top()) return members;
  return orda::RecordSet::ordered(members.slice(call.parameters.integer(Parameter::skip).value_or(0),
                                                call.parameters.top().value_or(members.size())));
}

// Pictures, blobs and relations are not compared.
bool hasValues(const Call& call, const NamedPath& named) {
  const auto& end = named.path.attribute;
  const auto& attribute = call.model().classes[end.dataClass].attributes[end.attribute];
  return attribute.relatedClass == model::noIndex && attribute.type != model::AttributeType::image &&
         attribute.type != model::AttributeType::blob;
}

// Values that are no scalars: the engine does not look into them, a query knows which there are.
bool isCounted(const Call& call, const NamedPath& named) {
  const auto& end = named.path.attribute;
  const auto type = call.model().classes[end.dataClass].attributes[end.attribute].type;
  return end.object.empty() && !isCalculated(call, named) &&
         (type == model::AttributeType::object || !hasValues(call, named));
}

Result<> appendCount(Call& call, const NamedPath& named, bool alone, const Source& source,
                     const orda::RecordSet& members, std::string& out) {
  const auto found = applyFilter(call, source.dataClass, &members, fmt::format("{} != null", named.name), {});
  if (!found) return std::unexpected(found.error());
  const auto count = static_cast<std::int64_t>((*found)->members().size());
  out += fmt::format(fmt::runtime(alone ? "{}" : R"({{"count":{}}})"), count);
  return {};
}

Result<> appendComputation(Call& call, const NamedPath& named, const KeywordRow* wanted, const Source& source,
                           const orda::RecordSet& members, std::string& out) {
  const std::uint8_t domain = bit(domainOf(call, named));
  if (wanted != nullptr && (wanted->domains & domain) == 0) {
    return std::unexpected(malformed(
        fmt::format("$compute={} cannot be applied to the type of the attribute \"{}\"", wanted->name, named.name)));
  }
  if (isCounted(call, named)) return appendCount(call, named, wanted != nullptr, source, members, out);
  const auto aggregate =
      isCalculated(call, named)
          ? orda::aggregateScripted(orda::DataClass(call.process(), call.schema, source.dataClass), members, named.path)
          : call.engine().aggregate(named.path, source.dataClass, members, call.overlay());
  if (!aggregate) return std::unexpected(aggregate.error());
  if (wanted != nullptr) {
    appendResult(wanted->keyword, *aggregate, out);
    return {};
  }
  char separator = '{';
  for (const KeywordRow& row : keywords) {
    if ((row.domains & domain) == 0) continue;
    out += separator;
    separator = ',';
    json::appendString(row.name, out);
    out += ':';
    appendResult(row.keyword, *aggregate, out);
  }
  out += '}';
  return {};
}

bool isDescending(const Call& call, std::string_view name) {
  const auto order = query::parseOrder(filterText(call.parameters.text(Parameter::orderby)));
  if (!order || order->empty() || !order->front().descending) return false;
  const auto* path = std::get_if<query::Path>(&order->front().path);
  if (path == nullptr) return false;
  return query::pathText(*path) == name;
}

}  // namespace

Result<> answerDistinct(Call& call, const Source& source) {
  const auto names = requestedNames(call, source);
  if (names.size() != 1) {
    return std::unexpected(malformed(fmt::format("$distinct takes exactly one attribute, got {}", names.size())));
  }
  const auto named = bindName(call, source.dataClass, names.front());
  if (!named) return std::unexpected(named.error());
  if (!hasValues(call, *named)) {
    return std::unexpected(malformed(fmt::format("$distinct: the values of \"{}\" cannot be compared", named->name)));
  }
  auto values = isCalculated(call, *named)
                    ? orda::distinctScripted(orda::DataClass(call.process(), call.schema, source.dataClass),
                                             source.members, named->path, false)
                    : call.engine().distinct(named->path, source.dataClass, source.members, false, call.overlay());
  if (!values) return std::unexpected(values.error());
  if (isDescending(call, named->name)) std::ranges::reverse(*values);
  const std::size_t first =
      std::min<std::uint64_t>(call.parameters.integer(Parameter::skip).value_or(0), values->size());
  const std::size_t count =
      std::min<std::uint64_t>(call.parameters.top().value_or(values->size()), values->size() - first);
  std::string& out = call.json();
  out += '[';
  for (std::size_t i = first; i < first + count; ++i) {
    if (i != first) out += ',';
    appendValue((*values)[i].value, out);
  }
  out += ']';
  return {};
}

Result<> answerCompute(Call& call, const Source& source) {
  const std::string_view keyword = call.parameters.text(Parameter::compute);
  const bool all = keyword == "$all";
  const auto* wanted = std::ranges::find_if(keywords, [&](const KeywordRow& row) { return row.name == keyword; });
  if (!all && wanted == keywords.end()) {
    return std::unexpected(
        malformed(fmt::format("Unknown $compute \"{}\": expected $all, average, count, min, max or sum", keyword)));
  }
  const auto names = requestedNames(call, source);
  if (names.empty()) return std::unexpected(malformed("$compute needs an attribute in the path or in $attributes"));
  const orda::RecordSet members = restricted(call, source.members);
  std::string out;
  const bool named = all || names.size() > 1;
  if (named) out += '{';
  for (const std::string_view name : names) {
    const auto bound = bindName(call, source.dataClass, name);
    if (!bound) return std::unexpected(bound.error());
    if (name != names.front()) out += ',';
    if (named) {
      json::appendString(name, out);
      out += ':';
    }
    if (auto done = appendComputation(call, *bound, all ? nullptr : wanted, source, members, out); !done) return done;
  }
  if (named) out += '}';
  call.json() += out;
  return {};
}

}  // namespace qodly::rest
