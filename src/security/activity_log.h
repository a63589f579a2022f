// What administrators and sign-ins did (admin.md 14): one JSON object a line, each with the SHA-256 of the line before
// it, so that a line that was changed, removed or put in between shows.
//
//   {"seq":41,"at":"2031-04-02T09:15:00.000Z","app":"Bakery","env":"development","action":"Create API Key",
//    "user":"lena@cedar.example","via":"cli","ip":"","detail":{...},"ok":true,"prev":"<sha256 of the previous line>"}
//
// activity.jsonl grows to 10 MB, is then renamed activity-<first seq>.jsonl, and a new one goes on with the chain.
// activity.head holds number and SHA-256 of the last line sealed under the instance's key, so that lines cut off at
// the end show, too, and so does a log that has vanished as a whole. Whoever can read instance.key can forge all of it:
// a copy of activity.head kept elsewhere proves what was there at that moment.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "security/instance.h"
#include "value/value.h"

namespace qodly::security {

struct Activity {
  std::string action;           // "Admin Login Failed"
  std::string user = "system";  // who
  std::string via = "server";   // "dashboard", "cli", "rest", "server"
  std::string address{};        // of the client; "" when there is none
  Value detail{};               // an object; undefined: none
  bool succeeded = true;
};

// Thread-safe; several programs may append to one log (the file is locked while a line is written).
class ActivityLog {
 public:
  // app, environment: what the lines name.
  ActivityLog(const Instance& instance, std::string app, std::string environment);
  Result<> append(const Activity& activity);

 private:
  const Instance instance_;
  std::string app_, environment_;
  std::mutex mutex_;
};

// The lines of the current file and the one before it, oldest first.
std::vector<std::string> readActivity(const Instance& instance);

struct ActivityCheck {
  std::uint64_t entries = 0;
  std::optional<std::uint64_t> broken;  // the first seq that does not fit
  std::string reason;                   // what is wrong there; "" when nothing is
};
// Reads the whole chain. Error: a file that cannot be read. An instance that never logged is a chain of no entries.
Result<ActivityCheck> verifyActivity(const Instance& instance);

}  // namespace qodly::security
