// qodly verify: reads every record, index entry and blob of the data file and proves that they agree.
#include <system_error>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "base/error_codes.h"
#include "model/project.h"
#include "storage/store.h"
#include "value/json.h"

namespace qodly::app {

namespace {

Value number(std::uint64_t value) { return Value::integer(static_cast<std::int64_t>(value)); }

void printJson(const storage::VerifyReport& report) {
  auto object = Object::make();
  object->set("sound", Value::boolean(report.problems.empty()));
  object->set("records", number(report.records));
  object->set("indexEntries", number(report.indexEntries));
  object->set("blobs", number(report.blobs));
  auto problems = Collection::make();
  for (const std::string& problem : report.problems) problems->push(Value::text(problem));
  object->set("problems", Value::collection(std::move(problems)));
  fmt::print("{}\n", json::text(Value::object(std::move(object)), {.pretty = true}));
}

void print(const storage::VerifyReport& report) {
  for (const std::string& problem : report.problems) fmt::print("{}\n", problem);
  fmt::print("{}: {} records, {} index entries, {} blobs read, {} problems.\n",
             report.problems.empty() ? "Sound" : "Damaged", groupedNumber(report.records),
             groupedNumber(report.indexEntries), groupedNumber(report.blobs), groupedNumber(report.problems.size()));
}

}  // namespace

int runVerify(const VerifyOptions& options) {
  auto project = model::Project::open(options.project);
  if (!project) {
    printError(project.error());
    return exit_code::failed;
  }
  const std::filesystem::path folder = options.data.empty() ? (*project)->paths().data : options.data;
  std::error_code error;
  if (!std::filesystem::exists(folder / "data.qodly", error)) {
    fmt::print(stderr,
               "qodly: There is no data file in \"{}\" to verify; \"qodly serve\" or \"qodly import\" make one.\n",
               folder.string());
    return exit_code::notFound;
  }
  auto store = storage::Store::open(
      {.folder = folder, .collationLocale = (*project)->model()->collationLocale, .readOnly = true});
  if (!store) {
    printError(store.error());
    return exitCodeOf(store.error());
  }
  Progress progress("items", options.quiet || options.json);
  storage::VerifyReport report;
  try {
    report = (*store)->verify([&](std::uint64_t done, std::uint64_t total) { progress.update(done, done, total); });
  } catch (const storage::StorageFailure& failure) {
    report.problems.push_back(failure.error().message());
  }
  progress.finish();
  if (options.json) {
    printJson(report);
  } else {
    print(report);
  }
  return report.problems.empty() ? exit_code::done : exit_code::integrity;
}

}  // namespace qodly::app
