// A value of an import file as an attribute takes it: the rules of assignment (orda.md 9), and the forms that files
// have besides - other decimal separators and date formats, 1 and 0 for booleans, JSON text in a CSV cell, data URIs
// and file names for pictures and blobs.
#pragma once

#include <filesystem>
#include <optional>

#include "app/import/date_pattern.h"
#include "app/import/row_source.h"
#include "base/error.h"
#include "model/model.h"
#include "value/value.h"

namespace qodly::app {

struct CellOptions {
  char decimalSeparator = '.';
  std::optional<DatePattern> dateFormat;
  std::filesystem::path folder;  // of the import file: where {"file": "a.jpg"} is looked for
};

// nullopt-free: null for an empty cell. Errors name attribute and value and say what would be right.
Result<Value> valueOf(const Cell& cell, const model::DataClass& dataClass, const model::Attribute& attribute,
                      const CellOptions& options);
Result<Value> valueOf(const Value& value, const model::DataClass& dataClass, const model::Attribute& attribute,
                      const CellOptions& options);

}  // namespace qodly::app
