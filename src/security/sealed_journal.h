// A file that remembers small facts over a crash: lines written at its end, each sealed under the instance's key. The
// writer says what a line means; a later line about the same thing replaces an earlier one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "security/instance.h"

namespace qodly::security {

// One writer at a time; not thread-safe.
class SealedJournal {
 public:
  SealedJournal(const Instance& instance, std::filesystem::path file);
  ~SealedJournal();
  SealedJournal(const SealedJournal&) = delete;
  SealedJournal& operator=(const SealedJournal&) = delete;

  // Its lines, oldest first. Left out: a line cut off by a crash, and lines of another key. A file above
  // `largest` bytes gives nothing.
  std::vector<std::string> read(std::uint64_t largest) const;
  // At the end of the file. `durable`: on the disk when it returns, else in the hands of the system, which is enough
  // for a process that is killed. Call replace() before the first one, so that no cut-off line stands before it.
  Result<> append(const std::vector<std::string>& lines, bool durable);
  // The whole content; a crash leaves the old or the new one.
  Result<> replace(const std::vector<std::string>& lines);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::string sealed(const std::vector<std::string>& lines) const;
  void close();

  const Instance instance_;
  const std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace qodly::security
