#include "rest/parameters.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace qodly::rest {

namespace {

constexpr std::array<std::string_view, 1> atOnce{"$atonce"};
constexpr std::array<std::string_view, 1> logicOperatorSynonym{"$operator"};
constexpr std::span<const std::string_view> none;

using enum ParameterType;

constexpr std::array<ParameterDefinition, 35> table{{
    {Parameter::filter, "$filter", none, text, "R S F, delete",
     "Query string that the entities must satisfy; may use :1 ... :n."},
    {Parameter::params, "$params", none, json, "with $filter; GET function calls",
     "JSON array of values for the placeholders, or of arguments."},
    {Parameter::orderby, "$orderby", none, list, "R S F", "Sort: path [ASC|DESC], ..."},
    {Parameter::attributes, "$attributes", none, list, "R E S, update answer", "Attribute paths to return, or *."},
    {Parameter::expand, "$expand", none, list, "R E S, update answer",
     "Relations to send in place of their links; media to send as content."},
    {Parameter::skip, "$skip", none, integer, "R S distinct", "Number of entities to pass over; default 0."},
    {Parameter::top, "$top", none, integer, "R S distinct", "Number of entities to return; default 100."},
    {Parameter::limit, "$limit", none, integer, "R S distinct", "Synonym of $top, which wins."},
    {Parameter::method, "$method", none, text, "all", "delete, entityset, release, subentityset, update, validate."},
    {Parameter::subOrderby, "$subOrderby", none, list, "subentityset", "Sort of the related entities."},
    {Parameter::timeout, "$timeout", none, integer, "entityset, access to a set, $upload",
     "Life in seconds since the last access; default 7200, upload 120."},
    {Parameter::savedFilter, "$savedfilter", none, text, "entity sets",
     "Filter that recreates an expired entity set; true = same as $filter."},
    {Parameter::savedOrderby, "$savedorderby", none, text, "entity sets",
     "Sort that recreates an expired entity set; true = same as $orderby."},
    {Parameter::clean, "$clean", none, flag, "S", "Leaves out the placeholders of deleted entities."},
    {Parameter::logicOperator, "$logicOperator", logicOperatorSynonym, text, "S",
     "AND, OR, EXCEPT or INTERSECT with $otherCollection."},
    {Parameter::otherCollection, "$otherCollection", none, text, "S", "Id of the second entity set."},
    {Parameter::asArray, "$asArray", none, flag, "R S", "Array of flat entities without envelope."},
    {Parameter::distinct, "$distinct", none, flag, "one attribute", "Distinct values of the attribute."},
    {Parameter::compute, "$compute", none, text, "one or more attributes", "$all, average, count, min, max or sum."},
    {Parameter::format, "$format", none, text, "R S", "json or looker."},
    {Parameter::imageFormat, "$imageformat", none, text, "image", "best, an extension or a MIME type."},
    {Parameter::binary, "$binary", none, flag, "blob; $upload", "Content as an attachment; upload of any file."},
    {Parameter::version, "$version", none, integer, "image, blob", "Stamp of the entity, against outdated caches."},
    {Parameter::lock, "$lock", none, flag, "E", "true locks the entity for the session, false unlocks it."},
    {Parameter::atomic, "$atomic", atOnce, flag, "update, delete", "All or nothing, in one transaction."},
    {Parameter::refresh, "$refresh", none, flag, "update", "Computes and answers without saving."},
    {Parameter::queryPlan, "$queryplan", none, flag, "R S with filter", "Adds the plan of the query."},
    {Parameter::queryPath, "$querypath", none, flag, "R S with filter", "Adds what the query did."},
    {Parameter::rawPict, "$rawPict", none, text, "$upload, direct picture upload",
     "true or the MIME type of the picture in the body."},
    {Parameter::emMethod, "$emMethod", none, text, "related selection", "Function to call on the related selection."},
    {Parameter::name, "$name", none, text, "$getWebForm", "Name of a page."},
    {Parameter::client, "$client", none, text, "$changes", "Name that the client of live updates gave itself."},
    {Parameter::poll, "$poll", none, flag, "$changes", "Answers the messages since the last request."},
    {Parameter::width, "$width", none, integer, "image", "Scales down to at most this width in pixels (4096 at most)."},
    {Parameter::height, "$height", none, integer, "image", "Scales down to at most this height in pixels."},
}};

bool names(const ParameterDefinition& definition, std::string_view name) {
  return equalsIgnoringAsciiCase(definition.name, name) ||
         std::ranges::any_of(definition.synonyms,
                             [&](std::string_view synonym) { return equalsIgnoringAsciiCase(synonym, name); });
}

// Bytes that are no UTF-8 become U+FFFD: what a parameter says comes back in errors and plans.
std::string decoded(std::string_view raw) {
  std::string text = raw.contains('%') ? percentDecode(raw) : std::string(raw);
  return isValidUtf8(text) ? text : repairUtf8(text);
}

// One pair of enclosing quotes of the same kind.
std::string_view withoutQuotes(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    return value.substr(1, value.size() - 2);
  }
  return value;
}

}  // namespace

std::span<const ParameterDefinition> parameterTable() { return table; }

Parameters Parameters::parse(std::string_view query) {
  Parameters result;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));

    const std::size_t equals = item.find('=');
    const std::string nameText = decoded(item.substr(0, equals));
    std::string_view name = trim(nameText);
    while (name.starts_with('?')) name = trim(name.substr(1));
    if (!name.starts_with('$')) continue;
    const auto* definition = std::ranges::find_if(table, [&](const auto& candidate) { return names(candidate, name); });
    if (definition == table.end()) continue;

    const std::string value = equals == std::string_view::npos ? std::string() : decoded(item.substr(equals + 1));
    std::string text(withoutQuotes(trim(value)));
    const auto known = std::ranges::find(result.values_, definition->id, &std::pair<Parameter, std::string>::first);
    if (known == result.values_.end()) {
      result.values_.emplace_back(definition->id, std::move(text));
    } else {
      known->second = std::move(text);
    }
  }
  return result;
}

const std::string* Parameters::find(Parameter id) const {
  for (const auto& [known, value] : values_) {
    if (known == id) return &value;
  }
  return nullptr;
}

std::string_view Parameters::text(Parameter id) const {
  const std::string* value = find(id);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

std::optional<std::string_view> Parameters::given(Parameter id) const {
  const std::string* value = find(id);
  if (value == nullptr) return std::nullopt;
  return std::string_view(*value);
}

bool Parameters::flag(Parameter id) const {
  const std::string* value = find(id);
  return value != nullptr && isOn(*value);
}

std::optional<std::uint64_t> Parameters::integer(Parameter id) const {
  const std::string* value = find(id);
  if (value == nullptr || value->empty() || !std::ranges::all_of(*value, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const auto number = parseInteger(*value);
  // More digits than 64 bits hold: as large as can be.
  return number ? static_cast<std::uint64_t>(*number) : std::uint64_t{INT64_MAX};
}

std::optional<std::uint64_t> Parameters::top() const {
  const auto top = integer(Parameter::top);
  return top ? top : integer(Parameter::limit);
}

bool isOn(std::string_view value) { return value.empty() || equalsIgnoringAsciiCase(value, "true"); }

}  // namespace qodly::rest
