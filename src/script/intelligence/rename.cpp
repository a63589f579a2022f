#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "script/compile/scope.h"
#include "script/intelligence/members.h"
#include "script/intelligence/navigation.h"
#include "script/syntax/deep_stack.h"
#include "script/syntax/keywords.h"
#include "script/syntax/parser.h"
#include "script/syntax/walk.h"

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

constexpr std::size_t longestName = 31;  // language.md 4

bool isWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Looks for a text literal that has the name as a word, or a class that is named while the code runs (cs[x]).
class TextSearch {
 public:
  explicit TextSearch(std::string_view name) : name_(name) {}

  std::optional<std::uint32_t> in(const Tree& tree) {
    for (const Function* each : functionsOf(tree)) {
      for (const Statement* statement : each->body) look(*statement);
    }
    return found_;
  }

 private:
  void look(const Statement& node) {
    forEachPart(
        node, [this](const Expression& each) { look(each); }, [this](const Statement& each) { look(each); });
  }
  void look(const Expression& node) {
    if (const auto* text = std::get_if<TextLiteral>(&node.node); text != nullptr && !found_ && has(text->value)) {
      found_ = node.where.offset;
    }
    const auto* element = std::get_if<Element>(&node.node);
    const auto* store = element == nullptr ? nullptr : std::get_if<ClassStore>(&element->object->node);
    if (store != nullptr && !std::holds_alternative<TextLiteral>(element->index->node) && !found_) {
      found_ = node.where.offset;
    }
    forEachPart(
        node, [this](const Expression& each) { look(each); }, [this](const Statement& each) { look(each); });
  }
  bool has(std::string_view text) const {
    for (auto at = text.find(name_); at != std::string_view::npos; at = text.find(name_, at + 1)) {
      const std::size_t end = at + name_.size();
      if ((at == 0 || !isWordByte(text[at - 1])) && (end == text.size() || !isWordByte(text[end]))) return true;
    }
    return false;
  }

  std::string_view name_;
  std::optional<std::uint32_t> found_;
};

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

// The classes that have the member, the owner and those under it, have no other of the new name.
Result<void> checkNewMember(const check::Knowledge& knowledge, const check::ClassHeader* owner, std::string_view name) {
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
  return {};
}

// No place outside `places` may mean the member.
Result<void> checkLoosePlaces(Workspace& workspace, const Symbol& symbol, bool onlyCalls,
                              const std::vector<Place>& places) {
  for (const auto& [path, each] : workspace.documents()) {
    for (const Occurrence& other : workspace.occurrences(each)) {
      const bool loose = other.symbol.kind == Symbol::Kind::looseMember && other.symbol.name == symbol.name &&
                         (other.called || !onlyCalls);
      if (loose && std::ranges::find(places, Place{path, other.begin, other.end}) == places.end()) {
        return refuse(fmt::format("It cannot be told whose '{}' is meant at {}; declare the type of that object.",
                                  symbol.name, at(each, other.begin)));
      }
    }
  }
  return {};
}

// A text that has the name as a word may mean it: object["name"], a query, a path.
Result<void> checkTextsInCode(Workspace& workspace, std::string_view name) {
  for (const auto& [path, each] : workspace.documents()) {
    std::optional<std::uint32_t> found;
    onDeepStack(each.tree->nesting, [&] { found = TextSearch(name).in(*each.tree); });
    if (found) {
      return refuse(fmt::format("'{}' stands in a text at {}, which may mean it; only the code itself can be renamed.",
                                name, at(each, *found)));
    }
  }
  return {};
}

