#include "app/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "script/library/names_4d_tables.h"
#include "value/json.h"

namespace qodly::app {

namespace vm = script::vm;
namespace library = script::library;

namespace {

bool same(std::string_view a, std::string_view b) { return equalsIgnoringAsciiCase(a, b); }

std::string signatureOf(const vm::FunctionRow& row) { return fmt::format("{}{}", row.name, row.signature); }

std::string propertyOf(const vm::PropertyRow& row) {
  return fmt::format("{} : {}{}", row.name, row.type, row.set == nullptr ? " (read-only)" : "");
}

std::vector<const vm::Command*> sortedCommands(const vm::Builtins& builtins) {
  std::vector<const vm::Command*> sorted;
  for (const vm::Command& each : builtins.commands()) sorted.push_back(&each);
  std::ranges::sort(sorted, [](const vm::Command* a, const vm::Command* b) {
    return std::ranges::lexicographical_compare(a->row->name, b->row->name,
                                                [](char x, char y) { return std::tolower(x) < std::tolower(y); });
  });
  return sorted;
}

std::vector<const vm::NativeClass*> sortedClasses(const vm::Builtins& builtins) {
  const auto classes = builtins.nativeClasses();
  std::vector<const vm::NativeClass*> sorted(classes.begin(), classes.end());
  std::ranges::sort(sorted, {}, &vm::NativeClass::name);
  return sorted;
}

std::string fourDName(const vm::Command& command) {
  if (command.fourD.empty() || command.fourD == command.row->name) return {};
  return command.number == 0 ? std::string(command.fourD) : fmt::format("{} (C{})", command.fourD, command.number);
}

std::string commandPage(const vm::Command& command) {
  std::string page = fmt::format("{}\n\n{}\n", signatureOf(*command.row), command.row->doc);
  if (const std::string name = fourDName(command); !name.empty()) page += fmt::format("\nIn .4dm files: {}\n", name);
  return page;
}

std::string classPage(const vm::NativeClass& definition) {
  std::string page = fmt::format(
      "4D.{}{}\n\n{}\n", definition.name,
      definition.superclass.empty() ? "" : fmt::format(" (extends 4D.{})", definition.superclass), definition.doc);
  if (definition.constructor != nullptr) {
    page += fmt::format("\n4D.{}.new{}\n    {}\n", definition.name, definition.constructor->signature,
                        definition.constructor->doc);
  }
  for (const vm::PropertyRow& row : definition.properties)
    page += fmt::format("\n.{}\n    {}\n", propertyOf(row), row.doc);
  for (const vm::FunctionRow& row : definition.functions)
    page += fmt::format("\n.{}\n    {}\n", signatureOf(row), row.doc);
  return page;
}

const vm::NativeClass* classNamed(const vm::Builtins& builtins, std::string_view name) {
  const auto classes = builtins.nativeClasses();
  const auto found = std::ranges::find_if(classes, [&](const vm::NativeClass* each) { return same(each->name, name); });
  return found == classes.end() ? nullptr : *found;
}

std::optional<std::string> memberPage(const vm::NativeClass& definition, std::string_view name) {
  for (const vm::FunctionRow& row : definition.functions) {
    if (same(row.name, name)) return fmt::format("4D.{}.{}\n\n{}\n", definition.name, signatureOf(row), row.doc);
  }
  for (const vm::PropertyRow& row : definition.properties) {
    if (same(row.name, name)) return fmt::format("4D.{}.{}\n\n{}\n", definition.name, propertyOf(row), row.doc);
  }
  if (same(name, "new") && definition.constructor != nullptr) {
    return fmt::format("4D.{}.new{}\n\n{}\n", definition.name, definition.constructor->signature,
                       definition.constructor->doc);
  }
  return std::nullopt;
}

std::string constantValue(const library::ConstantName& row) {
  return row.text.empty() ? json::text(Value::real(row.number)) : json::text(Value::text(row.text));
}

std::optional<std::string> constantPage(std::string_view topic) {
  for (const library::ConstantName& row : library::constantNames()) {
    if (!same(row.name, topic) && !same(row.fourD, topic)) continue;
    const std::string_view name = row.name.empty() ? row.fourD : row.name;
    std::string page = fmt::format("{} = {}\n", name, constantValue(row));
    if (!row.fourD.empty() && row.fourD != name) page += fmt::format("\nIn .4dm files: {}\n", row.fourD);
    return page;
  }
  return std::nullopt;
}

// In a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

void appendClass(const vm::NativeClass& definition, std::string& out) {
  out += fmt::format("### 4D.{}\n\n{}", definition.name, definition.doc);
  if (!definition.superclass.empty()) out += fmt::format(" Extends `4D.{}`.", definition.superclass);
  out += "\n\n| Member | Does |\n|---|---|\n";
  if (definition.constructor != nullptr) {
    out += fmt::format("| `4D.{}.new{}` | {} |\n", definition.name, cell(definition.constructor->signature),
                       cell(definition.constructor->doc));
  }
  for (const vm::PropertyRow& row : definition.properties) {
    out += fmt::format("| `.{}` | {} |\n", cell(propertyOf(row)), cell(row.doc));
  }
  for (const vm::FunctionRow& row : definition.functions) {
    out += fmt::format("| `.{}` | {} |\n", cell(signatureOf(row)), cell(row.doc));
  }
  out += '\n';
}

}  // namespace

std::optional<std::string> helpPage(const vm::Builtins& builtins, std::string_view topic) {
  if (topic.starts_with("4D.") || topic.starts_with("4d.")) topic.remove_prefix(3);
  for (const vm::Command& each : builtins.commands()) {
    if (same(each.row->name, topic) || (!each.fourD.empty() && same(each.fourD, topic))) return commandPage(each);
  }
  const auto dot = topic.find('.');
  if (const vm::NativeClass* found = classNamed(builtins, topic.substr(0, dot)); found != nullptr) {
    return dot == std::string_view::npos ? classPage(*found) : memberPage(*found, topic.substr(dot + 1));
  }
  return constantPage(topic);
}

std::vector<std::string> helpTopics(const vm::Builtins& builtins, std::string_view part) {
  std::vector<std::string> topics;
  const std::string wanted = lowerAscii(part);
  const auto add = [&](std::string name) {
    if (lowerAscii(name).find(wanted) != std::string::npos) topics.push_back(std::move(name));
  };
  for (const vm::Command* each : sortedCommands(builtins)) add(std::string(each->row->name));
  for (const vm::NativeClass* each : sortedClasses(builtins)) {
    add(std::string(each->name));
    for (const vm::FunctionRow& row : each->functions) add(fmt::format("{}.{}", each->name, row.name));
    for (const vm::PropertyRow& row : each->properties) add(fmt::format("{}.{}", each->name, row.name));
  }
  return topics;
}

std::string referenceMarkdown(const vm::Builtins& builtins) {
  std::string out =
      "# Language reference\n\n"
      "Every command, constant and built-in class of QodlyScript, made from the table that the compiler, the checker, "
      "completion and\n`qodly help` use (`qodly help --markdown`). A parameter with `?` may be left out; `out` and "
      "`inout` name variables that the\ncommand writes; `...` repeats; `*` is the star flag. How the language works: "
      "[language.md](language.md).\n\n## Commands\n\n| Command | In .4dm files | Does |\n|---|---|---|\n";
  for (const vm::Command* each : sortedCommands(builtins)) {
    out += fmt::format("| `{}` | {} | {} |\n", cell(signatureOf(*each->row)), cell(fourDName(*each)),
                       cell(each->row->doc));
  }
  out += "\n## Classes\n\n";
  for (const vm::NativeClass* each : sortedClasses(builtins)) appendClass(*each, out);
  out += "## Constants\n\n| Constant | In .4dm files | Value |\n|---|---|--:|\n";
  for (const library::ConstantName& row : library::constantNames()) {
    const std::string_view name = row.name.empty() ? row.fourD : row.name;
    out += fmt::format("| {} | {} | {} |\n", name, row.fourD == name ? "" : row.fourD, cell(constantValue(row)));
  }
  return out;
}

}  // namespace qodly::app
