#include "script/intelligence/navigation.h"

#include <algorithm>

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

Place placeOf(const Document& document, const Occurrence& at) { return {document.path, at.begin, at.end}; }

// Whether nothing but `symbol` can be meant where an object of unknown type is told to do this.
bool isOnlyFunction(const check::Knowledge& knowledge, const Symbol& symbol) {
  for (const auto& [name, header] : knowledge.classes()) {
    if (!header.functions.contains(symbol.name)) continue;
    const check::ClassHeader* at = &header;
    constexpr int deepest = 64;
    bool under = false;
    for (int level = 0; at != nullptr && level < deepest && !under; ++level) {
      under = at->name == symbol.owner;
      at = at->extends.empty() ? nullptr : knowledge.userClass(at->extends);
    }
    if (!under) return false;
  }
  if (knowledge.builtins() == nullptr) return true;
  return std::ranges::none_of(knowledge.builtins()->nativeClasses(),
                              [&](const vm::NativeClass* each) { return each->function(symbol.name) != nullptr; });
}

bool isUserFunction(const check::Knowledge& knowledge, const Symbol& symbol) {
  const check::ClassHeader* header = symbol.kind == Symbol::Kind::member ? knowledge.userClass(symbol.owner) : nullptr;
  return header != nullptr && header->functions.contains(symbol.name);
}

}  // namespace

const Occurrence* occurrenceAt(Workspace& workspace, const Document& document, std::uint32_t offset) {
  const Occurrence* found = nullptr;
  for (const Occurrence& each : workspace.occurrences(document)) {
    if (each.begin > offset) break;
    if (offset <= each.end && each.begin < each.end) found = &each;
  }
  return found;
}

std::vector<Place> definitionOf(Workspace& workspace, const Document& document, std::uint32_t offset) {
  const Occurrence* at = occurrenceAt(workspace, document, offset);
  if (at == nullptr) return {};
  const Symbol symbol = at->symbol;
  if (symbol.kind == Symbol::Kind::userClass) {
    const Document* file = workspace.classFile(symbol.name);
    return file == nullptr ? std::vector<Place>() : std::vector<Place>{{file->path, 0, 0}};
  }
  std::vector<Place> declared;
  std::vector<Place> assigned;
  for (const auto& [path, each] : workspace.documents()) {
    if (symbol.kind == Symbol::Kind::local && path != document.path) continue;
    if (symbol.kind == Symbol::Kind::method && !each.isCallable) continue;
    for (const Occurrence& other : workspace.occurrences(each)) {
      if (other.symbol != symbol) continue;
      if (other.declares) declared.push_back(placeOf(each, other));
      if (other.assigns || symbol.kind == Symbol::Kind::local) assigned.push_back(placeOf(each, other));
    }
  }
  if (declared.empty() && !assigned.empty()) declared.push_back(assigned.front());
  return declared;
}

std::vector<Place> referencesOf(Workspace& workspace, const Document& document, std::uint32_t offset,
                                bool withDeclaration) {
  const Occurrence* at = occurrenceAt(workspace, document, offset);
  if (at == nullptr) return {};
  const Symbol symbol = at->symbol;
  const bool loose = isUserFunction(workspace.knowledge(), symbol) && isOnlyFunction(workspace.knowledge(), symbol);
  std::vector<Place> places;
  for (const auto& [path, each] : workspace.documents()) {
    if (symbol.kind == Symbol::Kind::local && path != document.path) continue;
    for (const Occurrence& other : workspace.occurrences(each)) {
      const bool same = other.symbol == symbol && (withDeclaration || !other.declares) && other.begin < other.end;
      const bool maybe =
          loose && other.called && other.symbol.kind == Symbol::Kind::looseMember && other.symbol.name == symbol.name;
      if (same || maybe) places.push_back(placeOf(each, other));
    }
  }
  const auto repeated = std::ranges::unique(places);
  places.erase(repeated.begin(), repeated.end());
  return places;
}

}  // namespace qodly::script::intelligence
