// What commands print: errors as sentences on stderr, and the progress of long work - a line that renews itself on a
// terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace qodly::app {

// "qodly: message" on stderr.
void printError(const Error& error);
void printLine(std::string_view line);  // a remark on stderr

// The error of a query, with the query and a caret under the place the error names.
void printQueryError(const Error& error, std::string_view query);

// The exit code that stands for an error (admin.md 25).
int exitCodeOf(const Error& error);

bool isTerminal(int descriptor);
unsigned int terminalWidth(int descriptor);       // columns; 80 when unknown
std::string groupedNumber(std::uint64_t number);  // 1,234,567
std::string readableSize(std::uint64_t bytes);    // 12.3 MB

// Not thread-safe: one thread tells it how far the work is.
class Progress {
 public:
  // `what`: "rows". A quiet one prints nothing.
  Progress(std::string what, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `items` done; `position` of `total` (bytes of the file, for instance) gives percentage and time left; total 0:
  // unknown. Prints at most every 200 ms on a terminal, every 5 s elsewhere.
  void update(std::uint64_t items, std::uint64_t position, std::uint64_t total);
  void finish();  // clears the line

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(std::uint64_t items, std::uint64_t position, std::uint64_t total, double seconds) const;

  std::string what_;
  bool quiet_, terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_;
};

}  // namespace qodly::app
