// qodly import: rows of a file into a dataclass.
#include "app/command_import.h"

#include <chrono>

#include <fmt/format.h>

#include "app/console.h"
#include "app/import/import_job.h"
#include "app/language.h"
#include "app/open_application.h"
#include "app/open_data.h"
#include "base/error_codes.h"

namespace qodly::app {

namespace {

int exitCodeOfImport(const Error& error) {
  switch (error.code()) {
    case code::wrongArgument:
    case code::attributeNotFound:
      return exit_code::usage;
    case code::dataUnavailable:
      return exit_code::refused;
    default:
      return exitCodeOf(error);
  }
}

void summarise(const ImportReport& report, const ImportOptions& options, double seconds) {
  const ImportState& state = report.state;
  const std::uint64_t rows = state.read - report.resumedAfter;
  const auto rate = static_cast<std::uint64_t>(seconds > 0 ? static_cast<double>(rows) / seconds : 0);
  if (options.dryRun) {
    fmt::print("Checked {} rows for {}: {} can be stored, {} would be rejected. Nothing was written.\n",
               groupedNumber(rows), options.dataClass, groupedNumber(state.read - state.rejected),
               groupedNumber(state.rejected));
  } else {
    fmt::print("Read {} rows for {} in {:.1f} s ({} rows/s): {} created", groupedNumber(rows), options.dataClass,
               seconds, groupedNumber(rate), groupedNumber(state.created));
    if (options.upsert) {
      fmt::print(", {} updated, {} unchanged", groupedNumber(state.updated), groupedNumber(state.unchanged));
    }
    fmt::print(", {} rejected.\n", groupedNumber(state.rejected));
    if (report.resumedAfter != 0) {
      fmt::print("Resumed after {} rows; the counts are of the whole file.\n", groupedNumber(report.resumedAfter));
    }
  }
  std::fflush(stdout);
}

void tellRejected(const ImportReport& report, const ImportOptions& options) {
  for (const std::string& reason : report.reasons) printLine(reason);
  if (report.state.rejected > report.reasons.size()) {
    printLine(fmt::format("... and {} more", groupedNumber(report.state.rejected - report.reasons.size())));
  }
  if (options.dryRun) return;
  printLine(
      fmt::format("The rejected rows are in {}, the reasons in {}.", report.rejects.string(), report.log.string()));
}

void tellUnmatched(const ImportReport& report, const ImportOptions& options) {
  if (report.unmatched.empty()) return;
  std::string names;
  for (const std::string& name : report.unmatched) names += (names.empty() ? "" : ", ") + name;
  printLine(
      fmt::format("Columns without an attribute of {}, left out: {}. --map COLUMN=ATTRIBUTE gives them one, --map "
                  "COLUMN= ends this message.",
                  options.dataClass, names));
}

// Events of an entity class that does not compile would be left out in silence.
bool codeCanRun(const Language& language, const std::string& dataClass) {
  for (const script::syntax::Diagnostic& each : language.diagnostics()) {
    if (each.level != script::syntax::Diagnostic::Level::error) continue;
    if (std::filesystem::path(each.file).stem() != dataClass + "Entity") continue;
    printLine(script::syntax::text(each));
    printLine(fmt::format("The events of {} cannot run. Correct its class, or import with --no-events.", dataClass));
    return false;
  }
  return true;
}

int importRows(const ImportOptions& options, bool events) {
  auto data = openData(options.project, options.data, options.dataClass, options.quiet);
  if (!data) return data.error();
  const auto language = events ? Language::open(data->application) : nullptr;
  if (language && !options.dryRun && !codeCanRun(*language, options.dataClass)) return exit_code::refused;
  const auto start = std::chrono::steady_clock::now();
  Progress progress("rows", options.quiet);
  const auto report = runImportJob(
      *data->application.datastore, data->dataClass, options,
      [&](std::uint64_t rows, std::uint64_t bytes, std::uint64_t size) { progress.update(rows, bytes, size); },
      [&](std::string_view line) { printLine(line); }, language ? language->runtime() : nullptr);
  progress.finish();
  if (!report) {
    printError(report.error());
    const bool begun = exitCodeOfImport(report.error()) == exit_code::failed;
    if (begun && !options.dryRun && options.file != "-") {
      printLine("The rows committed before are kept; --resume goes on behind them.");
    }
    return exitCodeOfImport(report.error());
  }
  if (report->alreadyFinished) {
    fmt::print("This file has been imported completely: {} rows. Nothing was done.\n",
               groupedNumber(report->state.read));
    return exit_code::done;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  summarise(*report, options, seconds);
  tellUnmatched(*report, options);
  if (report->state.rejected == 0) return exit_code::done;
  tellRejected(*report, options);
  return exit_code::failed;
}

}  // namespace

int runImport(const ImportOptions& options) { return importRows(options, true); }

int runImportCommand(const ImportCommandOptions& options) {
  return options.noEvents ? importRows(options, false) : runImport(options);
}

}  // namespace qodly::app
