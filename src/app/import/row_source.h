// Rows of an import file, one after the other. A row that cannot be read as one is handed on with its problem, so that
// it can be rejected and the import go on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/import/text_input.h"
#include "base/error.h"
#include "value/value.h"

namespace qodly::app {

struct Cell {
  std::string text;
  bool quoted = false;  // "" is an empty text, nothing at all is null
};

// What views and spans point to is valid until the next call of next().
struct Row {
  std::uint64_t line = 0;       // where it begins
  std::string_view raw;         // its text in the file, without the line end
  std::span<const Cell> cells;  // CSV: as many as there are columns
  Value object;                 // JSON
  std::optional<std::string> problem;
};

// Where an import stands in its file: behind a row.
struct FilePosition {
  std::uint64_t offset = 0;
  std::uint64_t line = 1;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  // false: no more rows. Error: the rest of the file cannot be told into rows.
  virtual Result<bool> next(Row& row) = 0;
  virtual FilePosition position() const = 0;          // behind the row handed out last
  virtual Result<> resumeAt(FilePosition where) = 0;  // before the first next()
  // CSV: names of the columns. Empty for JSON, where each row names its own.
  virtual const std::vector<std::string>& columns() const = 0;
  virtual const TextInput& input() const = 0;
};

}  // namespace qodly::app
