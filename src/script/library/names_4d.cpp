// The hash tables over the rows of names.
#include "script/library/names_4d.h"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace qodly::script::library {

namespace {

using syntax::NameSort;

syntax::NameTable makeNames() {
  syntax::NameTable table;
  for (const auto& rows : {qodlyScriptCommands(), fourDCommands(), unavailableCommands()}) {
    for (const CommandName& row : rows) {
      table.add({NameSort::command, std::string(row.name), std::string(row.fourD), row.number});
    }
  }
  for (const ConstantName& row : constantNames()) {
    table.add({NameSort::constant, std::string(row.name), std::string(row.fourD), 0});
  }
  for (const std::string_view name : unavailableConstants()) {
    table.add({NameSort::constant, {}, std::string(name), 0});
  }
  return table;
}

std::unordered_map<std::string, ConstantName> makeConstants() {
  std::unordered_map<std::string, ConstantName> byName;
  for (const ConstantName& row : constantNames()) {
    for (const std::string_view spelling : {row.name, row.fourD}) {
      if (!spelling.empty()) byName.try_emplace(syntax::foldName(spelling), row);
    }
  }
  for (const std::string_view name : unavailableConstants()) {
    byName.try_emplace(syntax::foldName(name), ConstantName{{}, name, 0, {}});
  }
  return byName;
}

std::unordered_set<std::string> makeUnavailable() {
  std::unordered_set<std::string> names;
  for (const CommandName& row : unavailableCommands()) names.insert(syntax::foldName(row.fourD));
  return names;
}

}  // namespace

const syntax::Names& builtInNames() {
  static const syntax::NameTable table = makeNames();
  return table;
}

std::optional<ConstantName> constantNamed(std::string_view name) {
  static const auto byName = makeConstants();
  const auto found = byName.find(syntax::foldName(name));
  if (found == byName.end()) return std::nullopt;
  return found->second;
}

bool isUnavailableCommand(std::string_view name) {
  static const auto names = makeUnavailable();
  return names.contains(syntax::foldName(name));
}

}  // namespace qodly::script::library
