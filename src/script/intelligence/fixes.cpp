#include "script/intelligence/fixes.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "script/compile/scope.h"
#include "script/intelligence/body_types.h"
#include "script/syntax/deep_stack.h"
#include "script/syntax/parser.h"

namespace qodly::script::intelligence {

using namespace syntax;
using Kind = CheckType::Kind;

namespace {

std::string_view wordAt(std::string_view text, std::uint32_t offset) {
  return offset < text.size() ? text.substr(offset, nameLength(text, offset)) : std::string_view();
}

// As a declaration writes it; "" when the type cannot be declared.
std::string declarable(const CheckType& type) {
  switch (type.kind) {
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::text:
      return "text";
    case Kind::date:
      return "date";
    case Kind::time:
      return "time";
    case Kind::collection:
      return "collection";
    case Kind::object:
      return "object";
    case Kind::entity:
      return "cs." + type.name + "Entity";
    case Kind::selection:
      return "cs." + type.name + "Selection";
    case Kind::instance:
      return "cs." + type.name;
    case Kind::native:
      return "4D." + type.name;
    default:
      return {};
  }
}

std::uint32_t lineBegin(std::string_view text, std::uint32_t offset) {
  const auto before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return before == std::string_view::npos ? 0 : static_cast<std::uint32_t>(before + 1);
}

// `var name : type` above the first statement of the function.
std::optional<Fix> declaration(Workspace& workspace, const Document& document, const Diagnostic& diagnostic) {
  const auto functions = functionsOf(*document.tree);
  const auto number = functionAt(functions, diagnostic.where.offset);
  const std::string_view text = document.text;
  const std::string_view name = wordAt(text, diagnostic.where.offset);
  if (!number || name.empty()) return std::nullopt;
  const Statement* first = nullptr;
  for (const Statement* each : functions[*number]->body) {
    if (first == nullptr && !std::holds_alternative<MethodInterface>(each->node)) first = each;
  }
  if (first == nullptr) return std::nullopt;
  std::string type;
  onDeepStack(document.tree->nesting, [&] {
    const std::string className = document.unit == UnitKind::classFile ? document.name : std::string();
    const BodyTypes types(workspace.knowledge(), className, functions[*number]);
    const auto variable = types.variables().find(compile::Scope::key(name, false));
    if (variable != types.variables().end()) type = declarable(variable->second.type);
  });
  const std::uint32_t at = lineBegin(text, first->where.offset);
  const std::string indent(text.substr(at, first->where.offset - at));
  if (indent.find_first_not_of(" \t") != std::string::npos) return std::nullopt;
  return Fix{.title = fmt::format("Declare '{}'", name),
             .diagnostic = diagnostic,
             .begin = at,
             .end = at,
             .text = fmt::format("{}var {}{}{}\n", indent, name, type.empty() ? "" : " : ", type)};
}

// "...; did you mean 'other'?"
std::optional<Fix> replacement(const Document& document, const Diagnostic& diagnostic) {
  constexpr std::string_view question = "did you mean '";
  const auto begin = diagnostic.message.find(question);
  if (begin == std::string::npos) return std::nullopt;
  const auto end = diagnostic.message.find('\'', begin + question.size());
  if (end == std::string::npos) return std::nullopt;
  const std::string meant = diagnostic.message.substr(begin + question.size(), end - begin - question.size());
  const std::string_view word = wordAt(document.text, diagnostic.where.offset);
  // A diagnostic of something longer begins elsewhere than at the word.
  if (word.empty() || diagnostic.message.find(fmt::format("'{}'", word)) == std::string::npos) return std::nullopt;
  return Fix{.title = fmt::format("Write '{}'", meant),
             .diagnostic = diagnostic,
             .begin = diagnostic.where.offset,
             .end = diagnostic.where.offset + static_cast<std::uint32_t>(word.size()),
             .text = meant};
}

}  // namespace

std::vector<Fix> fixesIn(Workspace& workspace, const Document& document, std::uint32_t begin, std::uint32_t end) {
  std::vector<Fix> fixes;
  const std::uint32_t from = lineBegin(document.text, begin);
  const auto lineEnd = document.text.find('\n', end);
  for (const Diagnostic& each : workspace.diagnostics(document)) {
    if (each.where.offset < from || each.where.offset > lineEnd) continue;
    if (auto fix = replacement(document, each)) fixes.push_back(std::move(*fix));
    if (each.code != "undeclared-variable") continue;
    if (auto fix = declaration(workspace, document, each)) fixes.push_back(std::move(*fix));
  }
  return fixes;
}

}  // namespace qodly::script::intelligence
