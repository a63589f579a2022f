// Requests a minute that an API key allows (admin.md 8): <instance>/api-key-rates.json, {"<id of the key>": 600}. Keys
// that are not in it have no limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/error.h"
#include "security/instance.h"

namespace qodly::security {

// Thread-safe; a changed file counts from the next request on.
class KeyRates {
 public:
  explicit KeyRates(const Instance& instance) : file_(instance.folder() / "api-key-rates.json") {}

  int limitOf(const std::string& id);  // 0: none
  Result<> setLimit(const std::string& id, int requestsPerMinute);
  // Counts a request with the key. 0: it may go on; else seconds until the rate lets another one pass.
  int use(const std::string& id);

 private:
  void refresh();
  void load();

  struct Counter {
    std::int64_t minute = 0;
    int requests = 0;
  };
  std::filesystem::path file_;
  std::mutex mutex_;
  std::map<std::string, int> limits_;
  std::map<std::string, Counter> counters_;
  std::filesystem::file_time_type read_{};
  std::chrono::steady_clock::time_point looked_{};
};

}  // namespace qodly::security
