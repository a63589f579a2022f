// qodly query: entities that satisfy a query, as a table or JSON.
#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/open_data.h"
#include "app/output/entity_columns.h"
#include "app/output/table.h"
#include "base/json_writer.h"
#include "value/json.h"

namespace qodly::app {

namespace {

constexpr std::uint64_t tableRows = 1000;  // rows that share their column widths

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string shown(const Value& plan) {
  return plan.isText() ? std::string(plan.asText()) : json::text(plan, {.pretty = true});
}

Result<> printTable(const EntityColumns& columns, const orda::EntitySelection& selection, std::uint64_t count) {
  const unsigned int width = isTerminal(STDOUT_FILENO) ? terminalWidth(STDOUT_FILENO) : 0;
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> numeric(columns.names().size(), true);
  const auto flush = [&] {
    Table table(columns.names(), numeric);
    for (auto& row : rows) table.add(std::move(row));
    print(table.text(width));
    rows.clear();
  };
  auto done = columns.forEach(selection, count, [&](std::span<const Value> values) {
    std::vector<std::string> row;
    for (std::size_t i = 0; i < values.size(); ++i) {
      row.push_back(cellText(values[i]));
      numeric[i] = numeric[i] && (values[i].isNumber() || values[i].isMissing());
    }
    rows.push_back(std::move(row));
    if (rows.size() == tableRows) flush();
    return true;
  });
  if (done && !rows.empty()) flush();
  return done;
}

Result<> printJson(const EntityColumns& columns, const orda::EntitySelection& selection, std::uint64_t count,
                   bool plan) {
  std::string out = fmt::format("{{\"count\":{},\"entities\":[", selection.length());
  bool first = true;
  auto done = columns.forEach(selection, count, [&](std::span<const Value> values) {
    out += first ? "\n{" : ",\n{";
    first = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      json::appendString(columns.names()[i], out);
      out += ':';
      appendJson(values[i], out);
    }
    out += '}';
    if (out.size() > (std::size_t{1} << 20)) {
      print(out);
      out.clear();
    }
    return true;
  });
  if (!done) return done;
  out += first ? "]" : "\n]";
  if (plan) {
    out += ",\n\"queryPlan\":";
    appendJson(selection.queryPlan(), out);
    out += ",\n\"queryPath\":";
    appendJson(selection.queryPath(), out);
  }
  print(out + "}\n");
  return {};
}

}  // namespace

int runQuery(const QueryCommandOptions& options) {
  auto data = openData(options.project, options.data, options.dataClass, false);
  if (!data) return data.error();
  orda::Process process(*data->application.datastore);
  const orda::DataClass dataClass(process, process.datastore().schema(), data->dataClass);
  auto columns = EntityColumns::make(dataClass, options.attributes);
  if (!columns) {
    printError(columns.error());
    return exit_code::usage;
  }
  if (options.attributes.empty() && !options.json) columns->dropUnprintable();
  orda::QueryOptions how;
  how.queryPlan = how.queryPath = options.plan;
  auto selection =
      options.query.empty() ? Result<orda::SelectionRef>(dataClass.all()) : dataClass.query(options.query, how);
  if (!selection) {
    printQueryError(selection.error(), options.query);
    return exitCodeOf(selection.error());
  }
  const std::uint64_t length = (*selection)->length();
  const std::uint64_t count = options.limit == 0 ? length : std::min(options.limit, length);
  const auto done =
      options.json ? printJson(*columns, **selection, count, options.plan) : printTable(*columns, **selection, count);
  if (!done) {
    printError(done.error());
    return exit_code::failed;
  }
  if (options.json) return exit_code::done;
  if (options.plan) {
    print(fmt::format("\nqueryPlan\n{}\n\nqueryPath\n{}\n", shown((*selection)->queryPlan()),
                      shown((*selection)->queryPath())));
  }
  std::fflush(stdout);
  printLine(count == length
                ? fmt::format("{} entities", groupedNumber(length))
                : fmt::format("{} of {} entities; --limit 0 prints all", groupedNumber(count), groupedNumber(length)));
  return exit_code::done;
}

}  // namespace qodly::app
