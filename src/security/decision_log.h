// Why requests were refused, for the administrator: who asked for what, and the rule that said no. A line of JSON each
// in <instance>/decisions.jsonl; two files of 4 MB at most, and at most 50 lines a second, so that whoever is refused
// cannot fill the disk. What is left out is counted in the next line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"

namespace qodly::security {

struct Decision {
  std::string user;     // name of the session's user, "guest", or "api:..." of a key
  std::string session;  // its identifier; "" for none
  std::string address;
  std::string request;            // "GET /rest/Garment"
  std::string refusal;            // what the client was told
  std::string rule;               // what says so: "Garment.read is restricted to [\"clerk\"] (dataclass level)"
  std::vector<std::string> held;  // privileges the request had
};

// Thread-safe.
class DecisionLog {
 public:
  explicit DecisionLog(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void record(const Decision& decision);

 private:
  static constexpr std::size_t rotateAt = 4'000'000;
  static constexpr std::uint64_t mostASecond = 50;

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::int64_t second_ = 0;
  std::uint64_t inSecond_ = 0, leftOut_ = 0;
};

// The lines kept, oldest first.
std::vector<std::string> readDecisions(const std::filesystem::path& folder);

}  // namespace qodly::security
