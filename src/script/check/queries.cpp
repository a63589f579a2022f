// Queries and attribute paths that are written as texts: ds.Employee.query("nmae = :1"), selection.orderBy("age desc").
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "query/syntax.h"
#include "script/check/body_check.h"

namespace qodly::script::check {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

enum class TextSort : std::uint8_t { query, order, path };

struct TextRow {
  std::string_view function;
  TextSort sort;
};
constexpr auto rows = std::to_array<TextRow>({{"query", TextSort::query},
                                              {"orderBy", TextSort::order},
                                              {"extract", TextSort::path},
                                              {"distinct", TextSort::path},
                                              {"sum", TextSort::path},
                                              {"average", TextSort::path},
                                              {"min", TextSort::path},
                                              {"max", TextSort::path},
                                              {"count", TextSort::path}});

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
  } else {
    const auto read = query::parsePath(text);
    if (!read) return std::unexpected(read.error());
    paths.push_back(*read);
  }
  return paths;
}

}  // namespace

void BodyCheck::checkQuery(std::string_view function, const CheckType& object, const Call& node) {
  if ((!object.is(Kind::dataClass) && !object.is(Kind::selection)) || node.arguments.empty()) return;
  const auto row = std::ranges::find(rows, function, &TextRow::function);
  const auto* text = std::get_if<TextLiteral>(&node.arguments[0]->node);
  const model::DataClass* dataClass = knowledge_.dataClass(object.name);
  if (row == rows.end() || text == nullptr || text->value.empty() || dataClass == nullptr) return;
  const auto paths = pathsOf(row->sort, text->value);
  const Position where = node.arguments[0]->where;
  if (!paths) {
    findings_.warn(where, "query-syntax", paths.error().message());
    return;
  }
  for (const query::Path& each : *paths) checkPath(each, *dataClass, where);
}

// Follows the path as far as the model tells: relations, then an attribute. Objects, calculated attributes and aliases
// end it.
void BodyCheck::checkPath(const query::Path& path, const model::DataClass& first, Position where) {
  const model::DataClass* at = &first;
  for (const query::PathStep& step : path) {
    const model::Attribute* attribute = at->find(step.name);
    if (attribute == nullptr) {
      const ClassHeader* header = knowledge_.userClass(at->name + "Entity");
      if (header != nullptr && (header->getters.contains(step.name) || header->aliases.contains(step.name))) return;
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
