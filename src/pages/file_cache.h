// Files of the project that are read again and again and may change at any moment: read when they have changed.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "value/value.h"

namespace qodly::pages {

// One version of a file. `problem`: why its JSON could not be read, with line and column; "" when it could.
struct JsonFile {
  std::string text;  // as it is on disk, without byte-order mark
  Value value;       // undefined when there is a problem
  std::string problem;
};

// Thread-safe. Asking for an unchanged file costs one stat call.
class FileCache {
 public:
  // nullptr: there is no such file, or it is larger than `maximumSize`.
  std::shared_ptr<const JsonFile> read(const std::filesystem::path& file);

 private:
  static constexpr std::uintmax_t maximumSize = 64U << 20U;
  static constexpr std::size_t maximumFiles = 4096;
  struct Known {
    std::filesystem::file_time_type written;
    std::uintmax_t size = 0;
    std::shared_ptr<const JsonFile> content;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace qodly::pages
