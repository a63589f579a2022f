// Queries and attribute paths that are written as texts: ds.Employee.query("nmae = :1"), selection.orderBy("age desc").
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "query/syntax.h"
#include "script/check/body_check.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

enum class TextSort : std::uint8_t { query, order, path, filter, names, properties };

struct TextRow {
  std::string_view function;
  TextSort sort;
  std::size_t place = 0;  // of the argument
};
constexpr auto rows = std::to_array<TextRow>({{"query", TextSort::query},
                                              {"orderBy", TextSort::order},
                                              {"extract", TextSort::path},
                                              {"distinct", TextSort::path},
                                              {"distinctPaths", TextSort::path},
                                              {"sum", TextSort::path},
                                              {"average", TextSort::path},
                                              {"min", TextSort::path},
                                              {"max", TextSort::path},
                                              {"count", TextSort::path},
                                              {"toObject", TextSort::filter},
                                              {"toCollection", TextSort::filter},
                                              {"diff", TextSort::names, 1},
                                              {"fromObject", TextSort::properties},
                                              {"fromCollection", TextSort::properties}});

// The paths of toObject("name, company.*"): `*` stands for what is there anyway.
std::vector<query::Path> filterPaths(std::string_view text) {
  std::vector<query::Path> paths;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(",;");
    std::string_view one = trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (one.ends_with("*")) one.remove_suffix(one.ends_with(".*") ? 2 : 1);
    if (auto read = query::parsePath(one); read && !one.empty()) paths.push_back(std::move(*read));
  }
  return paths;
}

// Every path of a query's criteria.
void gather(const query::SyntaxNode& node, std::vector<query::Path>& paths) {
  if (node.kind == query::SyntaxNode::Kind::comparison) {
    if (const auto* path = std::get_if<query::Path>(&node.left)) paths.push_back(*path);
  }
  for (const query::SyntaxNode& each : node.children) gather(each, paths);
}

void gather(const std::vector<query::SyntaxSortKey>& keys, std::vector<query::Path>& paths) {
  for (const query::SyntaxSortKey& each : keys) {
    if (const auto* path = std::get_if<query::Path>(&each.path)) paths.push_back(*path);
  }
}

Result<std::vector<query::Path>> pathsOf(TextSort sort, std::string_view text) {
  std::vector<query::Path> paths;
  if (sort == TextSort::query) {
    const auto read = query::parse(text);
    if (!read) return std::unexpected(read.error());
    if (read->criteria) gather(*read->criteria, paths);
    gather(read->order, paths);
  } else if (sort == TextSort::order) {
    const auto read = query::parseOrder(text);
    if (!read) return std::unexpected(read.error());
    gather(*read, paths);
  } else if (sort == TextSort::filter) {
    paths = filterPaths(text);
  } else {
    const auto read = query::parsePath(text);
    if (!read) return std::unexpected(read.error());
    paths.push_back(*read);
  }
  return paths;
}

// A text that tells which attributes are meant, and the expression it stands in.
struct AttributeText {
  std::string_view text;
  Position where;
};

void gather(const Expression& argument, TextSort sort, std::vector<AttributeText>& texts) {
  if (const auto* text = std::get_if<TextLiteral>(&argument.node)) {
    if (sort != TextSort::properties && !text->value.empty()) texts.push_back({text->value, argument.where});
  } else if (const auto* list = std::get_if<CollectionLiteral>(&argument.node)) {
    for (const Expression* each : list->elements) gather(*each, sort, texts);
  } else if (const auto* object = std::get_if<ObjectLiteral>(&argument.node)) {
    for (const ObjectPair& each : object->pairs) {
      const auto* path = std::get_if<TextLiteral>(&each.value->node);
      if (sort == TextSort::properties && !each.key.starts_with("__")) texts.push_back({each.key, each.where});
      if (sort == TextSort::order && each.key == "propertyPath" && path != nullptr)
        texts.push_back({path->value, each.value->where});
    }
  }
}

// extract(path, target, path, target...): every second argument.
std::size_t stepOf(std::string_view function, const Call& node) {
  const bool pairs = function == "extract" && node.arguments.size() > 1 &&
                     std::holds_alternative<TextLiteral>(node.arguments[1]->node);
  return pairs ? 2 : node.arguments.size();
}

}  // namespace

void BodyCheck::checkQuery(std::string_view function, const CheckType& object, const Call& node) {
  if (!object.is(Kind::dataClass) && !object.is(Kind::selection) && !object.is(Kind::entity)) return;
  const auto row = std::ranges::find(rows, function, &TextRow::function);
  const model::DataClass* dataClass = knowledge_.dataClass(object.name);
  if (row == rows.end() || dataClass == nullptr || functionOf(object, function) != nullptr) return;
  std::vector<AttributeText> texts;
  for (std::size_t i = row->place; i < node.arguments.size(); i += stepOf(function, node)) {
    gather(*node.arguments[i], row->sort, texts);
  }
  for (const AttributeText& each : texts) {
    const auto paths = pathsOf(row->sort, each.text);
    if (!paths) {
      findings_.warn(each.where, "query-syntax", paths.error().message());
      continue;
    }
    for (const query::Path& path : *paths) checkPath(path, *dataClass, each.where);
  }
}

// Follows the path as far as the model tells: relations, then an attribute. Objects, calculated attributes and aliases
// end it.
void BodyCheck::checkPath(const query::Path& path, const model::DataClass& first, Position where) {
  const model::DataClass* at = &first;
  for (const query::PathStep& step : path) {
    const model::Attribute* attribute = at->find(step.name);
    if (attribute == nullptr) {
      const ClassHeader* header = knowledge_.userClass(at->name + "Entity");
      if (header != nullptr && (header->getters.contains(step.name) || header->setters.contains(step.name) ||
                                header->aliases.contains(step.name)))
        return;
      std::vector<std::string_view> known;
      for (const model::Attribute& each : at->attributes) known.push_back(each.name);
      const std::string_view meant = nearest(step.name, known);
      findings_.warn(where, "unknown-attribute",
                     fmt::format("'{}' is no attribute of {}{}", step.name, at->name,
                                 meant.empty() ? "." : fmt::format("; did you mean '{}'?", meant)));
      return;
    }
    if (!attribute->isRelation() || attribute->relatedClass == model::noIndex) return;
    at = &knowledge_.model()->classes[attribute->relatedClass];
  }
}

}  // namespace qodly::script::check
