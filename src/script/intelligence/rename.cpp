#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "script/compile/scope.h"
#include "script/intelligence/members.h"
#include "script/intelligence/navigation.h"
#include "script/syntax/keywords.h"
#include "script/syntax/parser.h"

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

constexpr std::size_t longestName = 31;  // language.md 4

std::unexpected<Error> refuse(std::string message) { return std::unexpected(Error(0, "editor", std::move(message))); }

bool isName(std::string_view text) {
  const bool digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
  return !text.empty() && !digit && text.size() <= longestName && nameLength(text, 0) == text.size();
}

// Words that code reads as something else.
bool isTaken(Workspace& workspace, std::string_view name) {
  const Names& names = workspace.names();
  return keywordOf(name) != Keyword::none || foldName(name) == "this" || foldName(name) == "super" ||
         foldName(name) == "cs" || foldName(name) == "null" || foldName(name) == "true" || foldName(name) == "false" ||
         names.find(NameSort::command, name) != nullptr || names.find(NameSort::constant, name) != nullptr ||
         names.find(NameSort::method, name) != nullptr;
}

std::string at(const Document& document, std::uint32_t offset) {
  return fmt::format("{}:{}", document.path, document.tree->lineOf(offset));
}

Result<void> checkLocal(Workspace& workspace, const Document& document, const Symbol& symbol, std::string_view name) {
  const bool dollar = symbol.name.starts_with('$');
  const bool bare = document.surface == Surface::qodlyScript && !dollar;
  if (bare && isTaken(workspace, name)) return refuse(fmt::format("'{}' already means something else.", name));
  const Symbol wanted{Symbol::Kind::local, symbol.owner, compile::Scope::key(name, dollar)};
  if (wanted == symbol) return {};
  for (const Occurrence& each : workspace.occurrences(document)) {
    if (each.symbol == wanted) {
      return refuse(
          fmt::format("There is a variable '{}' in this function already ({}).", name, at(document, each.begin)));
    }
  }
  return {};
}

Result<void> checkMethod(Workspace& workspace, const Symbol& symbol, std::string_view name) {
  if (workspace.method(symbol.name) == nullptr) return refuse("Only methods of the project can be renamed.");
  if (foldName(name) != symbol.name && isTaken(workspace, name)) {
    return refuse(fmt::format("'{}' already means something else.", name));
  }
  for (const auto& [path, each] : workspace.documents()) {
    for (const Occurrence& other : workspace.occurrences(each)) {
      if (other.symbol.kind == Symbol::Kind::local && other.symbol.name == foldName(name) &&
          each.surface == Surface::qodlyScript) {
        return refuse(fmt::format("'{}' is a variable in {}.", name, at(each, other.begin)));
      }
    }
  }
  return {};
}

Result<void> checkFunction(Workspace& workspace, const Symbol& symbol, std::string_view name,
                           const std::vector<Place>& places) {
  const check::Knowledge& knowledge = workspace.knowledge();
  const check::ClassHeader* owner = knowledge.userClass(symbol.owner);
  if (owner == nullptr || !owner->functions.contains(symbol.name)) {
    return refuse(fmt::format("Only functions of classes can be renamed; '{}' is no function.", symbol.name));
  }
  for (const auto& [className, header] : knowledge.classes()) {
    const check::ClassHeader* from = &header;
    constexpr int deepest = 64;
    bool under = false;
    for (int level = 0; from != nullptr && level < deepest && !under; ++level) {
      under = from == owner;
      from = from->extends.empty() ? nullptr : knowledge.userClass(from->extends);
    }
    if (!under && &header != owner) continue;
    for (const MemberFact& each : membersOf(knowledge, knowledge.typeOfThis(className))) {
      if (each.name == name) return refuse(fmt::format("{} has a member '{}' already.", className, name));
    }
  }
  for (const auto& [path, each] : workspace.documents()) {
    for (const Occurrence& other : workspace.occurrences(each)) {
      const bool loose =
          other.symbol.kind == Symbol::Kind::looseMember && other.symbol.name == symbol.name && other.called;
      if (loose && std::ranges::find(places, Place{path, other.begin, other.end}) == places.end()) {
        return refuse(fmt::format("It cannot be told whose '{}' is called at {}; declare the type of that object.",
                                  symbol.name, at(each, other.begin)));
      }
    }
  }
  return {};
}

// No file may get errors by it.
Result<void> checkTexts(Workspace& workspace, const Renaming& renaming) {
  NameTable names(&workspace.names());
  if (!renaming.renamedFile.empty()) names.addMethod(renaming.newName);
  std::map<std::string, std::vector<const Place*>> byPath;
  for (const Place& each : renaming.places) byPath[each.path].push_back(&each);
  for (const auto& [path, places] : byPath) {
    const Document& document = *workspace.find(path);
    if (hasErrors(document.tree->diagnostics)) {
      return refuse(fmt::format("{} has errors; correct them first.", path));
    }
    std::string text = document.text;
    for (auto each = places.rbegin(); each != places.rend(); ++each) {
      text.replace((*each)->begin, (*each)->end - (*each)->begin, renaming.newName);
    }
    const Tree tree = parse(document.unit, path, text, document.surface, names);
    if (hasErrors(tree.diagnostics)) {
      return refuse(fmt::format("With the name '{}', {} would not read any more.", renaming.newName, path));
    }
  }
  return {};
}

}  // namespace

Result<Renaming> rename(Workspace& workspace, const Document& document, std::uint32_t offset,
                        std::string_view newName) {
  const Occurrence* found = occurrenceAt(workspace, document, offset);
  if (found == nullptr) return refuse("There is no name here.");
  const Symbol symbol = found->symbol;
  if (newName.starts_with('$') && symbol.kind == Symbol::Kind::local) newName.remove_prefix(1);
  if (!isName(newName)) {
    return refuse(fmt::format("'{}' is no name: letters, digits and '_', a letter first, at most {} characters.",
                              newName, longestName));
  }
  Renaming renaming{referencesOf(workspace, document, offset, true), std::string(newName), {}};
  Result<void> allowed;
  switch (symbol.kind) {
    case Symbol::Kind::local:
      allowed = checkLocal(workspace, document, symbol, newName);
      break;
    case Symbol::Kind::method:
      allowed = checkMethod(workspace, symbol, newName);
      if (allowed) renaming.renamedFile = workspace.method(symbol.name)->path;
      break;
    case Symbol::Kind::member:
      allowed = checkFunction(workspace, symbol, newName, renaming.places);
      break;
    default:
      return refuse("Only variables, methods and functions of classes can be renamed.");
  }
  if (allowed) allowed = checkTexts(workspace, renaming);
  if (!allowed) return std::unexpected(allowed.error());
  return renaming;
}

}  // namespace qodly::script::intelligence
