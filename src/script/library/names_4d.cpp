// The hash tables over the rows of names.
#include "script/library/names_4d.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace qodly::script::library {

namespace {

using syntax::NameSort;

syntax::NameTable makeNames() {
  syntax::NameTable table;
  for (const auto& rows : {qodlyScriptCommands(), fourDCommands(), unavailableCommands(), desktopCommands()}) {
    for (const CommandName& row : rows) {
      table.add({NameSort::command, std::string(row.name), std::string(row.fourD), row.number});
    }
  }
  for (const ConstantName& row : constantNames()) {
    table.add({NameSort::constant, std::string(row.name), std::string(row.fourD), 0});
  }
  for (const auto& names : {unavailableConstants(), desktopConstants()}) {
    for (const std::string_view name : names) table.add({NameSort::constant, {}, std::string(name), 0});
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
  for (const auto& names : {unavailableConstants(), desktopConstants()}) {
    for (const std::string_view name : names) {
      byName.try_emplace(syntax::foldName(name), ConstantName{{}, name, 0, {}});
    }
  }
  return byName;
}

std::unordered_set<std::string> makeUnavailable() {
  std::unordered_set<std::string> names;
  for (const auto& rows : {unavailableCommands(), desktopCommands()}) {
    for (const CommandName& row : rows) names.insert(syntax::foldName(row.fourD));
  }
  for (const std::string_view name : unavailableSingleWords()) names.insert(syntax::foldName(name));
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
  // Themes of the desktop and of the record engine as a whole (language.md 35, 36).
  static constexpr auto families = std::to_array<std::string_view>(
      {"form ", "object ", "listbox ", "set window ", "set menu item ", "print ", "qr ", "svg ", "dom ", "sax ", "wp ",
       "vp ", "wa ", "query ", "order by ", "relate ", "sql "});
  const std::string folded = syntax::foldName(name);
  return names.contains(folded) ||
         std::ranges::any_of(families, [&](std::string_view family) { return folded.starts_with(family); });
}

}  // namespace qodly::script::library