Result<void> checkMember(Workspace& workspace, const Symbol& symbol, std::string_view name,
                         const std::vector<Place>& places) {
  const check::Knowledge& knowledge = workspace.knowledge();
  const check::ClassHeader* owner = knowledge.userClass(symbol.owner);
  if (owner == nullptr) return refuse(fmt::format("'{}' is no member of a class of the project.", symbol.name));
  const bool isFunction = owner->functions.contains(symbol.name);
  if (!isFunction && !owner->properties.contains(symbol.name)) {
    return refuse(fmt::format("Only functions, and properties declared by 'property', can be renamed; '{}' is neither.",
                              symbol.name));
  }
  if (auto allowed = checkNewMember(knowledge, owner, name); !allowed) return allowed;
  if (auto allowed = checkLoosePlaces(workspace, symbol, isFunction, places); !allowed) return allowed;
  // Properties are reached by texts far more often than functions.
  return isFunction ? Result<void>() : checkTextsInCode(workspace, symbol.name);
}

Result<void> checkClass(Workspace& workspace, const Symbol& symbol, std::string_view name) {
  const check::Knowledge& knowledge = workspace.knowledge();
  const check::ClassHeader* header = knowledge.userClass(symbol.name);
  if (header == nullptr) return refuse(fmt::format("There is no file of a class '{}'.", symbol.name));
  const auto isPlain = [&](std::string_view of) { return knowledge.typeOfThis(of).kind == CheckType::Kind::instance; };
  if (!isPlain(symbol.name)) {
    return refuse(fmt::format("'{}' belongs to the data model: rename the dataclass there.", symbol.name));
  }
  if (knowledge.userClass(name) != nullptr || knowledge.hasClass(name) || !isPlain(name)) {
    return refuse(fmt::format("There is a class '{}' already, or the data model has that name.", name));
  }
  const bool isReached =
      std::ranges::any_of(header->functions, [](const auto& function) { return function.second.modifiers.exposed; });
  if (isReached) {
    return refuse(
        fmt::format("'{}' has exposed functions: pages and other programs call it by its name.", symbol.name));
  }
  return checkTextsInCode(workspace, symbol.name);
}

// Why a name of that kind cannot be renamed here.
std::string reasonAgainst(const Symbol& symbol) {
  switch (symbol.kind) {
    case Symbol::Kind::attribute:
      return fmt::format("'{}' is an attribute of the dataclass {}: rename it in the data model.", symbol.name,
                         symbol.owner);
    case Symbol::Kind::dataClass:
      return fmt::format("'{}' is a dataclass: rename it in the data model.", symbol.name);
    case Symbol::Kind::command:
    case Symbol::Kind::constant:
    case Symbol::Kind::nativeClass:
    case Symbol::Kind::nativeMember:
      return fmt::format("'{}' belongs to the language.", symbol.name);
    default:
      return fmt::format("It is not known whose member '{}' is; declare the type of the object.", symbol.name);
  }
}

// No file may get errors by it.
Result<void> checkTexts(Workspace& workspace, const Renaming& renaming, bool isMethod) {
  NameTable names(&workspace.names());
  if (isMethod) names.addMethod(renaming.newName);
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

Result<Place> renamedPlace(Workspace& workspace, const Document& document, std::uint32_t offset) {
  const Occurrence* found = occurrenceAt(workspace, document, offset);
  if (found == nullptr) return refuse("There is no name here.");
  const Symbol::Kind kind = found->symbol.kind;
  const bool possible = kind == Symbol::Kind::local || kind == Symbol::Kind::method || kind == Symbol::Kind::member ||
                        kind == Symbol::Kind::userClass;
  if (!possible) return refuse(reasonAgainst(found->symbol));
  return Place{document.path, found->begin, found->end};
}

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
      allowed = checkMember(workspace, symbol, newName, renaming.places);
      break;
    case Symbol::Kind::userClass:
      allowed = checkClass(workspace, symbol, newName);
      if (allowed) renaming.renamedFile = workspace.classFile(symbol.name)->path;
      break;
    default:
      return refuse(reasonAgainst(symbol));
  }
  if (allowed) allowed = checkTexts(workspace, renaming, symbol.kind == Symbol::Kind::method);
  if (!allowed) return std::unexpected(allowed.error());
  return renaming;
}

}  // namespace qodly::script::intelligence
