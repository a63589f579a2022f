#include "rest/filter.h"

#include <fmt/format.h>

#include "base/error_codes.h"
#include "orda/calculated.h"
#include "orda/scripted_plan.h"
#include "query/syntax.h"
#include "rest/errors.h"
#include "rest/exposure.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string result;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
    result += text.substr(0, at);
    result += with;
    text.remove_prefix(at + what.size());
  }
  result += text;
  return result;
}

// The query language names an unknown attribute by its own code; REST answers as for any other attribute list.
Error inWordsOfRest(const Error& error) {
  const auto unknown = query::unknownAttribute(error);
  return unknown ? attributeNotFound(unknown->attribute, unknown->dataClass) : error;
}

// The rights of the attributes that a filter names. What they lead to is asked by the query itself; an alias is gone
// then.
Result<> demandNamed(const Call& call, std::uint32_t dataClass, const query::SyntaxNode& node) {
  for (const query::SyntaxNode& child : node.children) {
    if (auto allowed = demandNamed(call, dataClass, child); !allowed) return allowed;
  }
  const auto* path = std::get_if<query::Path>(&node.left);
  const bool compares = node.kind == query::SyntaxNode::Kind::comparison && path != nullptr;
  return compares ? demandSteps(call, dataClass, *path) : Result<>();
}

Result<> demandNamed(const Call& call, std::uint32_t dataClass, std::string_view filter) {
  if (!call.rights.access) return {};
  const auto syntax = query::parse(filter, {.rest = true});
  return syntax && syntax->criteria ? demandNamed(call, dataClass, *syntax->criteria) : Result<>();
}

}  // namespace

std::string filterText(std::string_view parameter) {
  if (!parameter.contains('\\')) return std::string(parameter);
  return replaced(replaced(parameter, "\\u0027", "'"), "\\u0022", "\"");
}

Result<query::Parameters> filterParameters(std::string_view params) {
  query::Parameters parameters;
  parameters.allowFormulas = false;
  parameters.exposedOnly = true;
  if (params.empty()) return parameters;
  auto values = json::parse(params);
  if (!values || !values->isCollection()) {
    return std::unexpected(malformed(fmt::format("$params must be a JSON array, got: {}", params)));
  }
  parameters.values = values->asCollection().elements();
  return parameters;
}

Result<orda::SelectionRef> applyFilter(Call& call, std::uint32_t dataClass, const orda::RecordSet* within,
                                       std::string_view filter, std::string_view params, PlanRequest plans) {
  auto parameters = filterParameters(params);
  if (!parameters) return std::unexpected(parameters.error());
  orda::QueryOptions options;
  options.parameters = std::move(*parameters);
  options.queryPlan = plans.plan;
  options.queryPath = plans.path;
  options.rest = true;
  const std::string text = filterText(filter);
  if (auto allowed = demandNamed(call, dataClass, text); !allowed) return std::unexpected(allowed.error());
  const orda::DataClass source(call.process(), call.schema, dataClass);
  auto found = within == nullptr ? source.query(text, options) : source.select(*within)->query(text, options);
  if (!found) return std::unexpected(inWordsOfRest(found.error()));
  return found;
}

Result<orda::RecordSet> applyOrder(Call& call, std::uint32_t dataClass, const orda::RecordSet& members,
                                   std::string_view order) {
  const std::string text = filterText(order);
  auto syntax = query::parseOrder(text);
  if (!syntax) return std::unexpected(syntax.error());
  for (const query::SyntaxSortKey& key : *syntax) {
    const auto* path = std::get_if<query::Path>(&key.path);
    if (path == nullptr) continue;
    if (auto allowed = demandSteps(call, dataClass, *path); !allowed) return std::unexpected(allowed.error());
  }
  query::Parameters parameters;
  parameters.allowFormulas = false;
  parameters.exposedOnly = true;
  orda::ProcessCalculations calculations(call.process(), call.schema);
  if (call.process().behaviour() != nullptr) parameters.calculations = &calculations;
  auto keys = query::bindOrder(*syntax, call.model(), dataClass, parameters);
  if (!keys) return std::unexpected(inWordsOfRest(keys.error()));
  if (call.rights.access) {
    auto readable = orda::demandReadable(*call.rights.access, dataClass, *keys);
    if (!readable) return std::unexpected(readable.error());
  }
  if (orda::needsScripts(*keys)) {
    return orda::sortScripted(orda::DataClass(call.process(), call.schema, dataClass), members, *keys);
  }
  return call.engine().sort(dataClass, members, *keys, call.overlay());
}

std::optional<Error> unknownStep(const model::Model& model, std::uint32_t dataClass, const query::Path& path) {
  const std::uint32_t root = dataClass;
  for (const query::PathStep& step : path) {
    const std::uint32_t index = visibleAttribute(model, dataClass, step.name);
    if (index == model::noIndex) {
      return attributeNotFound(step.name, model.classes[dataClass].name, pathText(path), model.classes[root].name);
    }
    const auto target = targetOf(model, dataClass, index);
    if (!target || !target->in(model).isRelation()) return std::nullopt;
    dataClass = target->in(model).relatedClass;
  }
  return std::nullopt;
}

}  // namespace qodly::rest
