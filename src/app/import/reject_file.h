// Where an import puts the rows it could not store: a file of the same form, to be corrected and imported, and a log
// beside it that says for each row its line and the reason. Both are made when the first row is rejected.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::app {

// Not thread-safe.
class RejectFile {
 public:
  enum class Form { csv, ndjson };

  // `header`: first line of a CSV reject file ("" = none).
  RejectFile(std::filesystem::path rows, Form form, std::string header);

  // Removes what an earlier import left (a fresh start), or cuts both files back to the given sizes (a resumed one).
  Result<> begin(std::uint64_t rowBytes, std::uint64_t logBytes);
  Result<> add(std::uint64_t line, std::string_view raw, std::string_view reason);
  Result<> flush();

  const std::filesystem::path& rows() const { return rows_; }
  const std::filesystem::path& log() const { return log_; }
  std::uint64_t rowBytes() const { return rowBytes_; }
  std::uint64_t logBytes() const { return logBytes_; }

  // FILE.rejects.csv or FILE.rejects.ndjson beside the import file.
  static std::filesystem::path standardPath(const std::filesystem::path& importFile, Form form);

 private:
  Result<> open();
  std::filesystem::path rows_, log_;
  Form form_;
  std::string header_;
  std::ofstream rowStream_, logStream_;
  std::uint64_t rowBytes_ = 0, logBytes_ = 0;
};

}  // namespace qodly::app
