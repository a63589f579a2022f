// Writing rejected rows.
#include "app/import/reject_file.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/error_codes.h"

namespace qodly::app {

namespace fs = std::filesystem;

namespace {

Error notWritten(const fs::path& path) {
  return Error(
      code::inputOutput, "dbmg",
      fmt::format("The rejected rows cannot be written to \"{}\". Name another file with --rejects.", path.string()));
}

// The row of a CSV or JSON file on the lines it had; JSON on one line, because line ends are only blanks there.
std::string lineOf(std::string_view raw, RejectFile::Form form) {
  std::string line(raw);
  if (form == RejectFile::Form::ndjson) {
    std::ranges::replace_if(
        line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  }
  return line + '\n';
}

Result<> cut(const fs::path& path, std::uint64_t bytes) {
  std::error_code error;
  if (bytes == 0) {
    fs::remove(path, error);
    return {};
  }
  const auto size = fs::file_size(path, error);
  if (!error && size > bytes) fs::resize_file(path, bytes, error);
  if (error) return std::unexpected(notWritten(path));
  return {};
}

}  // namespace

RejectFile::RejectFile(fs::path rows, Form form, std::string header)
    : rows_(std::move(rows)), log_(rows_.string() + ".log"), form_(form), header_(std::move(header)) {}

fs::path RejectFile::standardPath(const fs::path& importFile, Form form) {
  const fs::path base = importFile == "-" ? fs::path("stdin") : importFile.parent_path() / importFile.stem();
  return base.string() + (form == Form::csv ? ".rejects.csv" : ".rejects.ndjson");
}

Result<> RejectFile::begin(std::uint64_t rowBytes, std::uint64_t logBytes) {
  if (auto done = cut(rows_, rowBytes); !done) return done;
  if (auto done = cut(log_, logBytes); !done) return done;
  rowBytes_ = rowBytes;
  logBytes_ = logBytes;
  return {};
}

Result<> RejectFile::open() {
  rowStream_.open(rows_, std::ios::binary | std::ios::app);
  logStream_.open(log_, std::ios::binary | std::ios::app);
  if (!rowStream_) return std::unexpected(notWritten(rows_));
  if (!logStream_) return std::unexpected(notWritten(log_));
  if (rowBytes_ == 0 && !header_.empty()) {
    rowStream_ << header_ << '\n';
    rowBytes_ += header_.size() + 1;
  }
  return {};
}

Result<> RejectFile::add(std::uint64_t line, std::string_view raw, std::string_view reason) {
  if (!rowStream_.is_open()) {
    if (auto opened = open(); !opened) return opened;
  }
  const std::string row = lineOf(raw, form_);
  const std::string told = fmt::format("line {}: {}\n", line, reason);
  rowStream_ << row;
  logStream_ << told;
  rowBytes_ += row.size();
  logBytes_ += told.size();
  if (!rowStream_ || !logStream_) return std::unexpected(notWritten(rows_));
  return {};
}

Result<> RejectFile::flush() {
  if (!rowStream_.is_open()) return {};
  rowStream_.flush();
  logStream_.flush();
  if (!rowStream_ || !logStream_) return std::unexpected(notWritten(rows_));
  return {};
}

}  // namespace qodly::app
