#include "script/intelligence/symbols.h"

#include <algorithm>
#include <cctype>

namespace qodly::script::intelligence {

using namespace syntax;

namespace {

using Kind = OutlineItem::Kind;

std::string_view accessorWord(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::getter:
      return "get";
    case FunctionKind::setter:
      return "set";
    case FunctionKind::query:
      return "query";
    case FunctionKind::orderBy:
      return "orderBy";
    case FunctionKind::event:
      return "event";
    default:
      return {};
  }
}

OutlineItem itemOf(const Tree& tree, const Function& function) {
  OutlineItem item;
  item.begin = function.where.offset;
  item.nameBegin = item.nameEnd = item.begin;
  if (function.kind == FunctionKind::constructor) {
    item.kind = Kind::constructor;
    item.name = "constructor";
    item.nameEnd = item.begin + static_cast<std::uint32_t>(item.name.size());
    return item;
  }
  item.name = std::string(function.name);
  item.detail = accessorWord(function.kind);
  if (function.modifiers.exposed) item.detail = item.detail.empty() ? "exposed" : "exposed " + item.detail;
  if (function.kind != FunctionKind::event) item.nameBegin = nameOffset(tree, function);
  item.nameEnd = item.nameBegin + static_cast<std::uint32_t>(function.name.size());
  // An event at the level of the whole entity has a word and no name.
  if (item.name.empty()) item.name = item.detail.empty() ? "function" : item.detail;
  return item;
}

void addMembers(const Tree& tree, std::uint32_t fileEnd, OutlineItem& file) {
  for (const ClassMember& each : tree.members) {
    if (const auto* function = std::get_if<const Function*>(&each)) {
      file.members.push_back(itemOf(tree, **function));
    } else if (const auto* property = std::get_if<const Property*>(&each)) {
      for (const DeclaredName& name : (*property)->names) {
        OutlineItem item;
        item.kind = Kind::property;
        item.name = std::string(name.text);
        item.begin = item.nameBegin = name.where.offset;
        item.end = item.nameEnd = item.begin + static_cast<std::uint32_t>(name.text.size());
        file.members.push_back(std::move(item));
      }
    } else if (const auto* alias = std::get_if<const Alias*>(&each)) {
      OutlineItem item;
      item.kind = Kind::property;
      item.name = std::string((*alias)->name);
      item.detail = "alias";
      item.begin = item.nameBegin = item.nameEnd = (*alias)->where.offset;
      file.members.push_back(std::move(item));
    }
  }
  std::ranges::stable_sort(file.members, {}, &OutlineItem::begin);
  // A function reaches to what follows it.
  for (std::size_t i = 0; i < file.members.size(); ++i) {
    OutlineItem& item = file.members[i];
    const std::uint32_t next = i + 1 < file.members.size() ? file.members[i + 1].begin : fileEnd;
    item.end = std::max({item.end, item.nameEnd, item.kind == Kind::property ? item.end : next});
  }
}

bool hasLetters(std::string_view name, std::string_view query) {
  std::size_t at = 0;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  for (const char c : name) {
    if (at < query.size() && lower(c) == lower(query[at])) ++at;
  }
  return at == query.size();
}

}  // namespace

OutlineItem outlineOf(const Document& document) {
  OutlineItem file;
  file.kind = document.unit == UnitKind::classFile ? Kind::classType : Kind::method;
  file.name = document.name;
  file.end = static_cast<std::uint32_t>(document.text.size());
  if (document.unit == UnitKind::classFile) addMembers(*document.tree, file.end, file);
  return file;
}

std::vector<FoundSymbol> findSymbols(Workspace& workspace, std::string_view query) {
  std::vector<FoundSymbol> found;
  const auto add = [&](const Document& document, std::string_view container, OutlineItem item) {
    if (found.size() == mostSymbols || !hasLetters(item.name, query)) return;
    item.members.clear();
    found.push_back({document.path, std::string(container), std::move(item)});
  };
  for (const auto& [path, document] : workspace.documents()) {
    OutlineItem file = outlineOf(document);
    for (OutlineItem& member : file.members) {
      if (member.kind != Kind::constructor) add(document, file.name, std::move(member));
    }
    add(document, "", std::move(file));
  }
  return found;
}

}  // namespace qodly::script::intelligence
