// How far an import of one file has come: kept in the datastore, written in the same transaction as the rows it counts,
// so that a killed import goes on without losing or repeating one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/import/row_source.h"
#include "base/error.h"

namespace qodly::app {

// Which file it is: a changed one cannot be resumed.
struct ImportedFile {
  std::string path;  // absolute
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // file clock ticks
  std::string head;           // digest of the first block
  bool operator==(const ImportedFile&) const = default;
  // Error: inputOutput. Standard input has no identity and cannot be resumed.
  static Result<ImportedFile> of(const std::filesystem::path& file);
};

struct ImportState {
  ImportedFile file;
  std::string settings;  // options that decide how the file is read
  FilePosition position;
  std::uint64_t read = 0, created = 0, updated = 0, unchanged = 0, rejected = 0;
  std::uint64_t rejectBytes = 0, logBytes = 0;
  bool finished = false;

  std::string toText() const;  // JSON
  static std::optional<ImportState> fromText(std::string_view text);
};

// Name of the datastore property that holds the state of an import of `path` into a dataclass.
std::string stateName(std::string_view dataClassUuid, std::string_view path);

}  // namespace qodly::app
