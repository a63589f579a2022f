// Placeholders and literals of a query replaced by their values (query.md 10).
#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "query/bind_parts.h"

namespace qodly::query {

namespace {

constexpr std::size_t maximumPlaceholders = 128;

// The member that a dotted name leads to; nullptr when there is none.
const Value* walk(const Value& root, std::string_view dottedName) {
  const Value* value = &root;
  for (const std::string_view name : split(dottedName, '.')) {
    if (!value->isObject()) return nullptr;
    value = value->asObject().find(name);
    if (value == nullptr) return nullptr;
  }
  return value;
}

const Value* indexedValue(std::uint32_t index, const Parameters& parameters) {
  if (index == 0 || index > maximumPlaceholders) return nullptr;
  if (index <= parameters.values.size()) return &parameters.values[index - 1];
  if (!parameters.parameters.isCollection()) return nullptr;
  const std::vector<Value>& elements = parameters.parameters.asCollection().elements();
  return index <= elements.size() ? &elements[index - 1] : nullptr;
}

Error missing(const Placeholder& placeholder, std::uint32_t position, std::string_view source) {
  return atPosition(code::queryPlaceholderMissing, position,
                    placeholder.indexed
                        ? fmt::format("No value is given for the placeholder :{}", placeholder.name)
                        : fmt::format("No value is given for the placeholder :{} in {}", placeholder.name, source));
}

Element elementOf(const Literal& literal) { return {literal.value, true, literal.spelling}; }

// A time that a collection or object kept as a number is that time again (query.md 5).
Element elementOf(const Value& value) {
  if (!value.isMarkedTime()) return {value, false, {}};
  return {Value::time({static_cast<std::int64_t>(value.asReal())}), false, {}};
}

}  // namespace

Error atPosition(int code, std::uint32_t position, std::string_view message) {
  return Error(code, "dbmg", fmt::format("{} (position {} of the query)", message, position + 1))
      .at({{}, 1, position + 1});
}

Result<Value> placeholderValue(const Placeholder& placeholder, const Parameters& parameters, std::uint32_t position) {
  const Value* value =
      placeholder.indexed ? indexedValue(placeholder.index, parameters) : walk(parameters.parameters, placeholder.name);
  if (value != nullptr) return *value;
  return std::unexpected(missing(placeholder, position, "the parameters of the query"));
}

Result<Path> pathOf(const std::variant<Path, Placeholder>& path, const Parameters& parameters, std::uint32_t position) {
  if (const auto* written = std::get_if<Path>(&path)) return *written;
  const Placeholder& placeholder = std::get<Placeholder>(path);
  const Value* content =
      placeholder.indexed ? indexedValue(placeholder.index, parameters) : walk(parameters.attributes, placeholder.name);
  if (content == nullptr) return std::unexpected(missing(placeholder, position, "the attributes of the query"));
  const auto wrong = [&](std::string_view why) {
    return std::unexpected(atPosition(
        code::queryUnknownAttribute, position,
        fmt::format("The placeholder :{} stands for an attribute, so it must hold a path or a collection of names: {}",
                    placeholder.name, why)));
  };
  if (content->isText()) {
    auto parsed = parseLoosePath(content->asText());
    if (!parsed) return wrong(parsed.error().message());
    return parsed;
  }
  if (!content->isCollection()) return wrong(fmt::format("it holds {}", name(content->type())));
  const std::vector<Value>& levels = content->asCollection().elements();
  if (levels.empty() || levels.size() > maximumPathSteps) return wrong("the collection is empty or too long");
  Path steps;
  for (const Value& level : levels) {
    if (!level.isText()) return wrong(fmt::format("the collection holds {}", name(level.type())));
    auto step = parseLooseStep(level.asText());
    if (!step) return wrong(step.error().message());
    steps.push_back(std::move(*step));
  }
  return steps;
}

Result<Values> valuesOf(const SyntaxNode& comparison, const Parameters& parameters) {
  Values values;
  if (const auto* literal = std::get_if<Literal>(&comparison.right)) {
    values.single = elementOf(*literal);
    values.nullLiteral = literal->value.isNull();
    return values;
  }
  if (const auto* placeholder = std::get_if<Placeholder>(&comparison.right)) {
    auto value = placeholderValue(*placeholder, parameters, comparison.position);
    if (!value) return std::unexpected(value.error());
    values.isList = value->isCollection();
    if (values.isList) {
      for (const Value& element : value->asCollection().elements()) values.list.push_back(elementOf(element));
    }
    values.single = elementOf(*value);
    return values;
  }
  values.isList = true;
  for (const auto& element : std::get<2>(comparison.right)) {
    if (const auto* literal = std::get_if<Literal>(&element)) {
      values.list.push_back(elementOf(*literal));
      continue;
    }
    auto value = placeholderValue(std::get<Placeholder>(element), parameters, comparison.position);
    if (!value) return std::unexpected(value.error());
    values.list.push_back(elementOf(*value));
  }
  return values;
}

}  // namespace qodly::query
