// qodly export: entities of a dataclass as JSON, NDJSON or CSV, written as they are read.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/console.h"
#include "app/open_data.h"
#include "app/output/entity_columns.h"
#include "base/error_codes.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace qodly::app {

namespace {

constexpr std::size_t flushBytes = std::size_t{1} << 20;

// Output to a file or stdout; a file that could not be written whole is removed.
class Output {
 public:
  explicit Output(const std::filesystem::path& file) : path_(file) {
    if (file.empty() || file == "-") {
      path_.clear();
      stream_ = stdout;
    } else {
      stream_ = std::fopen(file.c_str(), "wbe");
    }
    failed_ = stream_ == nullptr;
  }
  ~Output() {
    if (!path_.empty() && stream_ != nullptr) std::fclose(stream_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::string buffer;

  bool flush() {
    if (!failed_) failed_ = std::fwrite(buffer.data(), 1, buffer.size(), stream_) != buffer.size();
    buffer.clear();
    return !failed_;
  }
  bool finish() {
    if (flush()) failed_ = std::fflush(stream_) != 0;
    return !failed_;
  }

 private:
  std::filesystem::path path_;
  std::FILE* stream_ = nullptr;
  bool failed_ = false;
};

class Writer {
 public:
  Writer(std::string_view format, char delimiter, const std::vector<std::string>& names)
      : csv_(format == "csv"), array_(format == "json"), delimiter_(delimiter), names_(names) {}

  void begin(std::string& out) const {
    if (array_) out += '[';
    if (!csv_) return;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (i > 0) out += delimiter_;
      appendCell(names_[i], false, out);
    }
    out += "\r\n";
  }

  void row(std::span<const Value> values, std::string& out) {
    if (csv_) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += delimiter_;
        appendCell(cellText(values[i]), values[i].isText() && values[i].asText().empty(), out);
      }
      out += "\r\n";
      return;
    }
    if (array_) out += first_ ? "\n" : ",\n";
    first_ = false;
    out += '{';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      json::appendString(names_[i], out);
      out += ':';
      appendJson(values[i], out);
    }
    out += array_ ? "}" : "}\n";
  }

  void end(std::string& out) const {
    if (array_) out += first_ ? "]\n" : "\n]\n";
  }

 private:
  // RFC 4180; an empty text is quoted so that it differs from null.
  void appendCell(std::string_view text, bool force, std::string& out) const {
    const char special[] = {'"', '\r', '\n', delimiter_};
    const bool quoted = force ||
                        text.find_first_of(std::string_view(special, sizeof special)) != std::string_view::npos ||
                        text.starts_with(' ') || text.ends_with(' ');
    if (!quoted) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  bool csv_, array_;
  bool first_ = true;
  char delimiter_;
  const std::vector<std::string>& names_;
};

std::string formatOf(const ExportOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string extension = lowerAscii(options.file.extension().string());
  if (extension == ".json") return "json";
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") return "csv";
  return "ndjson";
}

Error notWritten(const ExportOptions& options) {
  return Error(code::inputOutput, "dbmg",
               fmt::format("Cannot write \"{}\": {}.", options.file.empty() ? "stdout" : options.file.string(),
                           std::strerror(errno)));
}

}  // namespace

int runExport(const ExportOptions& options) {
  const std::string delimiter = options.delimiter == "tab" ? "\t" : options.delimiter;
  if (delimiter.size() != 1) {
    fmt::print(stderr, "qodly: --delimiter is \"{}\"; one character (or the word tab) is expected.\n",
               options.delimiter);
    return exit_code::usage;
  }
  auto data = openData(options.project, options.data, options.dataClass, options.quiet);
  if (!data) return data.error();
  orda::Process process(*data->application.datastore);
  const orda::DataClass dataClass(process, process.datastore().schema(), data->dataClass);
  const auto columns = EntityColumns::make(dataClass, options.attributes);
  if (!columns) {
    printError(columns.error());
    return exit_code::usage;
  }
  auto selection = options.query.empty() ? Result<orda::SelectionRef>(dataClass.all()) : dataClass.query(options.query);
  if (!selection) {
    printQueryError(selection.error(), options.query);
    return exitCodeOf(selection.error());
  }

  Output output(options.file);
  Writer writer(formatOf(options), delimiter.front(), columns->names());
  Progress progress("entities", options.quiet);
  writer.begin(output.buffer);
  const std::uint64_t total = (*selection)->length();
  std::uint64_t count = 0;
  bool written = true;
  const auto done = columns->forEach(**selection, total, [&](std::span<const Value> values) {
    writer.row(values, output.buffer);
    if (++count % EntityColumns::batchRows == 0) progress.update(count, count, total);
    if (output.buffer.size() >= flushBytes) written = output.flush();
    return written;
  });
  progress.finish();
  if (!done) {
    printError(done.error());
    return exit_code::failed;
  }
  writer.end(output.buffer);
  if (!written || !output.finish()) {
    printError(notWritten(options));
    return exit_code::failed;
  }
  if (!options.quiet && !options.file.empty() && options.file != "-") {
    printLine(
        fmt::format("Wrote {} entities of {} to {}.", groupedNumber(count), options.dataClass, options.file.string()));
  }
  return exit_code::done;
}

}  // namespace qodly::app
