#include "app/output/value_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/output/entity_columns.h"
#include "app/output/table.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::size_t mostColumns = 30;

std::string cellOf(const Value& value) {
  if (value.type() == Type::undefined || value.isNull()) return {};
  std::string text = momentText(value);
  if (text.empty()) text = value.isText() ? std::string(value.asText()) : json::text(value);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

// The names of all rows, in the order in which they come.
std::vector<std::string> columnsOf(const Collection& rows) {
  std::vector<std::string> names;
  for (const Value& row : rows.elements()) {
    if (!row.isObject()) continue;
    for (const Object::Member& member : row.asObject().members()) {
      if (names.size() < mostColumns && std::ranges::find(names, member.name) == names.end())
        names.emplace_back(member.name);
    }
  }
  return names;
}

std::string rowsTable(const Collection& rows, std::size_t total, unsigned int width) {
  const std::vector<std::string> columns = columnsOf(rows);
  std::vector<bool> right(columns.size(), true);
  std::vector<std::vector<std::string>> cells;
  for (const Value& row : rows.elements()) {
    if (cells.size() == mostTableRows) break;
    std::vector<std::string>& line = cells.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Value value = row.isObject() ? row.asObject().get(columns[i]) : Value();
      if (!value.isNumber() && !value.isMissing()) right[i] = false;
      line.push_back(cellOf(value));
    }
  }
  Table table(columns, right);
  const std::size_t shown = cells.size();
  for (auto& line : cells) table.add(std::move(line));
  std::string text = table.text(width);
  if (shown < total) text += fmt::format("{} of {}\n", shown, total);
  return text;
}

std::string objectTable(const Object& object, unsigned int width) {
  Table table({"property", "value"}, {false, false});
  for (const Object::Member& member : object.members()) table.add({std::string(member.name), cellOf(member.value)});
  return table.text(width);
}

}  // namespace

std::string valueTable(const Value& value, std::size_t total, unsigned int width) {
  if (value.isObject() && !value.asObject().members().empty()) return objectTable(value.asObject(), width);
  if (!value.isCollection()) return {};
  const auto& elements = value.asCollection().elements();
  const bool objects = !elements.empty() && std::ranges::all_of(elements, [](const Value& each) {
    return each.isObject() && !each.asObject().members().empty();
  });
  return objects ? rowsTable(value.asCollection(), total, width) : std::string();
}

std::string momentText(const Value& value) {
  std::string text;
  if (value.type() == Type::time) appendDuration(value.asTime(), text);
  if (value.isMarkedTime()) appendDuration({static_cast<std::int64_t>(value.asReal())}, text);
  if (value.type() == Type::date) appendDate(value.asDate(), text);
  if (value.type() == Type::instant) appendInstant(value.asInstant(), text);
  return text;
}

}  // namespace qodly::app
